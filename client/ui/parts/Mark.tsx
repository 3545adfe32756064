import { type Box, markBoxes, markGrids } from './mark-geometry.ts'

interface MarkProps {
  readonly fingerprint: string | null
  /** Pixels; 24 and less has no tile. */
  readonly size?: number
  readonly own?: boolean
  /** Whose mark it is, where no name stands beside it. */
  readonly of?: string
}

/** A person's mark. Without a fingerprint an empty tile keeps its place. */
export function Mark({ fingerprint, size = 40, own = false, of }: MarkProps) {
  const bare = size <= 24
  const grid = bare ? markGrids.bare : markGrids.tile
  const figure = (
    <>
      {bare ? null : <rect width="40" height="40" rx="8" className="fill-fill" />}
      {fingerprint === null ? null : <Boxes boxes={markBoxes(fingerprint, grid)} />}
    </>
  )
  const look = {
    width: size,
    height: size,
    viewBox: `0 0 ${grid.size} ${grid.size}`,
    className: `flex-none ${own ? 'text-mark-own' : 'text-mark'}`,
    fill: 'currentColor',
  }
  return of === undefined ? (
    <svg {...look} aria-hidden="true">
      {figure}
    </svg>
  ) : (
    <svg {...look} role="img" aria-label={`Mark of ${of}`}>
      {figure}
    </svg>
  )
}

export function Boxes({ boxes }: { readonly boxes: readonly Box[] }) {
  return boxes.map(box => <rect key={`${box.x} ${box.y}`} {...box} />)
}
