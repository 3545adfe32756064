/** Finding things in a page by role and name. */

export interface Sought {
  readonly role: 'button' | 'link' | 'heading' | 'field' | 'alert' | 'text' | 'file'
  /** A string is the whole name; of `text`, a part of what can be read. */
  readonly name: string | RegExp
}

/** {@link Sought} as it crosses into the page. */
export interface Question {
  readonly role: Sought['role']
  readonly pattern: string
}

export function questionOf({ role, name }: Sought): Question {
  if (typeof name !== 'string') return { role, pattern: name.source }
  const literal = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return { role, pattern: role === 'text' ? literal : `^${literal}$` }
}

/** Runs in the page, so that it may name nothing outside itself: the first visible thing that fits, or null. */
export function findInPage({ role, pattern }: Question): HTMLElement | null {
  const selectors = {
    button: 'button, summary, [role=button]',
    link: 'a[href]',
    heading: 'h1, h2, h3',
    field: 'input:not([type=file]), textarea, select',
    alert: '[role=alert]',
    file: 'input[type=file]:not([webkitdirectory])',
    text: 'body',
  }
  const wanted = new RegExp(pattern, 'u')
  const textOf = (element: Element): string => {
    const copy = element.cloneNode(true) as Element
    for (const hidden of copy.querySelectorAll('[aria-hidden=true]')) hidden.remove()
    return (copy.textContent ?? '').replace(/\s+/g, ' ').trim()
  }
  const nameOf = (element: HTMLElement): string => {
    // biome-ignore lint/performance/useDomNodeTextContent: only what is drawn counts as seen
    if (element === document.body) return element.innerText
    const labels = 'labels' in element ? (element.labels as NodeListOf<HTMLElement> | null) : null
    return element.getAttribute('aria-label') ?? textOf(labels?.[0] ?? element)
  }
  for (const element of document.querySelectorAll<HTMLElement>(selectors[role])) {
    // The browser's own file field may hide behind a button that is its label.
    const shown = role === 'file' || element.getClientRects().length > 0
    if (shown && wanted.test(nameOf(element))) return element
  }
  return null
}
