/**
 * A Chromium whose network DevTools do not watch: with that domain on, every request body is copied to the driver, and
 * what is measured is the driver. A proxy between the two answers the domain's commands itself.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import WebSocket, { type RawData, WebSocketServer } from 'ws'
import { freePort } from './free-port.ts'

const flags = [
  '--headless',
  '--remote-debugging-port=0',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Neither person's page may be slowed down for lying behind the other's.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
]

export interface Chromium {
  readonly browser: Browser
  /** The profile's own context: another one is private, and keeps its files in memory behind a slow door. */
  readonly context: BrowserContext
  /** The next download that ends: its file, and when it was whole (milliseconds since the epoch). */
  nextDownload(): Promise<{ path: string; finished: number }>
  close(): Promise<void>
}

export async function openChromium(executable: string): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), 'datacrypt-bench-profile-'))
  const child = spawn(executable, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  process.once('exit', () => child.kill())
  const proxy = await openMutingProxy(await addressOf(child))
  const browser = await chromium.connectOverCDP(proxy.address, { isLocal: true })
  const [context] = browser.contexts()
  if (context === undefined) throw new Error('Chromium has no profile')
  const downloads = join(profile, 'downloads')
  return {
    browser,
    context,
    nextDownload: await watchDownloads(browser, downloads),
    async close() {
      await browser.close()
      proxy.close()
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill()
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

interface DownloadProgress {
  readonly guid: string
  readonly state: 'inProgress' | 'completed' | 'canceled'
}

async function watchDownloads(browser: Browser, folder: string): Promise<Chromium['nextDownload']> {
  const session = await browser.newBrowserCDPSession()
  await session.send('Browser.setDownloadBehavior', {
    behavior: 'allowAndName',
    downloadPath: folder,
    eventsEnabled: true,
  })
  return () =>
    new Promise((resolve, reject) => {
      const watch = ({ guid, state }: DownloadProgress) => {
        if (state === 'inProgress') return
        session.off('Browser.downloadProgress', watch)
        if (state === 'completed') resolve({ path: join(folder, guid), finished: Date.now() })
        else reject(new Error('the download failed'))
      }
      session.on('Browser.downloadProgress', watch)
    })
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('Chromium has no stderr')
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (address === undefined) continue
    child.stderr.resume()
    return address
  }
  throw new Error('Chromium did not start')
}

async function openMutingProxy(target: string): Promise<{ address: string; close(): void }> {
  const port = await freePort()
  const server = new WebSocketServer({ port, host: '127.0.0.1', maxPayload: 256 * 1024 * 1024 })
  server.on('connection', driver => {
    const browser = new WebSocket(target, { maxPayload: 256 * 1024 * 1024, perMessageDeflate: false })
    const early: string[] = []
    browser.on('open', () => {
      for (const message of early.splice(0)) browser.send(message)
    })
    driver.on('message', (data: RawData) => {
      const message = String(data)
      const muted = answerMuted(message)
      if (muted !== null) driver.send(muted)
      else if (browser.readyState === WebSocket.OPEN) browser.send(message)
      else early.push(message)
    })
    browser.on('message', (data: RawData) => driver.send(String(data)))
    driver.on('close', () => browser.close())
    browser.on('close', () => driver.close())
  })
  return { address: `ws://127.0.0.1:${port}`, close: () => server.close() }
}

/** The answer to a command that Chromium is not to see; `null` for all others. */
function answerMuted(message: string): string | null {
  const { id, method, sessionId } = JSON.parse(message) as { id: number; method: string; sessionId?: string }
  if (!method.startsWith('Network.') && !method.startsWith('Fetch.')) return null
  return JSON.stringify({ id, result: {}, ...(sessionId === undefined ? {} : { sessionId }) })
}
