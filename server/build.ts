/** The one wiring file: picks adapters from the configuration and gives a running server. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { times } from '#shared/contract/limits.ts'
import { openFileBlobs } from './blob/files.ts'
import { openLocalBus } from './bus/local.ts'
import type { Config } from './config.ts'
import { addressOf } from './http/address.ts'
import { makeApp } from './http/app.ts'
import type { Letters } from './http/mailbox.ts'
import { isOurOrigin } from './http/origins.ts'
import type { Limits } from './limits/limits.ts'
import { openMemoryLimits } from './limits/memory.ts'
import { makeLogger, plainError } from './log.ts'
import { openFolderMailer } from './mail/folder.ts'
import type { Mailer } from './mail/mail.ts'
import { openSmtpMailer } from './mail/smtp.ts'
import { readSecretKey } from './secrets.ts'
import type { Ground } from './services/ground.ts'
import { makeServices, type Services } from './services/services.ts'
import { openSqliteStore } from './store/sqlite/store.ts'
import { serveFeed } from './ws/feed.ts'

export interface RunningServer {
  readonly port: number
  readonly publicUrl: string
  /** Where letters go while there is no mail server. */
  readonly mailFolder: string | null
  /** The development mailbox's address, where there is one. */
  readonly mailboxUrl: string | null
  readonly services: Services
  /** Stops taking requests, finishes those that run, closes the store. */
  close(): Promise<void>
}

export interface BuildOptions {
  readonly now?: () => number
  /** How often time's work is done, in milliseconds. */
  readonly cleanupEvery?: number
  /** How long a feed's socket may stay without a ticket, in milliseconds. */
  readonly ticketWait?: number
  /** Who keeps budgets, where it is not this process's memory. */
  readonly limits?: Limits
}

const localNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Opens everything and listens. Rejects with the system's error where the port is taken (`EADDRINUSE`). */
export async function buildServer(config: Config, options: BuildOptions = {}): Promise<RunningServer> {
  const logger = makeLogger(config.logLevel)
  const warn = (event: string, error: unknown) => logger.warn(plainError(error), event)
  const data = resolve(config.dataFolder)
  await mkdir(data, { recursive: true, mode: 0o700 })
  const secret = await readSecretKey(config.secretKey, data)
  const now = options.now ?? Date.now
  const store = await openSqliteStore(join(data, 'datacrypt.sqlite'))
  const blobs = await openFileBlobs({ folder: join(data, 'blobs'), secret, now })
  const bus = openLocalBus()
  const ground: Ground = {
    store,
    blobs,
    bus,
    limits: options.limits ?? openMemoryLimits(now),
    rules: config,
    secret,
    now,
    random: length => randomBytes(length),
    warn,
  }
  const server = createServer(serverTimes)
  server.maxConnections = mostConnections
  const publicUrl = () => config.publicUrl?.replace(/\/$/, '') ?? `http://localhost:${portOf(server)}`
  const secure = config.publicUrl?.startsWith('https:') ?? false
  const post = await openMailer(config, data)
  const services = await makeServices(ground, { mailer: post.mailer, publicUrl, secure, directBlobs: blobs })
  const letters = isLocal(config) ? post.letters : null
  const { corsOrigins, proxies } = config
  const app = makeApp({
    services,
    publicUrl,
    corsOrigins,
    proxies,
    secure,
    letters,
    clientFolder: clientFolder(config),
    warn,
  })
  server.on('request', app)
  const feed = await serveFeed(server, {
    services,
    isOurOrigin: request => isOurOrigin(request, { publicUrl, corsOrigins }),
    addressOf: request => addressOf(request, proxies),
    ...(options.ticketWait === undefined ? {} : { ticketWait: options.ticketWait }),
  })
  const closeAll = async () => {
    await feed.close()
    await closeServer(server)
    await services.mailouts.stop()
    await post.mailer.close()
    await bus.close()
    await store.close()
  }
  await listen(server, config).catch(async error => {
    await closeAll()
    throw error
  })
  const timer = every(options.cleanupEvery ?? 30 * times.second, () => services.cleanup.run(), warn)
  return {
    port: portOf(server),
    publicUrl: publicUrl(),
    mailFolder: post.folder,
    mailboxUrl: letters === null ? null : `${publicUrl()}/dev/mail`,
    services,
    async close() {
      await timer.stop()
      await closeAll()
    },
  }
}

/** A part of 8 MiB at 28 KiB a second takes the five minutes that one request may last (THREATS M4, T19). */
const serverTimes = {
  requestTimeout: 5 * times.minute,
  headersTimeout: 20 * times.second,
  keepAliveTimeout: 65 * times.second,
  maxHeaderSize: 16 * 1024,
}

/** Sockets that are open at once: far more than one machine's people need, far fewer than exhaust it (THREATS T19). */
const mostConnections = 10_000

const portOf = (server: Server) => (server.address() as AddressInfo | null)?.port ?? 0

/** Letters on a page are for a machine of one's own: never once they go out, or the app is reached from elsewhere. */
function isLocal(config: Config): boolean {
  if (config.smtpUrl !== undefined) return false
  return config.publicUrl === undefined || localNames.has(new URL(config.publicUrl).hostname)
}

interface Post {
  readonly mailer: Mailer
  readonly letters: Letters | null
  readonly folder: string | null
}

async function openMailer(config: Config, data: string): Promise<Post> {
  if (config.smtpUrl !== undefined) {
    return { mailer: openSmtpMailer({ url: config.smtpUrl, from: config.mailFrom }), letters: null, folder: null }
  }
  const folder = join(data, 'mail')
  const mailer = await openFolderMailer(folder, { from: config.mailFrom })
  return { mailer, letters: mailer, folder }
}

function clientFolder(config: Config): string | null {
  const folder = config.clientFolder ?? join(import.meta.dirname, '../../client/dist')
  return existsSync(join(folder, 'index.html')) ? resolve(folder) : null
}

function listen(server: Server, config: Config): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(config.port, config.host, () => {
      server.off('error', failed)
      done()
    })
  })
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>(done => server.close(() => done()))
  server.closeIdleConnections()
  const patience = setTimeout(() => server.closeAllConnections(), 5 * times.second)
  await closed
  clearTimeout(patience)
}

function every(wait: number, work: () => Promise<void>, warn: (event: string, error: unknown) => void) {
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(work).catch(error => warn('cleanup', error))
  }, wait)
  running = work().catch(error => warn('cleanup', error))
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
