/** The one place where errors become HTTP answers outside tRPC. */
import type { ErrorRequestHandler, Response } from 'express'
import { Problem } from '#shared/contract/problems.ts'

/** Answers `{ code, data }` with the problem's status. */
export function sendProblem(response: Response, problem: Problem): void {
  const { retryAfter } = problem.data
  if (typeof retryAfter === 'number') response.setHeader('Retry-After', String(Math.ceil(retryAfter)))
  const { total } = problem.data
  if (problem.code === 'range-refused') response.setHeader('Content-Range', `bytes */${total}`)
  response.status(problem.status).json(problem.toJSON())
}

/** Last in the chain. `warn` hears of what is not ours; the caller hears `internal` and nothing more. */
export const answerErrors =
  (warn: (event: string, error: unknown) => void): ErrorRequestHandler =>
  (error, _request, response, next) => {
    const problem = toProblem(error)
    if (problem.code === 'internal') warn('request failed', error)
    if (response.headersSent) return next(error)
    sendProblem(response, problem)
  }

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 500
  if (status === 404) return new Problem('not-found')
  if (status === 413) return new Problem('too-large')
  return typeof status === 'number' && status >= 400 && status < 500
    ? new Problem('bad-request')
    : new Problem('internal')
}
