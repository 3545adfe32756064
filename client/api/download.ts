/** Getting a range of ciphertext from where a grant says. */
import { Problem } from '#shared/contract/problems.ts'
import type { DownloadGrant } from '#shared/contract/transfer.ts'
import { call, defaultOrigin, grantUrl, problemOf } from './problems.ts'

export interface RangeToGet {
  readonly grant: DownloadGrant
  readonly offset: number
  readonly length: number
  readonly signal?: AbortSignal
  /** Origin of the API where it is not the page's own. */
  readonly origin?: string
  readonly fetch?: typeof fetch
}

export interface RangeAnswer {
  /** The range's bytes; a body that ends early is a lost connection. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  /** Bytes of the whole blob. */
  readonly total: number
}

/**
 * Gets a range once. Throws `network` (an answer without or with another range counts as that), `not-our-server`,
 * `grant-refused`, `logged-out` or `not-found` (ask for a new grant), `truncated` where the blob ends before the range
 * begins, and whatever else the server says; the caller retries.
 */
export async function getRange(range: RangeToGet): Promise<RangeAnswer> {
  const { grant, offset, length, signal, origin = defaultOrigin, fetch: send = fetch } = range
  const { url, own } = grantUrl(grant.url, origin)
  const request: RequestInit = {
    headers: { ...grant.headers, range: `bytes=${offset}-${offset + length - 1}` },
    credentials: own ? 'same-origin' : 'omit',
    cache: 'no-store',
    redirect: 'error',
    ...(signal === undefined ? {} : { signal }),
  }
  const answer = await call(() => send(url, request), { own, ...(signal === undefined ? {} : { signal }) })
  if (answer.status === 416) throw new Problem('truncated')
  if (!answer.ok) throw await problemOf(answer)
  return checkedRange(answer, range)
}

async function checkedRange(answer: Response, { offset, length }: RangeToGet): Promise<RangeAnswer> {
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers.get('content-range') ?? '') ?? []
  const isRange = answer.status === 206 && Number(start) === offset && Number(end) < offset + length
  if (!isRange || answer.body === null) {
    await answer.body?.cancel()
    throw new Problem('network', { data: { status: answer.status } })
  }
  return { body: answer.body, total: Number(total) }
}
