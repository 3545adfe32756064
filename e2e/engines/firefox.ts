/** Firefox over WebDriver BiDi. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer, { type ElementHandle, type Page } from 'puppeteer-core'
import type { Engine, Seat } from './engine.ts'
import { findInPage, questionOf, type Sought } from './find-in-page.ts'
import { until } from './patience.ts'

export const firefox: Engine = { name: 'Firefox', takeSeat }

const size = { width: 1280, height: 900 }

async function takeSeat(url: string): Promise<Seat> {
  const downloads = await mkdtemp(join(tmpdir(), 'datacrypt-firefox-'))
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr',
    headless: true,
    defaultViewport: null,
    extraPrefsFirefox: {
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
      'browser.download.manager.addToRecentDocs': false,
    },
  })
  const [page = await browser.newPage()] = await browser.pages()
  page.setDefaultTimeout(120_000)
  await page.setViewport(size)
  return {
    ...seatAt(page, url),
    engine: firefox.name,
    downloads,
    async close() {
      await browser.close()
      await rm(downloads, { recursive: true, force: true })
    },
  }
}

function seatAt(page: Page, url: string): Omit<Seat, 'engine' | 'downloads' | 'close'> {
  const look = async (sought: Sought): Promise<ElementHandle<HTMLElement> | null> => {
    const handle = await page.evaluateHandle(findInPage, questionOf(sought))
    return handle.asElement() as ElementHandle<HTMLElement> | null
  }
  const find = (sought: Sought) => until(`${sought.role} ${sought.name}`, () => look(sought))
  return {
    open: async path => void (await page.goto(new URL(path, url).href)),
    reload: async () => void (await page.reload()),
    see: async sought => void (await find(sought)),
    click: async sought => (await find(sought)).click(),
    async fill(label, text) {
      const field = await find({ role: 'field', name: label })
      await field.evaluate(input => input instanceof HTMLInputElement && input.select())
      await field.type(text)
    },
    async pick(label, option) {
      const list = await find({ role: 'field', name: label })
      await list.select(await optionValue(list, option))
    },
    press: key => page.keyboard.press(key),
    async choose(paths) {
      const input = await find({ role: 'file', name: /^/ })
      await (input as unknown as ElementHandle<HTMLInputElement>).uploadFile(...paths)
    },
    screenshot: async path => void (await page.screenshot({ path: path as `${string}.png` })),
  }
}

function optionValue(list: ElementHandle<HTMLElement>, words: string): Promise<string> {
  return list.evaluate((select, label) => {
    const options = select instanceof HTMLSelectElement ? [...select.options] : []
    return options.find(option => option.label === label)?.value ?? ''
  }, words)
}
