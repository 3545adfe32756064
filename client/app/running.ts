/** Jobs that run now, by id, and how far they are; screens hear of it ten times a second at most. */
import type { JobEvent } from '#client/crypto-worker/orders.ts'
import { makeLive } from './live.ts'
import { type Meter, makeMeter } from './progress.ts'
import type { Live, Progress } from './views.ts'

export type Stage = JobEvent['kind']

export interface RunningJob {
  readonly stage: Stage
  readonly progress: Progress
}

export interface Running {
  readonly live: Live<ReadonlyMap<string, RunningJob>>
  /** Takes a worker's events for a job of `total` bytes. */
  listen(id: string, total: number): (event: JobEvent) => void
  pause(id: string): void
  resume(id: string): void
  end(id: string): void
}

const tick = 100

export function makeRunning(now: () => number): Running {
  const live = makeLive<ReadonlyMap<string, RunningJob>>(new Map())
  const jobs = new Map<string, RunningJob>()
  let timer: ReturnType<typeof setTimeout> | null = null
  const tell = () => {
    if (timer !== null) return
    timer = setTimeout(() => {
      timer = null
      live.set(new Map(jobs))
    }, tick)
  }
  const put = (id: string, job: RunningJob) => {
    jobs.set(id, job)
    tell()
  }
  const change = (id: string, state: Progress['state']) => {
    const job = jobs.get(id)
    if (job !== undefined) put(id, { ...job, progress: { ...job.progress, state, secondsLeft: null } })
  }
  return {
    live,
    listen(id, total) {
      const meters = new Map<Stage, Meter>()
      put(id, { stage: 'checking', progress: { state: 'running', done: 0, total, rate: 0, secondsLeft: null } })
      return event => {
        const job = jobs.get(id)
        if (job === undefined || job.progress.state === 'paused') return
        const after = next(job, event, { meters, now: now() })
        if (after !== null) put(id, after)
      }
    },
    pause: id => change(id, 'paused'),
    resume: id => change(id, 'running'),
    end(id) {
      jobs.delete(id)
      tell()
    },
  }
}

function next(
  job: RunningJob,
  event: JobEvent,
  measured: { meters: Map<Stage, Meter>; now: number },
): RunningJob | null {
  if (event.kind === 'checking') return { ...job, progress: { ...job.progress, state: 'checking' } }
  if (event.kind === 'reconnecting') {
    const progress = { ...job.progress, state: 'reconnecting', retryIn: event.retryIn, secondsLeft: null } as const
    return { ...job, progress }
  }
  // Sealing runs ahead of the upload; what people wait for is the upload.
  if (event.kind === 'sealing' && job.stage === 'uploading') return null
  const meter = measured.meters.get(event.kind) ?? makeMeter(event.total)
  measured.meters.set(event.kind, meter)
  return { stage: event.kind, progress: { ...meter.at(event.done, measured.now), total: event.total } }
}
