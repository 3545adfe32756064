/** Answers and failures of HTTP calls as `Problem`s. */
import * as z from 'zod/mini'
import { isProblemCode, Problem, type ProblemCode } from '#shared/contract/problems.ts'

/** What our server sets on every answer: another answer is a captive portal's or a proxy's. */
export const ownAnswerHeader = 'x-datacrypt'

/** Where the API is, from the build; the page's own origin in tests and in Node. */
export const defaultOrigin = typeof __API_ORIGIN__ === 'string' ? __API_ORIGIN__ : ''

const problemBody = z.object({
  code: z.string(),
  data: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
})

/** Codes for answers without a body of ours, as an object store gives them. */
const byStatus: Readonly<Record<number, ProblemCode>> = {
  401: 'logged-out',
  403: 'expired',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  429: 'too-many-tries',
  507: 'server-full',
}

/**
 * The problem that an answer with a failing status stands for. `data.status` is its status; `data.retryAfter` the
 * seconds that it asks for, where it does.
 */
export async function problemOf(answer: Response): Promise<Problem> {
  const body = problemBody.safeParse(await answer.json().catch(() => null))
  const wait = Number(answer.headers.get('retry-after'))
  const hint = { status: answer.status, ...(wait > 0 ? { retryAfter: wait } : {}) }
  if (body.success && isProblemCode(body.data.code)) {
    return new Problem(body.data.code, { data: { ...body.data.data, ...hint } })
  }
  return new Problem(byStatus[answer.status] ?? (answer.status >= 500 ? 'unavailable' : 'bad-request'), { data: hint })
}

/**
 * One call. Throws `network` where there was no answer, `not-our-server` where `own` is asked for and somebody else
 * answered, the signal's reason where it was aborted. The answer's status is for the caller to judge.
 */
export async function call(request: () => Promise<Response>, options: { own: boolean; signal?: AbortSignal }) {
  const answer = await request().catch((cause: unknown) => {
    throw fetchProblem(cause, options.signal)
  })
  if (options.own && !answer.headers.has(ownAnswerHeader)) {
    await answer.body?.cancel()
    throw new Problem('not-our-server', { data: { status: answer.status } })
  }
  return answer
}

/** A failed `fetch` (a TypeError in every engine) as `network`; an abort keeps its reason. */
export function fetchProblem(cause: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted === true) return signal.reason
  return cause instanceof Problem ? cause : new Problem('network', { cause })
}

/** Where a grant's URL leads: `own` is whether that is our server and not an object store. */
export function grantUrl(url: string, origin: string): { url: string; own: boolean } {
  const own = url.startsWith('/') && !url.startsWith('//')
  return { url: own ? origin + url : url, own }
}
