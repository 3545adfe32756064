/**
 * The figure of a fingerprint: six strokes on a spine. Stroke n draws the last digit d of group n: (d mod 5) + 1 steps
 * long, thin for 0 to 4, thick for 5 to 9. It helps to recognise, it proves nothing.
 */

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Stroke {
  readonly steps: number
  readonly thick: boolean
}

/** The six strokes of a fingerprint written in groups of digits, from top to bottom. */
export function strokesOf(fingerprint: string): readonly Stroke[] {
  return groupsOf(fingerprint).map(group => {
    const digit = Number(group.at(-1) ?? '0')
    return { steps: (digit % 5) + 1, thick: digit >= 5 }
  })
}

/** The groups of a fingerprint, as they are read aloud. */
export function groupsOf(fingerprint: string): readonly string[] {
  return fingerprint.split(/\s+/).filter(group => group !== '')
}

interface Grid {
  readonly size: number
  readonly spine: Box
  readonly pitch: number
  readonly step: number
  readonly thin: number
  readonly thick: number
}

/** 40 units on a tile; without a tile 24 units for small sizes. */
export const markGrids = {
  tile: { size: 40, spine: { x: 29, y: 5, width: 2, height: 30 }, pitch: 5, step: 4, thin: 1, thick: 3 },
  bare: { size: 24, spine: { x: 18, y: 0, width: 2, height: 24 }, pitch: 4, step: 3, thin: 1, thick: 2.5 },
} as const satisfies Record<string, Grid>

/** The rectangles of one mark: strokes from the top, the spine last. */
export function markBoxes(fingerprint: string, grid: Grid): readonly Box[] {
  const strokes = strokesOf(fingerprint).map((stroke, row) => {
    const height = stroke.thick ? grid.thick : grid.thin
    const width = stroke.steps * grid.step
    return { x: grid.spine.x - width, y: grid.spine.y + (row + 0.5) * grid.pitch - height / 2, width, height }
  })
  return [...strokes, grid.spine]
}

/** Apart: not compared yet. Joined: verified. Slipped: the identity changed. */
export type TallyState = 'apart' | 'joined' | 'slipped'

export interface TallyGrid {
  readonly padding: number
  readonly pitch: number
  readonly step: number
  readonly thin: number
  readonly thick: number
  readonly spine: number
  readonly gap: number
}

/** The tally on tiles at pitch `p`: 8 in proofs, 9 to 10 in dialogs. */
export function tileTally(p: number): TallyGrid {
  const spine = Math.round(0.25 * p)
  return { padding: p, pitch: p, step: 0.7 * p, thin: 0.2 * p, thick: 0.5 * p, spine, gap: 0.5 * p }
}

/** The tally between two columns of numbers: each row stands beside its groups. */
export const numbersTally: TallyGrid = { padding: 0, pitch: 40, step: 16.8, thin: 4, thick: 16, spine: 4, gap: 24 }

export interface TallyFigure {
  readonly width: number
  readonly height: number
  /** Ground of each half, for its tile. */
  readonly grounds: readonly [Box, Box]
  readonly left: readonly Box[]
  readonly right: readonly Box[]
}

/** Two marks over one seam; `left` is the person whose identity hash is smaller. */
export function tallyFigure(left: string, right: string, state: TallyState, grid: TallyGrid): TallyFigure {
  const half = grid.padding + 5 * grid.step
  const joined = state === 'joined'
  const drop = state === 'slipped' ? grid.pitch / 2 : 0
  const seam = half + grid.spine
  const rightSpine = joined ? seam : seam + grid.gap
  const rightStart = joined ? seam : rightSpine + grid.spine
  const full = 2 * grid.padding + 6 * grid.pitch
  const width = rightStart + half
  const leftBoxes = rows(left, grid, 0).map(row => ({ ...row, x: half - row.width }))
  const rightBoxes = rows(right, grid, drop).map(row => ({ ...row, x: rightStart }))
  const spine = (x: number, y: number) => ({ x, y: grid.padding + y, width: grid.spine, height: 6 * grid.pitch })
  return {
    width,
    height: full + drop,
    grounds: [
      { x: 0, y: 0, width: seam, height: full },
      { x: rightSpine, y: drop, width: width - rightSpine, height: full },
    ],
    left: [...leftBoxes, spine(half, 0)],
    right: joined ? rightBoxes : [...rightBoxes, spine(rightSpine, drop)],
  }
}

function rows(fingerprint: string, grid: TallyGrid, drop: number): readonly Omit<Box, 'x'>[] {
  return strokesOf(fingerprint).map((stroke, row) => {
    const height = stroke.thick ? grid.thick : grid.thin
    return { y: grid.padding + drop + (row + 0.5) * grid.pitch - height / 2, width: stroke.steps * grid.step, height }
  })
}
