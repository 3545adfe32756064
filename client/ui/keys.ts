/** The keyboard: which key does what. Single letters can be switched off (WCAG 2.1.4) and never fire in fields. */
import { useEffect } from 'react'

/** Keys as the list of keys shows them. */
export const keyList: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: 'N', does: 'Send' },
  { keys: '/', does: 'Search' },
  { keys: 'G then I, S, O, P, K or ,', does: 'Inbox, Sent, Outbox, People, Identity, Settings' },
  { keys: '↑ ↓ or J K', does: 'Go through the rows' },
  { keys: 'Enter', does: 'Open' },
  { keys: 'Esc', does: 'Back' },
  { keys: 'D', does: 'Save' },
  { keys: 'P', does: 'Pause or go on' },
  { keys: 'R', does: 'Reply with files' },
  { keys: 'Delete', does: 'Delete' },
  { keys: 'Ctrl or ⌘ Enter', does: 'Encrypt and send' },
  { keys: 'Shift L', does: 'Lock' },
  { keys: 'F6', does: 'Next region' },
  { keys: '?', does: 'This list' },
]

const places: Readonly<Record<string, string>> = {
  i: '/inbox',
  s: '/sent',
  o: '/outbox',
  p: '/people',
  k: '/identity',
  ',': '/settings',
}

export interface KeyActions {
  go(path: string): void
  back(): void
  lock(): void
  showKeys(): void
  /** Whether single letters are on. */
  letters(): boolean
}

/** Listens on the window while the app is open. */
export function useKeys(actions: KeyActions): void {
  useEffect(() => {
    const listen = keyListener(actions)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [actions])
}

function keyListener(actions: KeyActions): (event: KeyboardEvent) => void {
  let afterG = false
  return event => {
    if (event.defaultPrevented || document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return
    const wasG = afterG
    afterG = false
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return press('Control+Enter', event)
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'F6') return nextRegion(event)
    if (inField(event.target)) return
    if (event.key === 'Escape') return actions.back()
    if (!actions.letters()) return
    if (wasG) return goTo(event, actions)
    if (event.key === 'g') afterG = true
    else letter(event, actions)
  }
}

function goTo(event: KeyboardEvent, actions: KeyActions): void {
  const path = places[event.key.toLowerCase()]
  if (path === undefined) return
  event.preventDefault()
  actions.go(path)
}

function letter(event: KeyboardEvent, actions: KeyActions): void {
  const run = letters.get(event.key)
  if (run === undefined) {
    press(event.key.length === 1 ? event.key.toLowerCase() : event.key, event)
    return
  }
  if (event.key.startsWith('Arrow') && !rowIsNear()) return
  event.preventDefault()
  run(actions)
}

const letters: ReadonlyMap<string, (actions: KeyActions) => void> = new Map<string, (actions: KeyActions) => void>([
  ['n', actions => actions.go('/send')],
  ['?', actions => actions.showKeys()],
  ['L', actions => actions.lock()],
  ['/', () => document.querySelector<HTMLInputElement>('input[type="search"]')?.focus()],
  ['j', () => moveRow(1)],
  ['ArrowDown', () => moveRow(1)],
  ['k', () => moveRow(-1)],
  ['ArrowUp', () => moveRow(-1)],
])

/** Arrows scroll the page unless a row has the focus. */
function rowIsNear(): boolean {
  return document.activeElement?.hasAttribute('data-row') === true
}

/** Presses the button on the screen that carries this key. */
function press(key: string, event: KeyboardEvent): void {
  for (const button of document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)) {
    if (button.getClientRects().length === 0) continue
    event.preventDefault()
    button.click()
    return
  }
}

function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].filter(row => row.getClientRects().length > 0)
  const focused = rows.findIndex(row => row.matches(':focus'))
  const current = focused === -1 ? rows.findIndex(row => row.getAttribute('aria-current') === 'true') : focused
  rows[Math.max(0, Math.min(rows.length - 1, current + by))]?.focus()
}

function inField(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input:not([type="checkbox"],[type="radio"]), textarea, select, [role="grid"]') !== null
  )
}

function nextRegion(event: KeyboardEvent): void {
  event.preventDefault()
  const regions = [...document.querySelectorAll<HTMLElement>('nav, main, aside, [data-region]')].filter(
    region => region.getClientRects().length > 0,
  )
  const at = regions.findLastIndex(region => region.contains(document.activeElement))
  const next = regions[(at + 1) % regions.length]
  next?.querySelector<HTMLElement>('a[href], button, input, h1[tabindex]')?.focus()
}
