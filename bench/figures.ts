/** Figures of a run, each beside its limit. */

/** One line of the table. `unit` belongs to both figures. */
export interface Figure {
  readonly what: string
  readonly unit: string
  readonly value: number
  readonly limit?: { readonly what: string; readonly value: number }
  /** Median of the rounds' own ratios of value to limit. */
  readonly ratio?: number
  /** What it has to be; figures without one are told for comparison. */
  readonly goal?: { readonly text: string; readonly reached: boolean }
  readonly rounds?: readonly number[]
}

/** What belongs together in the report: figures, and a grid of what is told for comparison. */
export interface Section {
  readonly title: string
  readonly figures: readonly Figure[]
  readonly grid?: Grid
  /** Lines of what a reader of the figures has to know. */
  readonly notes?: readonly string[]
}

export interface Grid {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** A rate beside its limit, round by round: neighbours in time share the machine's mood. */
export function rateFigure(input: {
  what: string
  rates: readonly number[]
  limit: { what: string; rates: readonly number[] }
  goal?: number
}): Figure {
  const { what, rates, limit, goal } = input
  const ratio = median(rates.map((rate, round) => rate / (limit.rates[round] ?? Number.NaN)))
  return {
    what,
    unit: 'MB/s',
    value: median(rates),
    limit: { what: limit.what, value: median(limit.rates) },
    ratio,
    rounds: rates,
    ...(goal === undefined ? {} : { goal: { text: `≥ ${goal}`, reached: ratio >= goal } }),
  }
}

/** A figure that must not be more than `most`. */
export function boundFigure(input: { what: string; unit: string; values: readonly number[]; most: number }): Figure {
  const { what, unit, values, most } = input
  const value = median(values)
  return { what, unit, value, rounds: values, goal: { text: `≤ ${most} ${unit}`, reached: value <= most } }
}

/** A section as Markdown. */
export function markdownOf({ title, figures, grid, notes = [] }: Section): string {
  const blocks = [`## ${title}`, notes.join('\n'), figuresTable(figures), grid === undefined ? '' : table(grid)]
  return blocks.filter(block => block !== '').join('\n\n')
}

function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, unit, value, limit, ratio, goal }) => [
    what,
    `${shown(value)} ${unit}`,
    limit === undefined ? '' : `${limit.what}: ${shown(limit.value)} ${unit}`,
    ratio === undefined ? '' : ratio.toFixed(2),
    goal?.text ?? '',
    goal === undefined ? '' : goal.reached ? 'reached' : 'missed',
  ])
  return table({ head: ['what', 'figure', 'beside', 'ratio', 'goal', ''], rows })
}

function table({ head, rows }: Grid): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** A number as the report prints it. */
export function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}
