import { type ReactNode, useRef } from 'react'
import { ProgressBar as AriaProgressBar } from 'react-aria-components/ProgressBar'
import type { Progress } from '#client/app/views.ts'
import { format } from '../format.ts'
import { classes } from './classes.ts'

interface ProgressBarProps {
  readonly progress: Progress
  /** What is on its way: "Download of Annual accounts". */
  readonly label: string
  /** What it does while it runs: "Sealing", "Uploading". */
  readonly verb?: string
}

/** The bar, then percent of size at the start and rate and time left at the end. */
export function ProgressBar({ progress, label, verb }: ProgressBarProps) {
  const share = progress.total === 0 ? 1 : Math.min(1, progress.done / progress.total)
  const percent = format.percent(progress.done, progress.total)
  const moving = progress.state === 'running' || progress.state === 'checking'
  return (
    <div className="grid gap-1.5 text-t2 text-ink-2 tabular-nums">
      <AriaProgressBar
        aria-label={label}
        value={share}
        maxValue={1}
        valueLabel={spoken(progress)}
        className="h-1 overflow-hidden rounded-full bg-track forced-colors:border forced-colors:border-solid"
      >
        <span
          className={classes('block h-full forced-colors:bg-[Highlight]', moving ? 'bg-accent' : 'bg-ink-3')}
          style={{ inlineSize: `${share * 100}%` }}
        />
      </AriaProgressBar>
      <p className="flex flex-wrap justify-between gap-x-4">
        <span>
          {verb === undefined ? null : `${verb} `}
          <b className="font-strong text-ink">{percent}</b> of <bdi>{format.size(progress.total)}</bdi>
        </span>
        <span>{progressWords(progress)}</span>
      </p>
      <Announcer progress={progress} label={label} />
    </div>
  )
}

/** What stands at the end of the bar. */
export function progressWords(progress: Progress): ReactNode {
  switch (progress.state) {
    case 'paused':
      return 'Paused'
    case 'checking':
      return 'Checking the whole'
    case 'reconnecting':
      return progress.retryIn === undefined
        ? 'Connection lost, continuing'
        : `Connection lost. Next try in ${format.duration(progress.retryIn)}`
    case 'running':
      return progress.secondsLeft === null
        ? rateOf(progress)
        : [rateOf(progress), format.timeLeft(progress.secondsLeft)].filter(Boolean).join(' · ')
  }
}

function rateOf(progress: Progress): string {
  return progress.rate > 0 ? format.rate(progress.rate) : ''
}

function spoken(progress: Progress): string {
  const share = `${wholePercent(progress)} percent`
  if (progress.state === 'paused') return `${share}, paused`
  if (progress.state === 'reconnecting') return `${share}, connection lost`
  if (progress.state === 'checking') return `${share}, checking the whole`
  return progress.secondsLeft === null ? share : `${share}, ${format.timeLeft(progress.secondsLeft)}`
}

function wholePercent(progress: Progress): number {
  return progress.total === 0 ? 100 : Math.floor((progress.done / progress.total) * 100)
}

/** Says a quarter when it is reached, and nothing between. */
function Announcer({ progress, label }: { readonly progress: Progress; readonly label: string }) {
  const first = useRef(Math.floor(wholePercent(progress) / 25))
  const quarter = Math.floor(wholePercent(progress) / 25)
  return (
    <span className="sr-only" role="status">
      {quarter > first.current ? `${label}: ${quarter * 25} percent` : ''}
    </span>
  )
}
