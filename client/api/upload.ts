/** Putting one part where a grant says: our own server or any HTTP store that takes a PUT. */
import type { Grant } from '#shared/contract/transfer.ts'
import { call, defaultOrigin, grantUrl, problemOf } from './problems.ts'

export interface PartToPut {
  readonly grant: Grant
  readonly body: Uint8Array<ArrayBuffer> | Blob
  readonly signal?: AbortSignal
  /** Origin of the API where it is not the page's own. */
  readonly origin?: string
  readonly fetch?: typeof fetch
}

/**
 * Puts a part once. Throws `network`, `not-our-server`, `grant-refused` or `not-found` (with `data.status`: ask for a new
 * grant), `part-refused`, `server-full`, `unavailable` and whatever else the server says; the caller retries.
 */
export async function putPart(part: PartToPut): Promise<void> {
  const { grant, body, signal, origin = defaultOrigin, fetch: send = fetch } = part
  const { url, own } = grantUrl(grant.url, origin)
  const request: RequestInit = {
    method: 'PUT',
    body,
    headers: grant.headers,
    credentials: own ? 'same-origin' : 'omit',
    cache: 'no-store',
    redirect: 'error',
    ...(signal === undefined ? {} : { signal }),
  }
  const answer = await call(() => send(url, request), { own, ...(signal === undefined ? {} : { signal }) })
  if (!answer.ok) throw await problemOf(answer)
  await answer.body?.cancel()
}
