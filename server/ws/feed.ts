/** The WebSocket feed: a ticket in the first message, a heartbeat, an end when the session ends. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { feedParams } from '#shared/contract/feed.ts'
import { Problem } from '#shared/contract/problems.ts'
import { budgets } from '../services/budgets.ts'
import type { Services } from '../services/services.ts'
import { sessionEndedTopic, type Who } from '../services/sessions.ts'
import { feedRouter } from '../trpc/changes.ts'

const heartbeat = { enabled: true, pingMs: 25_000, pongWaitMs: 10_000 }
/** Open feeds look again now and then whether their session stands. */
const recheck = 4000
/** A browser that opens more than this many feeds in one session is not ours. */
const feedsPerSession = 20

/** Sockets of one network address: a large office behind one, and no more. */
const feedsPerAddress = 1000
/** Words that one socket may say in its life beside heartbeats; a browser says two. */
const wordsPerFeed = 200
/** Close code of a socket that says too much (WebSocket close codes 4000–4999 are the application's). */
const tooMuch = 4429

/** How long a socket may stay without a ticket. */
const ticketWait = 10_000
/** How long a stopping server waits for its feeds to say goodbye. */
const goodbye = 1000

export interface FeedOptions {
  readonly services: Services
  /** Whether a page of this Origin may open the feed. */
  readonly isOurOrigin: (request: IncomingMessage) => boolean
  /** The network address that a caller is counted by. */
  readonly addressOf: (request: IncomingMessage) => string
  /** In milliseconds; 10 s where nothing is said. */
  readonly ticketWait?: number
}

/** Serves /feed on `server`; the answer closes every socket. */
export async function serveFeed(server: Server, options: FeedOptions): Promise<{ close(): Promise<void> }> {
  const { services } = options
  const wss = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false })
  const open = new Map<WebSocket, Who>()
  const handler = applyWSSHandler({
    wss,
    router: feedRouter,
    keepAlive: heartbeat,
    async createContext({ info, res, req }) {
      const who = await takeWho(services, info.connectionParams)
      const others = [...open.values()].filter(other => other.sessionHash === who.sessionHash)
      if (others.length >= feedsPerSession) throw new Problem('too-many-tries')
      open.set(res, who)
      res.once('close', () => open.delete(res))
      return { services, who, from: options.addressOf(req), setCookie: () => {} }
    },
  })
  const closeWhere = (ended: (who: Who) => boolean) => {
    for (const [socket, who] of open) if (ended(who)) socket.close(4401, 'session ended')
  }
  const stopListening = await services.ground.bus.subscribe(sessionEndedTopic, hash =>
    closeWhere(who => who.sessionHash === hash),
  )
  const timer = setInterval(() => {
    for (const who of new Set(open.values())) {
      services.sessions
        .stands(who)
        .then(stands => stands || closeWhere(other => other.sessionHash === who.sessionHash))
        .catch(error => services.ground.warn('feed recheck', error))
    }
  }, recheck)
  const perAddress = countSockets()
  wss.on('connection', (socket, request: IncomingMessage) => {
    perAddress.add(options.addressOf(request), socket)
    boundFrames(services, socket)
    // Who says nothing holds nothing: a ticket lives thirty seconds, and comes at once.
    const patience = setTimeout(
      () => open.has(socket) || socket.close(4401, 'no ticket'),
      options.ticketWait ?? ticketWait,
    )
    socket.once('close', () => clearTimeout(patience))
  })
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // From here on Node leaves the socket to us: without a listener its error would end the process.
    socket.on('error', () => socket.destroy())
    // The query only says that parameters follow in the first message; it carries none.
    if (request.url?.split('?')[0] !== '/feed') return refuse(socket, '404 Not Found')
    if (!options.isOurOrigin(request)) return refuse(socket, '403 Forbidden')
    if (perAddress.of(options.addressOf(request)) >= feedsPerAddress) return refuse(socket, '429 Too Many Requests')
    wss.handleUpgrade(request, socket, head, webSocket => wss.emit('connection', webSocket, request))
  }
  server.on('upgrade', upgrade)
  return {
    async close() {
      clearInterval(timer)
      stopListening()
      server.off('upgrade', upgrade)
      handler.broadcastReconnectNotification()
      for (const socket of wss.clients) socket.close(1001, 'server stops')
      const patience = setTimeout(() => {
        for (const socket of wss.clients) socket.terminate()
      }, goodbye)
      await new Promise<void>(resolve => wss.close(() => resolve()))
      clearTimeout(patience)
    },
  }
}

function countSockets() {
  const counts = new Map<string, number>()
  const of = (address: string) => counts.get(address) ?? 0
  return {
    of,
    add(address: string, socket: WebSocket) {
      counts.set(address, of(address) + 1)
      socket.once('close', () => {
        counts.set(address, of(address) - 1)
        if (of(address) === 0) counts.delete(address)
      })
    },
  }
}

/** Ends a socket that says more than a feed has to say: in a minute, or in its life. */
function boundFrames(services: Services, socket: WebSocket): void {
  const key = Buffer.from(services.ground.random(16)).toString('base64url')
  let words = 0
  const end = () => {
    socket.close(tooMuch, 'too many messages')
    // What it sent meanwhile is not read.
    socket.pause()
    setTimeout(() => socket.terminate(), goodbye).unref()
  }
  socket.on('message', (data: Buffer) => {
    if (data.length > 4) words += 1
    if (words > wordsPerFeed) return end()
    services.ground.limits.spend(budgets.frames, key).catch(end)
  })
}

async function takeWho(services: Services, params: unknown): Promise<Who> {
  const parsed = feedParams.safeParse(params)
  const who = parsed.success ? await services.sessions.takeTicket(parsed.data.ticket) : null
  if (who === null) throw new Problem('logged-out')
  return who
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
