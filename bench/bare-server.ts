/** The plainest server that takes parts and gives ranges, in a process of its own; it serves the bench's page too. */
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const [folder = '', pages = '', partSize = ''] = process.argv.slice(2)
const step = 512 * 1024
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

const server = createServer((request, response) => {
  answer(request, response).catch(() => {
    if (!response.headersSent) response.statusCode = 500
    response.end()
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address !== 'string') process.send?.(address.port)
})
// The bench has gone, however it went.
process.on('disconnect', () => process.exit())

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const part = /^\/bare\/parts\/(\d+)$/.exec(pathname)?.[1]
  if (part !== undefined) return take(part, request, response)
  if (pathname === '/bare/blob') return give(request, response)
  const path = join(pages, pathname === '/' ? 'index.html' : pathname)
  const { size } = await stat(path)
  response.writeHead(200, {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'content-length': size,
  })
  await pipeline(createReadStream(path), response)
}

async function take(part: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await pipeline(request, createWriteStream(join(folder, part), { highWaterMark: step }))
  response.writeHead(204).end()
}

/** Ranges are asked for part by part, so that each lies in one file. */
async function give(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, from = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  const part = Math.floor(Number(from) / Number(partSize))
  const start = Number(from) - part * Number(partSize)
  const length = Number(last) - Number(from) + 1
  response.writeHead(206, { 'content-type': 'application/octet-stream', 'content-length': length })
  const path = join(folder, String(part))
  await pipeline(createReadStream(path, { start, end: start + length - 1, highWaterMark: step }), response)
}
