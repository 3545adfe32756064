/** What the service worker and the crypto worker say to each other over a download's port. */
import type { Bytes } from '#shared/format/bytes.ts'
import { makeDrain } from './release.ts'

/** From the service worker: room for so many more chunks, or nobody wants the rest. */
export type SaveWish = { readonly kind: 'pull'; readonly count: number } | { readonly kind: 'cancel' }

/** From the crypto worker. A stream without `end` is a failed download. */
export type SaveNews =
  | { readonly kind: 'chunk'; readonly bytes: Bytes }
  | { readonly kind: 'end' }
  | { readonly kind: 'error' }

/** Chunks that may be on their way or in the response's queue. */
const queued = 8
/** Chunks behind the queue whose memory is left alone: the browser may be copying one, and one more to be sure. */
const inUse = 2

export interface SaveHead {
  /** Already safe: one segment. */
  readonly name: string
  /** Bytes of the whole download. */
  readonly size: number
  readonly port: MessagePort
}

/**
 * The answer to `GET /save/<id>`: what comes over the port, as a download of exactly `size` bytes (RFC 6266, 8187). It
 * fails where `forgotten` is aborted: the page gave the job up, and maybe nobody is left at the port's other end.
 */
export function saveResponse({ name, size, port }: SaveHead, forgotten?: AbortSignal): Response {
  return new Response(streamOf(port, forgotten), {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeName(name)}`,
      'content-length': String(size),
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    },
  })
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*!]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

function streamOf(port: MessagePort, forgotten?: AbortSignal): ReadableStream<Bytes> {
  let owed = 0
  const lent: ArrayBuffer[] = []
  const release = makeDrain()
  const say = (wish: SaveWish) => port.postMessage(wish)
  // A chunk is read when the one before it has been copied. Left to the collector, what was copied would pile up.
  const releaseRead = ({ desiredSize }: ReadableStreamDefaultController<Bytes>) => {
    const unread = queued - (desiredSize ?? 0)
    for (const buffer of lent.splice(0, Math.max(0, lent.length - unread - inUse))) release(buffer)
  }
  const pull = (controller: ReadableStreamDefaultController<Bytes>) => {
    releaseRead(controller)
    const count = Math.floor(controller.desiredSize ?? 0) - owed
    if (count <= 0) return
    owed += count
    say({ kind: 'pull', count })
  }
  const take = (controller: ReadableStreamDefaultController<Bytes>, news: SaveNews) => {
    if (news.kind === 'chunk') {
      owed--
      lent.push(news.bytes.buffer)
      controller.enqueue(news.bytes)
      return
    }
    port.close()
    if (news.kind === 'end') controller.close()
    else controller.error(new Error('The download was ended before its last byte was verified.'))
  }
  return new ReadableStream<Bytes>(
    {
      start(controller) {
        port.onmessage = (event: MessageEvent<SaveNews>) => take(controller, event.data)
        forgotten?.addEventListener('abort', () => take(controller, { kind: 'error' }))
      },
      pull,
      cancel() {
        say({ kind: 'cancel' })
        port.close()
      },
    },
    { highWaterMark: queued },
  )
}

/** What a page posts to the service worker before it asks for `/save/<id>`; the ports go with it: bytes, control. */
export interface SaveRequest {
  readonly type: 'save'
  readonly id: string
  readonly name: string
  readonly size: number
}

/** From the service worker, on the control port. */
export interface SaveSign {
  readonly kind: 'ready' | 'started' | 'alive'
}

/** From the page, on the control port: still here, or never mind, also where the download runs already. */
export interface SaveWord {
  readonly kind: 'ping' | 'forget'
}

/** Reads a message to the service worker; `null` where it is about something else. */
export function readSaveRequest(
  data: unknown,
  ports: readonly MessagePort[],
): (SaveHead & { readonly id: string; readonly control: MessagePort }) | null {
  const [port, control] = ports
  if (typeof data !== 'object' || data === null || port === undefined || control === undefined) return null
  if (!('type' in data && data.type === 'save' && 'id' in data && 'name' in data && 'size' in data)) return null
  const { id, name, size } = data
  if (typeof id !== 'string' || typeof name !== 'string' || typeof size !== 'number') return null
  return { id, name, size, port, control }
}
