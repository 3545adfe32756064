/** Turns whatever was thrown into a problem with a class. */
import { Problem, type ProblemCode } from '#shared/contract/problems.ts'

const codes: Readonly<Record<string, ProblemCode>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EEXIST: 'conflict',
  ENOSPC: 'storage-full',
  EDQUOT: 'storage-full',
  EFBIG: 'storage-full',
  EPIPE: 'interrupted',
  ENAMETOOLONG: 'not-found',
}

/** The problem that `error` is: ours as it is, the system's by its code, anything else `internal`. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (!isSystemError(error)) return new Problem('internal', { data: { reason: nameOf(error) }, cause: error })
  const { code, path } = error
  const about = typeof path === 'string' ? { path } : {}
  const known = codes[code]
  if (known !== undefined) return new Problem(known, { data: about, cause: error })
  return new Problem('unavailable', { data: { ...about, reason: code }, cause: error })
}

interface SystemError extends Error {
  readonly code: string
  readonly path?: unknown
}

/** Errors of system calls have a number beside their code; errors of Node's own checks do not. */
function isSystemError(error: unknown): error is SystemError {
  const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'string'
  return isCoded && 'errno' in error && typeof error.errno === 'number'
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : typeof error
}

/** Adds the path to a problem that does not know it. */
export async function about<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const problem = problemOf(error)
    if ('path' in problem.data) throw problem
    throw new Problem(problem.code, { data: { ...problem.data, path }, cause: error })
  }
}
