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

/** The table as Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, unit, value, limit, ratio, goal }) => [
    what,
    `${round(value)} ${unit}`,
    limit === undefined ? '' : `${limit.what}: ${round(limit.value)} ${unit}`,
    ratio === undefined ? '' : ratio.toFixed(2),
    goal?.text ?? '',
    goal === undefined ? '' : goal.reached ? 'reached' : 'missed',
  ])
  const head = ['what', 'figure', 'limit', 'ratio', 'goal', '']
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}
