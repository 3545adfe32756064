/** The server as it runs for people, in a process of its own; everything that goes in and comes out of it is kept. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, request as requestOf, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

/** A request and its answer, or one message of the feed. */
export interface Exchange {
  readonly url: string
  readonly headers: Buffer
  readonly body: Buffer
  readonly answerHeaders: Buffer
  readonly answer: Buffer
}

export interface WatchedServer {
  readonly folder: string
  /** Where people reach it: a tap before it, that keeps what passes. */
  readonly publicUrl: string
  /** The server itself, past the tap. */
  readonly directUrl: string
  readonly exchanges: readonly Exchange[]
  /** What the process wrote, on standard output and standard error. */
  log(): Buffer
  /** Letters to an address, newest first. */
  lettersTo(email: string): Promise<readonly { subject: string; text: string }[]>
  stop(): Promise<void>
  close(): Promise<void>
}

const root = resolve(import.meta.dirname, '../..')

/** Starts it with the test build of the client, logging all that it ever logs. */
export async function startWatchedServer(): Promise<WatchedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-canary-'))
  const port = await freePort()
  const exchanges: Exchange[] = []
  const tap = await openTap(port, exchanges)
  const publicUrl = `http://localhost:${portOf(tap)}`
  const process = await startProcess({ PORT: String(port), PUBLIC_URL: publicUrl, DATA_DIR: folder })
  const stop = () => end(process.child)
  return {
    folder,
    publicUrl,
    directUrl: `http://localhost:${port}`,
    exchanges,
    log: process.log,
    lettersTo: email => lettersIn(join(folder, 'mail'), email),
    stop,
    async close() {
      await stop()
      tap.closeAllConnections()
      tap.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const port = portOf(holder)
  holder.close()
  await once(holder, 'close')
  return port
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

async function startProcess(environment: Record<string, string>): Promise<{ child: ChildProcess; log(): Buffer }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      CLIENT_DIR: join(root, 'client/dist-test'),
      KDF_MEMORY_KIB: '64',
      BCRYPT_COST: '4',
      LOG_LEVEL: 'debug',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => written.push(chunk))
  const log = () => Buffer.concat(written)
  await vi.waitFor(
    () => {
      if (!log().includes('ready at')) throw new Error(`The server did not start: ${log()}`)
    },
    { timeout: 30_000 },
  )
  return { child, log }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Passes everything on to `port` as it came, and keeps it. */
async function openTap(port: number, exchanges: Exchange[]): Promise<Server> {
  const tap = createServer((request, response) => pass({ request, response, port, exchanges }))
  const sockets = new WebSocketServer({ noServer: true })
  tap.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, near => passFeed({ request, near, port, exchanges }))
  })
  tap.listen(0, '127.0.0.1')
  await once(tap, 'listening')
  return tap
}

interface Passing {
  readonly request: IncomingMessage
  readonly port: number
  readonly exchanges: Exchange[]
}

function pass({ request, response, port, exchanges }: Passing & { readonly response: ServerResponse }): void {
  const { url = '', method = '', headers } = request
  const body = keep(request)
  const far = requestOf({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, answer => {
    const answered = keep(answer)
    answer.on('close', () =>
      exchanges.push({
        url,
        headers: linesOf(request),
        body: Buffer.concat(body),
        answerHeaders: linesOf(answer),
        answer: Buffer.concat(answered),
      }),
    )
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  far.on('error', () => response.destroy())
  response.on('close', () => far.destroy())
  request.pipe(far)
}

function keep(message: IncomingMessage): Buffer[] {
  const chunks: Buffer[] = []
  message.on('data', chunk => chunks.push(chunk))
  return chunks
}

const linesOf = ({ rawHeaders }: IncomingMessage) => Buffer.from(rawHeaders.join('\n'))

function passFeed({ request, near, port, exchanges }: Passing & { readonly near: WebSocket }): void {
  const { url = '', headers } = request
  const { host, origin, cookie, 'user-agent': agent } = headers
  const given = Object.entries({ host, origin, cookie, 'user-agent': agent }).filter(([, value]) => value !== undefined)
  const far = new WebSocket(`ws://127.0.0.1:${port}${url}`, { headers: Object.fromEntries(given) })
  const none = Buffer.alloc(0)
  const opened = once(far, 'open').catch(() => null)
  const record = (part: Partial<Exchange>) =>
    exchanges.push({ url, headers: linesOf(request), body: none, answerHeaders: none, answer: none, ...part })
  near.on('message', async (data, binary) => {
    record({ body: Buffer.from(data as Buffer) })
    if ((await opened) !== null) far.send(data, { binary })
  })
  far.on('message', (data, binary) => {
    record({ answer: Buffer.from(data as Buffer) })
    near.send(data, { binary })
  })
  far.on('error', () => near.terminate())
  far.on('close', () => near.close())
  near.on('close', () => far.close())
}

interface KeptLetter {
  readonly to: string
  readonly subject: string
  readonly text: string
}

async function lettersIn(folder: string, email: string): Promise<readonly KeptLetter[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.json')).sort()
  const letters = await Promise.all(names.map(async name => JSON.parse(await readFile(join(folder, name), 'utf8'))))
  return letters.filter((letter: KeptLetter) => letter.to === email).toReversed()
}
