/** A real server for a journey: on a free port, with a folder of its own that goes away with it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { vi } from 'vitest'
import { buildServer, type RunningServer } from '#server/build.ts'
import { readConfig } from '#server/config.ts'

export interface TestServer extends RunningServer {
  readonly folder: string
  /** The file that holds the (first) part of the newest transfer's ciphertext. */
  newestPart(): Promise<string>
  /** Letters to an address, newest first. */
  lettersTo(email: string): Promise<readonly { subject: string; text: string }[]>
  /** Stops listening; {@link start} brings it back on the same port with the same data. */
  stop(): Promise<void>
  /** Moves the server's clock forward and does what is due then. */
  passTime(milliseconds: number): Promise<void>
  start(): Promise<void>
}

const clientFolder = resolve(import.meta.dirname, '../../client/dist-test')

/** Starts a server with the test build of the client. `environment` overrides the configuration. */
export async function startServer(environment: Record<string, string> = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-e2e-'))
  const config = readConfig({
    PORT: '0',
    DATA_DIR: folder,
    CLIENT_DIR: clientFolder,
    KDF_MEMORY_KIB: '64',
    BCRYPT_COST: '4',
    LOG_LEVEL: 'error',
    ...environment,
  })
  let ahead = 0
  const now = () => Date.now() + ahead
  let running = await buildServer(config, { now })
  let stopped = false
  const { port, publicUrl, mailFolder, mailboxUrl } = running
  return {
    port,
    publicUrl,
    mailFolder,
    mailboxUrl,
    folder,
    get services() {
      return running.services
    },
    async newestPart() {
      const transfers = await running.services.ground.store.transfers.due(Number.MAX_SAFE_INTEGER, 100)
      const newest = transfers.reduce((a, b) => (a.createdAt > b.createdAt ? a : b))
      const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
      const found = entries.find(
        entry => entry.isFile() && entry.parentPath.includes(newest.blobId) && entry.name.startsWith('00001'),
      )
      if (found === undefined) throw new Error('no part on disk')
      return join(found.parentPath, found.name)
    },
    async lettersTo(email) {
      const page = await (await fetch(`${publicUrl}/dev/mail`)).text()
      return readLetters(page).filter(letter => letter.to === email)
    },
    async passTime(milliseconds) {
      ahead += milliseconds
      await running.services.cleanup.run()
    },
    async stop() {
      stopped = true
      await running.close()
    },
    async start() {
      running = await buildServer({ ...config, port }, { now })
      stopped = false
    },
    async close() {
      if (!stopped) await running.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Reads the development mailbox as a person would: subject, address, text. */
function readLetters(page: string): { subject: string; to: string; text: string }[] {
  const articles = page.matchAll(/<h2>(.*?)<\/h2><p>To (.*?) ·[\s\S]*?<pre>([\s\S]*?)<\/pre>/g)
  return [...articles].map(([, subject = '', to = '', text = '']) => ({
    subject,
    to,
    text: text.replace(/<[^>]+>/g, ''),
  }))
}

/** The eight digits of the newest code letter to an address. */
export function codeFor(server: Pick<TestServer, 'lettersTo'>, email: string): Promise<string> {
  return vi.waitFor(async () => {
    const [letter] = await server.lettersTo(email)
    const code = letter?.text.match(/\b(\d{8}|\d{4} \d{4})\b/)?.[1]
    if (code === undefined) throw new Error(`no code letter to ${email}`)
    return code.replace(' ', '')
  })
}
