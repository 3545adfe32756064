/** Browser to browser through the real server, beside a bare PUT and GET of the same bytes. */
import { rm } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import type { Chromium } from './chromium.ts'
import { fillForm, goTo, type Parcel, type Person } from './people.ts'
import { sha256Of } from './sample.ts'

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
  await sender.page.evaluate(() => performance.clearResourceTimings())
  const [shown, pressed] = await Promise.all([
    watchFor(recipient.page, parcel.title),
    notePress(sender.page),
    sender.page.getByRole('button', { name: 'Encrypt and send' }).click(),
  ])
  return { pressed, shown, ...(await completion(sender.page)) }
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
        // No function here has a name: the transpiler's own helper for names does not exist in the page.
        new MutationObserver((_changes, watcher) => {
          if (!document.body.textContent.includes(text)) return
          watcher.disconnect()
          resolve(Date.now())
        }).observe(document.body, { subtree: true, childList: true, characterData: true })
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
export async function receive({ chromium, page }: Person, title: string) {
  await page
    .getByRole('link', { name: new RegExp(title) })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  const [pressed, { finished, path }] = await Promise.all([
    notePress(page),
    chromium.nextDownload(),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  const digest = await sha256Of(path)
  await rm(path)
  return { milliseconds: finished - pressed, digest }
}

/** The bare download of what was put before, through the bare service worker. */
export async function bareGet(chromium: Chromium, page: Page, bytes: number): Promise<number> {
  const [begun, { finished, path }] = await Promise.all([askBare(page, bytes), chromium.nextDownload()])
  await rm(path)
  return finished - begun
}

function askBare(page: Page, bytes: number): Promise<number> {
  return page.evaluate(size => {
    const frame = document.createElement('iframe')
    frame.hidden = true
    frame.src = `/bare/save?bytes=${size}`
    document.body.append(frame)
    return Date.now()
  }, bytes)
}
