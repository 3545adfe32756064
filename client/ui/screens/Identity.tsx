import { Copy, LockKeyhole } from 'lucide-react'
import { useState } from 'react'
import type { Me } from '#client/app/views.ts'
import { useApp, useLive, useMe } from '../app-context.ts'
import { Button, LinkButton } from '../parts/Button.tsx'
import { Fingerprint } from '../parts/Fingerprint.tsx'
import { Mark } from '../parts/Mark.tsx'
import { Body, Card, TopBar } from '../parts/Page.tsx'
import { EncryptionKeyCard } from './identity/EncryptionKeyCard.tsx'
import { KeyFilesCard } from './identity/KeyFilesCard.tsx'
import { RecoveryKitCard } from './identity/RecoveryKitCard.tsx'

/** Your own mark and fingerprint, and what keeps your keys from being lost. */
export function Identity() {
  const app = useApp()
  const me = useMe()
  const safety = useLive(app.safety)
  if (me === null) return null
  return (
    <>
      <TopBar title="Your identity" />
      <Body width="wide">
        <div className="flex flex-wrap gap-2 md:hidden">
          <LinkButton href="/settings" tight>
            Settings
          </LinkButton>
          <LinkButton href="/outbox" tight>
            Outbox
          </LinkButton>
          <Button tight onPress={() => app.lock()} icon={<LockKeyhole size={16} strokeWidth={2} aria-hidden="true" />}>
            Lock
          </Button>
        </div>
        <Own me={me} />
        {safety === null ? null : (
          <>
            <RecoveryKitCard kit={safety.kit} />
            <div className="grid gap-6 lg:grid-cols-2 lg:items-start">
              <EncryptionKeyCard me={me} safety={safety} />
              <KeyFilesCard />
            </div>
          </>
        )}
      </Body>
    </>
  )
}

function Own({ me }: { readonly me: Me }) {
  return (
    <Card className="gap-6 lg:grid lg:grid-cols-[16rem_minmax(0,1fr)]">
      <div className="flex flex-col gap-4">
        <Mark fingerprint={me.fingerprint} size={96} own of={me.name} />
        <div className="min-w-0">
          <h2 className="text-t4 font-heading wrap-anywhere">
            <bdi>{me.name}</bdi>
          </h2>
          <bdi className="text-ink-2 wrap-anywhere">{me.email}</bdi>
        </div>
      </div>
      <div className="flex flex-col gap-3">
        <h3 className="font-strong">Your fingerprint, to read aloud</h3>
        <Fingerprint fingerprint={me.fingerprint} big />
        <p className="max-w-[38rem] text-t2 text-ink-2">
          It stays the same when you rotate your encryption key. It changes only if you start over without your recovery
          kit.
        </p>
        <CopyButton text={me.fingerprint} />
      </div>
    </Card>
  )
}

function CopyButton({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied.'),
      () => setSaid('The browser did not let it be copied. Select the digits instead.'),
    )
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button tight onPress={() => void copy()} icon={<Copy size={16} strokeWidth={2} aria-hidden="true" />}>
        Copy
      </Button>
      <span role="status" className="text-t2 text-ink-2">
        {said}
      </span>
    </div>
  )
}
