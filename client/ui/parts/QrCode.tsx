import { encode } from 'uqr'

interface QrCodeProps {
  readonly text: string
  /** What scanning it does. */
  readonly label: string
}

/** Modules of quiet around the code, as ISO/IEC 18004 asks. */
const quiet = 4

/** A code to scan: dark on its white plate in both schemes. */
export function QrCode({ text, label }: QrCodeProps) {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  const whole = size + 2 * quiet
  return (
    <svg
      viewBox={`0 0 ${whole} ${whole}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      className="aspect-square w-52 max-w-full flex-none rounded-r2 [forced-color-adjust:none]"
    >
      <rect width={whole} height={whole} className="fill-plate" />
      <path d={pathOf(data)} className="fill-plate-ink" />
    </svg>
  )
}

/** One stroke a run of dark modules, row by row. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  return rows
    .flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x + quiet} ${y + quiet}h${length}v1h-${length}z`))
    .join('')
}

/** Where dark modules begin in a row, and how many there are side by side. */
function runsOf(row: readonly boolean[]): readonly (readonly [start: number, length: number])[] {
  const runs: [number, number][] = []
  row.forEach((dark, x) => {
    const last = runs.at(-1)
    if (!dark) return
    if (last !== undefined && last[0] + last[1] === x) last[1]++
    else runs.push([x, 1])
  })
  return runs
}
