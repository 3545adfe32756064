import { type ReactNode, useEffect, useId, useRef } from 'react'

interface DialogProps {
  readonly title: string
  /** It blocks until a choice is made. */
  readonly alert?: boolean
  /** The safe way out; Escape takes it too. */
  readonly onClose: () => void
  readonly children: ReactNode
  readonly actions: ReactNode
}

/** The browser's own modal: it keeps the focus, makes the rest inert and gives the focus back. Rendered while open. */
export function Dialog({ title, alert = false, onClose, children, actions }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    const caller = document.activeElement
    element?.showModal()
    heading.current?.focus()
    return () => {
      element?.close()
      if (caller instanceof HTMLElement) caller.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      role={alert ? 'alertdialog' : 'dialog'}
      aria-labelledby={id}
      onCancel={event => {
        event.preventDefault()
        onClose()
      }}
      className="m-0 mt-auto w-full max-w-full rounded-t-r4 bg-raised p-5 text-ink shadow-e3 md:m-auto md:max-w-xl md:rounded-r4 md:p-6"
    >
      <div className="flex flex-col gap-5">
        <h2 ref={heading} id={id} tabIndex={-1} className="text-t4 font-heading tracking-tight outline-none">
          {title}
        </h2>
        <div className="flex flex-col gap-3 text-ink-2">{children}</div>
        <div className="flex flex-wrap gap-2 *:flex-auto md:justify-end md:*:flex-none">{actions}</div>
      </div>
    </dialog>
  )
}
