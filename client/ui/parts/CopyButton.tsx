import { Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './Button.tsx'

interface CopyButtonProps {
  readonly text: string
  readonly children: string
}

/** Puts a text on the clipboard, and says whether it is there. */
export function CopyButton({ text, children }: CopyButtonProps) {
  const [said, setSaid] = useState('')
  const copy = () => {
    // Without a secure context there is no clipboard at all.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject()
    written.then(
      () => setSaid('Copied'),
      () => setSaid("The browser didn't allow it. Select the text and copy it."),
    )
  }
  return (
    <span className="inline-flex flex-wrap items-center gap-3">
      <Button onPress={copy} icon={<Copy size={16} strokeWidth={2} aria-hidden="true" />}>
        {children}
      </Button>
      <span role="status" className="text-t2 text-ink-2 empty:hidden">
        {said}
      </span>
    </span>
  )
}
