/** The jobs that run in this worker: how each is paused, gone on with and ended. */

import type { ShelfJob } from '#client/shelf/shelf.ts'
import { Problem } from '#shared/contract/problems.ts'

/** What a job's steps ask before they go on. */
export interface Control {
  readonly signal: AbortSignal
  /** Resolves at once, or when a paused job goes on; rejects with `cancelled` once it is ended. */
  gate(): Promise<void>
}

export interface Jobs {
  /** Runs a step of a job; steps of one job share its controls. */
  run<T>(jobId: string, step: (control: Control) => Promise<T>): Promise<T>
  pause(jobId: string): void
  resume(jobId: string): void
  abort(jobId: string): void
}

interface Running {
  readonly stop: AbortController
  steps: number
  resumed: { readonly promise: Promise<void>; readonly go: () => void } | null
}

export function makeJobs(): Jobs {
  const jobs = new Map<string, Running>()

  function enter(jobId: string): Running {
    const job = jobs.get(jobId) ?? { stop: new AbortController(), steps: 0, resumed: null }
    jobs.set(jobId, job)
    job.steps++
    return job
  }

  function leave(jobId: string, job: Running): void {
    job.steps--
    if (job.steps === 0 && jobs.get(jobId) === job) jobs.delete(jobId)
  }

  return {
    async run(jobId, step) {
      const job = enter(jobId)
      try {
        return await step(controlOf(job))
      } finally {
        leave(jobId, job)
      }
    },
    pause(jobId) {
      const job = jobs.get(jobId)
      if (job !== undefined) job.resumed ??= latch()
    },
    resume(jobId) {
      const job = jobs.get(jobId)
      job?.resumed?.go()
      if (job !== undefined) job.resumed = null
    },
    abort(jobId) {
      const job = jobs.get(jobId)
      jobs.delete(jobId)
      job?.stop.abort(new Problem('cancelled'))
      job?.resumed?.go()
    },
  }
}

function controlOf(job: Running): Control {
  const { signal } = job.stop
  return {
    signal,
    async gate() {
      while (job.resumed !== null && !signal.aborted) await job.resumed.promise
      signal.throwIfAborted()
    },
  }
}

function latch(): { promise: Promise<void>; go: () => void } {
  let go = () => {}
  const promise = new Promise<void>(resolve => {
    go = resolve
  })
  return { promise, go }
}

/** Sealing jobs whose bytes an upload in the same worker reads while they come. */
export interface LiveShelves {
  /** Announces a job before its place on the shelf is made. */
  announce(jobId: string, job: Promise<ShelfJob>): void
  find(jobId: string): Promise<ShelfJob> | null
  forget(jobId: string): void
}

export function makeLiveShelves(): LiveShelves {
  const live = new Map<string, Promise<ShelfJob>>()
  return {
    announce(jobId, job) {
      job.catch(() => undefined)
      live.set(jobId, job)
    },
    find: jobId => live.get(jobId) ?? null,
    forget: jobId => live.delete(jobId),
  }
}
