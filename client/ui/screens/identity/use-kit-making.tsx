import { type ReactNode, useState } from 'react'
import type { Safety } from '#client/app/safety-views.ts'
import { type Attempt, useApp } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'

export interface KitMaking {
  /** The recovery key that was made on this page; null where it was made earlier. */
  readonly key: string | null
  readonly attempt: Attempt
  readonly dialogs: ReactNode
  make(): Promise<void>
  /** Asks first: the older kit stops working. */
  askForNew(): void
  forget(): void
}

/** Makes recovery kits, and holds the key of the newest one until it is proven. */
export function useKitMaking(kit: Safety['kit']): KitMaking {
  const app = useApp()
  const sensitive = useSensitive()
  const [key, setKey] = useState<string | null>(null)
  const [asking, setAsking] = useState(false)
  const make = async () => {
    setAsking(false)
    await sensitive.run(async () => setKey(await app.makeRecoveryKit()))
  }
  return {
    key: kit.state === 'untried' ? key : null,
    attempt: sensitive,
    make,
    askForNew: () => setAsking(true),
    forget: () => setKey(null),
    dialogs: (
      <>
        {sensitive.dialog}
        {asking ? <AskForNew onStay={() => setAsking(false)} onGo={() => void make()} /> : null}
      </>
    ),
  }
}

function AskForNew({ onStay, onGo }: { readonly onStay: () => void; readonly onGo: () => void }) {
  return (
    <Dialog
      title="Make a new recovery kit?"
      onClose={onStay}
      actions={
        <>
          <Button onPress={onStay}>Keep the older kit</Button>
          <Button kind="main" onPress={onGo}>
            Make a new kit
          </Button>
        </>
      }
    >
      <p>
        The older recovery key stops working at once; its paper can go. The new key is shown once, and has to be tried
        again.
      </p>
    </Dialog>
  )
}
