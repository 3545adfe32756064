import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { textLink } from './text-link.ts'

interface TextButtonProps {
  readonly onPress: () => void
  readonly children: ReactNode
}

/** A button inside a sentence. */
export function TextButton({ onPress, children }: TextButtonProps) {
  return (
    <Button className={textLink} onPress={onPress}>
      {children}
    </Button>
  )
}
