/** One Chromium for the whole run, a fresh context for each person. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll } from 'vitest'

/** What every Chromium of the journeys is started with. */
export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let launched: Promise<Browser> | null = null

export function openBrowser(): Promise<Browser> {
  launched ??= chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: flags })
  return launched
}

afterAll(async () => {
  await (await launched)?.close()
  launched = null
})

export interface Seat {
  readonly context: BrowserContext
  readonly page: Page
  /** What the page's console said that it should not have. */
  readonly complaints: string[]
}

/** A person's own browser profile, at the app's first page. */
export async function takeSeat(url: string, options: { width?: number; height?: number } = {}): Promise<Seat> {
  const { width = 1280, height = 900 } = options
  const context = await (await openBrowser()).newContext({
    baseURL: url,
    viewport: { width, height },
    acceptDownloads: true,
    locale: 'en-GB',
  })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  return { context, page, complaints }
}
