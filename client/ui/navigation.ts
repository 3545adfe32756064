/** Where the person is: the title takes the focus on arrival, going on starts at the top, going back does not. */
import { type RefObject, useEffect, useRef } from 'react'
import { useLocation } from 'wouter'

let lastPath: string | null = null
let wentBack = false

if (typeof window !== 'undefined') {
  window.addEventListener('popstate', () => {
    wentBack = true
  })
}

/**
 * For the h1 of a page: sets the window's title and takes the focus when the page, or a step of it, was navigated to. Browsers keep titles
 * of windows in their history in clear, and carry them to other devices: `title` holds nothing that is sealed.
 */
export function useArrival(title: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null)
  const [path] = useLocation()
  useEffect(() => {
    document.title = `${title} · DataCrypt`
  }, [title])
  useEffect(() => {
    const moved = lastPath !== null && lastPath !== path
    // A step of the same page: what had the focus has gone with the step before.
    const next = lastPath === path && document.activeElement === document.body
    lastPath = path
    if (!moved && !next) return
    heading.current?.focus({ preventScroll: true })
    if (!wentBack) window.scrollTo(0, 0)
    wentBack = false
  }, [path])
  return heading
}
