/** Browser to browser through the real server, beside a bare PUT and GET of the same bytes. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Download, Page } from 'playwright-core'
import { fillForm, goTo, type Parcel, type Person } from './people.ts'

const patience = 600_000

/** Moments of one sending, in milliseconds since the epoch, by the pages' own clocks. */
export interface Sending {
  readonly pressed: number
  /** The call that completes the transfer went out, and was answered. */
  readonly completing: number
  readonly completed: number
  /** The recipient's inbox shows it. */
  readonly shown: number
}

/** Sends a parcel and waits until the recipient's inbox shows it without anybody asking. */
export async function send(sender: Person, recipient: Person, parcel: Omit<Parcel, 'to'>): Promise<Sending> {
  await goTo(recipient.page, 'Inbox')
  await fillForm(sender.page, { ...parcel, to: recipient.email })
  const shown = watchFor(recipient.page, parcel.title)
  const button = sender.page.getByRole('button', { name: 'Encrypt and send' })
  await sender.page.evaluate(() => performance.clearResourceTimings())
  const pressed = notePress(sender.page)
  await button.click()
  const moment = { pressed: await pressed, shown: await shown }
  return { ...moment, ...(await completion(sender.page)) }
}

/** The moment of the next press on the page. */
async function notePress(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>(resolve => {
        addEventListener('pointerdown', () => resolve(Date.now()), { capture: true, once: true })
      }),
  )
}

/** The moment from which the page shows a link of that name. */
function watchFor(page: Page, title: string): Promise<number> {
  return page.evaluate(
    text =>
      new Promise<number>(resolve => {
        const look = () => {
          if (![...document.querySelectorAll('a')].some(link => link.textContent.includes(text))) return
          watcher.disconnect()
          resolve(Date.now())
        }
        const watcher = new MutationObserver(look)
        watcher.observe(document.body, { subtree: true, childList: true, characterData: true })
        look()
      }),
    title,
  )
}

async function completion(page: Page): Promise<{ completing: number; completed: number }> {
  const timing = await page.waitForFunction(
    () => {
      const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
      const call = entries.findLast(({ name }) => name.includes('transfers.complete'))
      if (call === undefined) return null
      const { timeOrigin } = performance
      return { completing: timeOrigin + call.startTime, completed: timeOrigin + call.responseEnd }
    },
    undefined,
    { timeout: patience },
  )
  const value = await timing.jsonValue()
  if (value === null) throw new Error('the transfer was not completed')
  return value
}

/** Opens the transfer, presses Download and waits for the finished file: milliseconds and the file's SHA-256. */
export async function receive({ page }: Person, title: string): Promise<{ milliseconds: number; digest: string }> {
  await page
    .getByRole('link', { name: new RegExp(title) })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  const pressed = notePress(page)
  const landed = page.waitForEvent('download', { timeout: patience })
  await page.getByRole('button', { name: 'Download' }).click()
  const { finished, path } = await finish(await landed)
  return { milliseconds: finished - (await pressed), digest: await sha256Of(path) }
}

/** The bare download of what was put before, through the bare service worker. */
export async function bareGet(page: Page, bytes: number): Promise<number> {
  const landed = page.waitForEvent('download', { timeout: patience })
  const begun = await page.evaluate(size => {
    const frame = document.createElement('iframe')
    frame.hidden = true
    frame.src = `/bare/save?bytes=${size}`
    document.body.append(frame)
    return Date.now()
  }, bytes)
  const download = await landed
  const { finished } = await finish(download)
  await download.delete()
  return finished - begun
}

async function finish(download: Download): Promise<{ finished: number; path: string }> {
  const path = await download.path()
  const finished = Date.now()
  const failure = await download.failure()
  if (failure !== null) throw new Error(`download failed: ${failure}`)
  return { finished, path }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer)
  return hash.digest('hex')
}
