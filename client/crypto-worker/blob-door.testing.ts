/** A small blob server inside the browser tests' own server: parts are put, ranges are got, faults come when ordered. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'

/** What goes wrong with the next request of its method; each is used up by one request. */
export type Fault =
  | { readonly on: 'GET' | 'PUT'; readonly kind: 'cut'; readonly after: number }
  | { readonly on: 'GET' | 'PUT'; readonly kind: 'status'; readonly status: number; readonly code?: string }
  | { readonly on: 'GET' | 'PUT'; readonly kind: 'portal' }
  | { readonly on: 'GET'; readonly kind: 'flip'; readonly at: number }

interface Blob {
  readonly parts: Map<number, Buffer>
  readonly faults: Fault[]
  readonly seen: string[]
}

export function blobDoor(): Plugin {
  const blobs = new Map<string, Blob>()
  return {
    name: 'datacrypt-test-blobs',
    configureServer(server) {
      server.middlewares.use('/test-blobs', (request, response) => {
        answer(blobs, request, response).catch(() => response.destroy())
      })
    },
  }
}

async function answer(blobs: Map<string, Blob>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, id = '', what, n] = (request.url ?? '').split('?')[0]?.split('/') ?? []
  const blob: Blob = blobs.get(id) ?? { parts: new Map(), faults: [], seen: [] }
  blobs.set(id, blob)
  response.setHeader('x-datacrypt', '1')
  if (what === 'faults') {
    blob.faults.push(...JSON.parse((await bodyOf(request)).toString()))
    response.end()
  } else if (what === 'seen') response.end(JSON.stringify(blob.seen))
  else if (request.method === 'PUT') await put(blob, Number(n), { request, response })
  else get(blob, { request, response })
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

function nextFault(blob: Blob, method: string): Fault | undefined {
  const at = blob.faults.findIndex(fault => fault.on === method)
  return at < 0 ? undefined : blob.faults.splice(at, 1)[0]
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

async function put(blob: Blob, n: number, { request, response }: Exchange): Promise<void> {
  const fault = nextFault(blob, 'PUT')
  blob.seen.push(`PUT ${n} ${request.headers['x-grant'] ?? ''} ${fault?.kind ?? 'ok'}`)
  if (fault?.kind === 'cut') {
    request.destroy()
    return
  }
  const body = await bodyOf(request)
  if (fault !== undefined) {
    refuse(fault, response)
    return
  }
  blob.parts.set(n, body)
  response.end()
}

function refuse(fault: Fault, response: ServerResponse): void {
  if (fault.kind === 'portal') {
    response.removeHeader('x-datacrypt')
    response.setHeader('content-type', 'text/html')
    response.end('<h1>Welcome to our hotel</h1>')
  } else if (fault.kind === 'status') {
    response.statusCode = fault.status
    response.setHeader('content-type', 'application/json')
    response.end(fault.code === undefined ? '' : JSON.stringify({ code: fault.code, data: {} }))
  }
}

function get(blob: Blob, { request, response }: Exchange): void {
  const fault = nextFault(blob, 'GET')
  const whole = Buffer.concat([...blob.parts.entries()].sort(([a], [b]) => a - b).map(([, bytes]) => bytes))
  const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  blob.seen.push(`GET ${from}-${to} ${request.headers['x-grant'] ?? ''} ${fault?.kind ?? 'ok'}`)
  if (fault?.kind === 'portal' || fault?.kind === 'status') {
    refuse(fault, response)
    return
  }
  const end = Math.min(Number(to) + 1, whole.length)
  const body = Buffer.from(whole.subarray(Number(from), end))
  if (fault?.kind === 'flip' && fault.at >= Number(from) && fault.at < end)
    body.writeUInt8(body.readUInt8(fault.at - Number(from)) ^ 1, fault.at - Number(from))
  response.statusCode = 206
  response.setHeader('content-range', `bytes ${from}-${end - 1}/${whole.length}`)
  response.setHeader('content-length', String(body.length))
  if (fault?.kind === 'cut') response.write(body.subarray(0, fault.after), () => response.destroy())
  else response.end(body)
}
