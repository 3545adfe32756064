import type { Safety } from '#client/app/safety-views.ts'
import { Card, CardTitle } from '../../parts/Page.tsx'
import { KitSteps } from './KitSteps.tsx'
import { KitTag } from './KitTag.tsx'

export function RecoveryKitCard({ kit }: { readonly kit: Safety['kit'] }) {
  return (
    <Card labelledBy="recovery-kit">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <CardTitle id="recovery-kit">Recovery kit</CardTitle>
        <KitTag kit={kit} />
      </div>
      <p className="max-w-[38rem] text-ink-2">
        A page with a recovery key. It is the only way back to your keys if you forget your password. The key is shown
        only when it is made, and only here.
      </p>
      <KitSteps kit={kit} />
    </Card>
  )
}
