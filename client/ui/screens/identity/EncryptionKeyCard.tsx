import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import type { Safety } from '#client/app/safety-views.ts'
import type { Me } from '#client/app/views.ts'
import { useApp, useAttempt, useNow } from '../../app-context.ts'
import { format } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
import { Checkbox } from '../../parts/choices.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { Card, CardTitle } from '../../parts/Page.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'
import { nextDeletion, olderKeyWords } from './older-keys.ts'

/** The key that others encrypt for, its forerunners, and a new one. */
export function EncryptionKeyCard({ me, safety }: { readonly me: Me; readonly safety: Safety }) {
  const older = olderKeyWords(safety.olderKeys)
  return (
    <Card labelledBy="encryption-key">
      <CardTitle id="encryption-key">Encryption key</CardTitle>
      <p>
        Key {format.count(me.keyNumber)}, since {format.date(me.keySince)}.{' '}
        <span className="text-ink-2">{older ?? 'What people send you is encrypted for it.'}</span>
      </p>
      <DeleteOlder safety={safety} />
      <Rotate me={me} />
    </Card>
  )
}

function DeleteOlder({ safety }: { readonly safety: Safety }) {
  const app = useApp()
  const attempt = useAttempt()
  const next = nextDeletion(safety, useNow())
  return (
    <div className="flex flex-col gap-2">
      <Checkbox checked={safety.deleteOlder} onChange={on => void attempt.run(() => app.setDeleteOlder(on))}>
        Delete older keys 7 days after the last transfer that needs them
      </Checkbox>
      <p className="text-t2 text-ink-2">
        Then nobody can open those transfers again, you included, as far as no sealed copy of a key is kept elsewhere:
        in a backup of the server, or in a file of your keys.
        {next === null ? '' : ` The next one is deleted on ${format.date(next)}.`}
      </p>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
    </div>
  )
}

function Rotate({ me }: { readonly me: Me }) {
  const app = useApp()
  const sensitive = useSensitive()
  const [from, setFrom] = useState<number | null>(null)
  const rotate = async () => {
    const before = me.keyNumber
    if (await sensitive.run(() => app.rotateKey())) setFrom(before)
  }
  const done =
    from === null ? '' : `${me.keyNumber > from ? `Key ${format.count(me.keyNumber)}` : 'A new key'} is in use now.`
  return (
    <div className="flex flex-col gap-2">
      <p className="text-t2 text-ink-2">
        Rotating makes a new key at once. The people who know you take it by themselves; your fingerprint stays the
        same, and what is here already still opens.
      </p>
      {sensitive.fault === null ? null : <FaultNote fault={sensitive.fault} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          tight
          busy={sensitive.busy && 'Rotating…'}
          onPress={() => void rotate()}
          icon={<RefreshCw size={16} strokeWidth={2} aria-hidden="true" />}
        >
          Rotate now
        </Button>
        <span role="status" className="text-t2 text-ink-2">
          {done}
        </span>
      </div>
      {sensitive.dialog}
    </div>
  )
}
