import { Download } from 'lucide-react'
import { useState } from 'react'
import { inGroups } from '#shared/contract/recovery-text.ts'
import { useMe } from '../../app-context.ts'
import { format } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
import { CopyButton } from '../../parts/CopyButton.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Note } from '../../parts/Note.tsx'
import { saveText } from '../../parts/save-text.ts'

interface RecoveryCodesProps {
  readonly codes: readonly string[]
  /** There were others before. */
  readonly renewed?: boolean
  readonly onKept: () => void
}

/** Ten codes, shown this once. Escape does not take them away: it says that they are not shown again. */
export function RecoveryCodes({ codes, renewed = false, onKept }: RecoveryCodesProps) {
  const me = useMe()
  const [warned, setWarned] = useState(false)
  const save = () => saveText('DataCrypt recovery codes.txt', codesText(codes, me?.email ?? ''))
  return (
    <Dialog
      alert
      title="Keep your recovery codes"
      onClose={() => setWarned(true)}
      actions={
        <Button kind="main" onPress={onKept}>
          I have kept them
        </Button>
      }
    >
      <p>
        Each of them stands once for your second factor, should you lose it.
        {renewed ? ' The older codes stopped working.' : ''}
      </p>
      <ol
        aria-label="Recovery codes"
        className="digits grid gap-x-6 gap-y-1 rounded-r2 bg-fill p-4 text-t3 text-ink select-all md:grid-cols-2"
      >
        {codes.map(code => (
          <li key={code}>
            <span aria-hidden="true">{inGroups(code, 5)}</span>
            <span className="sr-only">{[...code].join(' ')}</span>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2 text-ink max-[30rem]:*:flex-auto">
        <CopyButton text={shownCodes(codes)}>Copy</CopyButton>
        <Button onPress={save} icon={<Download size={16} strokeWidth={2} aria-hidden="true" />}>
          Save as a text file
        </Button>
      </div>
      {warned ? (
        <Note tone="warn" head="They are not shown again." alert>
          Keep them first: on paper, or where your passwords are.
        </Note>
      ) : null}
    </Dialog>
  )
}

const shownCodes = (codes: readonly string[]) => codes.map(code => inGroups(code, 5)).join('\n')

function codesText(codes: readonly string[], email: string): string {
  const head = `DataCrypt recovery codes of ${email}\n${window.location.origin}\nMade ${format.date(Date.now())}. Each works once.\n`
  return `${head}\n${shownCodes(codes)}\n`
}
