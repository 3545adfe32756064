/** Somebody without a mouse: goes on by Tab, and looks where the focus is. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { focused } from './looks.ts'

/** Tabs on until `name` has the focus; at every stop the focus can be seen. */
export async function tabTo(page: Page, name: RegExp, most = 40): Promise<void> {
  for (let step = 0; step < most; step++) {
    await page.keyboard.press('Tab')
    expect(await focusIsSeen(page), await focused(page)).toBe(true)
    if (name.test(await nameOfFocused(page))) return
  }
  throw new Error(`Tab never came to ${name}`)
}

/** What a screen reader calls the element that has the focus. */
export async function nameOfFocused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement)) return ''
    const by = element.getAttribute('aria-labelledby')?.split(' ') ?? []
    const labels = 'labels' in element && element.labels instanceof NodeList ? [...element.labels] : []
    const named = by.map(id => document.getElementById(id)?.textContent ?? '').join(' ')
    const label = labels.map(one => one.textContent ?? '').join(' ')
    return element.getAttribute('aria-label') ?? (named.trim() || label.trim() || (element.textContent ?? ''))
  })
}

/** An outline on it, or around it: on the box that a field stands in, or that stands for a hidden one. */
export function focusIsSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return false
    const outlined = (one: Element | null) => one !== null && getComputedStyle(one).outlineStyle !== 'none'
    const label = element.closest('label')
    const parent = element.parentElement
    const around = [element, parent, parent?.parentElement ?? null, label, ...(label?.children ?? [])]
    return around.some(one => one !== null && outlined(one) && one.getClientRects().length > 0)
  })
}
