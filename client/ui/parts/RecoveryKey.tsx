import { Download, Printer } from 'lucide-react'
import { useState } from 'react'
import type { Me } from '#client/app/views.ts'
import { useMe } from '../app-context.ts'
import { Button } from './Button.tsx'
import { KitSheet } from './KitSheet.tsx'
import { kitText } from './kit-text.ts'
import { Note } from './Note.tsx'
import { keyGroups } from './recovery-typing.ts'
import { saveText } from './save-text.ts'

interface RecoveryKeyProps {
  /** With or without dashes. */
  readonly recoveryKey: string
  /** It was printed, or saved as a file. */
  readonly onSaved?: () => void
}

/** A recovery key, shown this once: to print, to save, or to write down. The printed page is the kit. */
export function RecoveryKey({ recoveryKey, onSaved }: RecoveryKeyProps) {
  const me = useMe()
  const [madeAt] = useState(() => Date.now())
  if (me === null) return null
  return (
    <div className="flex flex-col gap-4">
      <KeyGroups recoveryKey={recoveryKey} />
      <Note tone="warn" head="It is shown this once.">
        Nobody can show it to you again. Print it, save it or write it down before you go on.
      </Note>
      <KitButtons me={me} madeAt={madeAt} recoveryKey={recoveryKey} {...(onSaved ? { onSaved } : {})} />
      <KitSheet me={me} madeAt={madeAt} recoveryKey={recoveryKey} />
    </div>
  )
}

function KeyGroups({ recoveryKey }: { readonly recoveryKey: string }) {
  return (
    <ol
      aria-label="Recovery key, eight groups"
      className="digits grid grid-cols-[repeat(4,max-content)] justify-between gap-x-2 gap-y-2 rounded-r2 bg-fill px-4 py-4 max-[22rem]:grid-cols-[repeat(2,max-content)] text-t4 select-all md:justify-start md:gap-x-6"
    >
      {keyGroups(recoveryKey).map((group, place) => (
        // Groups have no name but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
        <li key={place}>
          <span aria-hidden="true">{group}</span>
          <span className="sr-only">{group.split('').join(' ')}</span>
        </li>
      ))}
    </ol>
  )
}

interface KitButtonsProps extends RecoveryKeyProps {
  readonly me: Me
  readonly madeAt: number
}

function KitButtons({ me, madeAt, recoveryKey, onSaved }: KitButtonsProps) {
  const print = () => {
    window.addEventListener('afterprint', () => onSaved?.(), { once: true })
    window.print()
  }
  const save = () => {
    const kit = { name: me.name, email: me.email, fingerprint: me.fingerprint, madeAt, recoveryKey }
    saveText('DataCrypt recovery kit.txt', kitText({ ...kit, server: window.location.origin }))
    onSaved?.()
  }
  return (
    <div className="flex flex-wrap gap-2 max-[30rem]:*:flex-auto">
      <Button kind="main" onPress={print} icon={<Printer size={16} strokeWidth={2} aria-hidden="true" />}>
        Print the kit
      </Button>
      <Button onPress={save} icon={<Download size={16} strokeWidth={2} aria-hidden="true" />}>
        Save as a text file
      </Button>
    </div>
  )
}
