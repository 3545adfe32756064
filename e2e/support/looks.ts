/** What a screen is looked at for: accessible by axe, no wider than its window, and a picture where one is asked for. */
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const widths = [
  { width: 1280, height: 1100 },
  { width: 390, height: 844 },
] as const
/** A window of 1280 at 400 %: WCAG 2.2, 1.4.10. */
const zoomed = { width: 320, height: 640 }
const folder = resolve(import.meta.dirname, '../artifacts')

/** Looks at what stands on the page, at both widths in both schemes; leaves it wide and light. */
export async function look(page: Page, name: string): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
  })
  // Nothing is under the pointer.
  await page.mouse.move(0, 0)
  for (const [at, size] of widths.entries()) {
    await page.setViewportSize(size)
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      const where = `${name}, ${size.width}, ${scheme}`
      // Names and roles are the same in both schemes, and colours at both widths.
      if (scheme === 'light') expect(await complaintsOfAxe(page, false), where).toEqual([])
      else if (at === 0) expect(await complaintsOfAxe(page, true), where).toEqual([])
      await keep(page, `${name}-${size.width}-${scheme}`)
    }
    expect(await overflow(page), `${name}, ${size.width}`).toEqual([])
    if (at === 0) await inRightToLeft(page, name)
  }
  await page.setViewportSize(zoomed)
  expect(await overflow(page), `${name}, 400 %`).toEqual([])
  await inRightToLeft(page, `${name}, 400 %`)
  await page.setViewportSize(widths[0])
  await page.emulateMedia({ colorScheme: 'light' })
}

async function inRightToLeft(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
  const found = await overflow(page)
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'ltr'))
  expect(found, `${name}, from right to left`).toEqual([])
}

/** What axe finds wrong, a line each. */
async function complaintsOfAxe(page: Page, coloursAlone: boolean): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async only => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    // React Aria's announcer speaks of a button by its id for some seconds, also when the button is gone by then.
    const found = await axe.run(
      { exclude: ['[data-live-announcer]'] },
      {
        resultTypes: ['violations'],
        ...(only ? { runOnly: ['color-contrast'] } : {}),
      },
    )
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html.slice(0, 200)).join(' | ')}`)
  }, coloursAlone)
}

/** The elements that make the page wider than its window; none where it is not. */
function overflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= wide) return []
    const out = [...document.body.querySelectorAll('*')].filter(element => {
      const { left, right, width } = element.getBoundingClientRect()
      return width > 0 && (right > wide + 1 || left < -1)
    })
    return [
      `${document.documentElement.scrollWidth} px`,
      ...out.slice(-3).map(element => element.outerHTML.slice(0, 160)),
    ]
  })
}

/** A picture of the whole page in e2e/artifacts, where SCREENSHOTS is set. */
export async function keep(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: resolve(folder, `${name}.png`), fullPage: true })
}

/** The element that has the focus: its role or tag, and its name. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (element === null) return ''
    return `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent ?? ''}`.trim()
  })
}
