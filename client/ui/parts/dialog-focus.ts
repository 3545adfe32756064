/** Where the focus goes when a dialog closes, in the cases that React Aria leaves open. */
import { useEffect, useState } from 'react'

/** What had the focus before the first of the dialogs that follow each other, or has it after the last. */
let caller: HTMLElement | null = null

/**
 * React Aria gives the focus back to what had it when a dialog opened. Where that was a dialog too, which is gone by
 * then, this gives it to the caller of the first one.
 */
export function useCaller(): void {
  useState(() => {
    const before = document.activeElement
    const outside = before instanceof HTMLElement && before !== document.body && before.closest(anyDialog) === null
    if (outside) caller = before
  })
  useEffect(
    () => () => {
      // One frame later React Aria does its part.
      requestAnimationFrame(() => requestAnimationFrame(giveBack))
    },
    [],
  )
}

/** For a caller that goes together with its dialog: `element` has the focus then, or now where no dialog is open. */
export function focusInstead(element: HTMLElement | null): void {
  caller = element
  if (document.querySelector(anyDialog) === null) element?.focus()
}

const anyDialog = '[role=dialog], [role=alertdialog]'

function giveBack(): void {
  if (document.querySelector(anyDialog) !== null) return
  if (document.activeElement === document.body) caller?.focus()
  caller = null
}
