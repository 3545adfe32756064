import { ContactRound, FileKey } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useApp, useAttempt } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { Card, CardTitle } from '../../parts/Page.tsx'

const KeyFileDialog = lazy(async () => ({ default: (await import('./KeyFileDialog.tsx')).KeyFileDialog }))

/** The keys as files, for the person's own backup and for other programs. */
export function KeyFilesCard() {
  const app = useApp()
  const attempt = useAttempt()
  const [asking, setAsking] = useState(false)
  return (
    <Card labelledBy="key-files">
      <CardTitle id="key-files">Files of your keys</CardTitle>
      <p className="text-ink-2">
        For a backup of your own, for the command line, or for use with OpenSSL. The private file is encrypted with a
        passphrase that you choose.
      </p>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      <div className="flex flex-wrap gap-2 max-[30rem]:*:flex-auto">
        <Button tight onPress={() => setAsking(true)} icon={<FileKey size={16} strokeWidth={2} aria-hidden="true" />}>
          Private keys (PEM)…
        </Button>
        <Button
          tight
          busy={attempt.busy && 'Saving…'}
          onPress={() => void attempt.run(() => app.saveCard())}
          icon={<ContactRound size={16} strokeWidth={2} aria-hidden="true" />}
        >
          Your card
        </Button>
      </div>
      <Suspense>{asking ? <KeyFileDialog onClose={() => setAsking(false)} /> : null}</Suspense>
    </Card>
  )
}
