import { type ReactNode, useEffect, useRef } from 'react'
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useCaller } from './dialog-focus.ts'

interface DialogProps {
  readonly title: string
  /** It blocks until a choice is made: a press beside it closes nothing. */
  readonly alert?: boolean
  /** The safe way out; Escape takes it too. */
  readonly onClose: () => void
  readonly children: ReactNode
  readonly actions: ReactNode
}

/** A sheet from below on a phone, else in the middle; the title has the focus, which goes back to the caller. Rendered while open. */
export function Dialog({ title, alert = false, onClose, children, actions }: DialogProps) {
  useCaller()
  return (
    <ModalOverlay
      isOpen
      isDismissable={!alert}
      onOpenChange={open => {
        if (!open) onClose()
      }}
      className="fixed inset-0 z-40 flex items-end justify-center bg-scrim md:items-center md:p-6"
    >
      <Modal className="max-h-full w-full overflow-auto rounded-t-r4 bg-raised p-5 pb-[calc(1.25rem+env(safe-area-inset-bottom))] text-ink shadow-e3 md:max-w-xl md:rounded-r4 md:p-6 forced-colors:border forced-colors:border-solid">
        <AriaDialog role={alert ? 'alertdialog' : 'dialog'} className="flex flex-col gap-5 outline-none">
          <Title text={title} />
          <div className="flex flex-col gap-3 text-ink-2">{children}</div>
          <div className="flex flex-wrap gap-2 *:flex-auto md:justify-end md:*:flex-none">{actions}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

function Title({ text }: { readonly text: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <Heading
      slot="title"
      level={2}
      ref={heading}
      tabIndex={-1}
      className="text-t4 font-heading tracking-tight wrap-anywhere outline-none"
    >
      {text}
    </Heading>
  )
}
