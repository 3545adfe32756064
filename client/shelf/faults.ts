import { Problem } from '#shared/contract/problems.ts'

/** Names by which engines tell that there is no room; the messages differ and are not read. */
const fullNames = new Set(['QuotaExceededError', 'NS_ERROR_DOM_QUOTA_REACHED', 'NS_ERROR_FILE_NO_DEVICE_SPACE'])

/** A storage failure as a `Problem`: `storage-full` by the error's name, else `internal`. A `Problem` stays what it is. */
export function storageProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  const full = cause instanceof Error && fullNames.has(cause.name)
  return new Problem(full ? 'storage-full' : 'internal', { cause })
}

/** Whether a file or folder is simply not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError'
}
