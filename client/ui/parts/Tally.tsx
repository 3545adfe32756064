import type { Trust } from '#client/app/views.ts'
import { Boxes } from './Mark.tsx'
import { type Box, numbersTally, type TallyState, tallyFigure, tileTally } from './mark-geometry.ts'

/** Somebody in a tally. */
export interface Half {
  readonly name: string
  readonly fingerprint: string
  readonly identityHash: string
  readonly own: boolean
}

interface TallyProps {
  readonly one: Half
  readonly other: Half
  readonly trust: Trust
  /** On tiles with this pitch, or between two columns of numbers. */
  readonly look?: { readonly pitch: number } | 'numbers'
}

const states: Record<Trust, TallyState> = {
  verified: 'joined',
  'not-verified': 'apart',
  'identity-changed': 'slipped',
}

const meanings: Record<TallyState, string> = {
  apart: 'not compared yet',
  joined: 'compared, the halves belong together',
  slipped: 'not the identity you knew',
}

/** Left the person whose identity hash is smaller, so that both people see the same picture. */
export function inTallyOrder(one: Half, other: Half): readonly [Half, Half] {
  return one.identityHash <= other.identityHash ? [one, other] : [other, one]
}

/** Two marks over one seam; drawn from the stored trust, never from the figures. */
export function Tally({ one, other, trust, look = { pitch: 8 } }: TallyProps) {
  const [left, right] = inTallyOrder(one, other)
  const state = states[trust]
  const numbers = look === 'numbers'
  const grid = numbers ? numbersTally : tileTally(look.pitch)
  const figure = tallyFigure(left.fingerprint, right.fingerprint, state, grid)
  return (
    <svg
      role="img"
      aria-label={`Tally of ${left.name} and ${right.name}: ${meanings[state]}`}
      {...(numbers
        ? { className: 'h-60 w-full overflow-visible', preserveAspectRatio: 'none', shapeRendering: 'crispEdges' }
        : { className: 'flex-none' })}
      {...(numbers ? {} : { width: figure.width, height: figure.height })}
      viewBox={`0 0 ${figure.width} ${numbers ? 6 * grid.pitch : figure.height}`}
      fill="currentColor"
    >
      <g className={left.own ? 'text-mark-own' : 'text-mark'}>
        {numbers ? null : <path className="fill-fill" d={ground(figure.grounds[0], 'left')} />}
        <Boxes boxes={figure.left} />
      </g>
      <g className={right.own ? 'text-mark-own' : 'text-mark'}>
        {numbers ? null : <path className="fill-fill" d={ground(figure.grounds[1], 'right')} />}
        <Boxes boxes={figure.right} />
      </g>
    </svg>
  )
}

/** A tile that is round at its two outer corners. */
function ground(box: Box, side: 'left' | 'right'): string {
  const r = Math.min(12, box.width / 4)
  const { x, y, width, height } = box
  return side === 'left'
    ? `M${x + r} ${y}h${width - r}v${height}h${r - width}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - height}a${r} ${r} 0 0 1 ${r} ${-r}z`
    : `M${x} ${y}h${width - r}a${r} ${r} 0 0 1 ${r} ${r}v${height - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${r - width}z`
}
