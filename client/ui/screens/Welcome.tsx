import { useLocation } from 'wouter'
import { useApp, useLive } from '../app-context.ts'
import { Button } from '../parts/Button.tsx'
import { Door, DoorTitle } from '../parts/Door.tsx'
import { Card } from '../parts/Page.tsx'
import { PageSkeleton } from '../parts/Skeleton.tsx'
import { KitSteps } from './identity/KitSteps.tsx'
import { KitTag } from './identity/KitTag.tsx'

/** After registering: the recovery kit, before it is needed. It may be put off. */
export function Welcome() {
  const safety = useLive(useApp().safety)
  const [, navigate] = useLocation()
  if (safety === null) return <PageSkeleton />
  const proven = safety.kit.state === 'proven'
  return (
    <Door wide>
      <DoorTitle title={proven ? 'Your recovery kit is proven' : 'Make your recovery kit'}>
        {proven
          ? 'It brings your keys back if you forget your password or lose this device. Keep it where you keep your passport.'
          : 'Your keys are made, on this device. If you forget your password, nobody can reset them: this kit is the only way back. It takes two minutes.'}
      </DoorTitle>
      <Card>
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 className="text-t3 font-heading">Three steps</h2>
          <KitTag kit={safety.kit} />
        </div>
        <KitSteps kit={safety.kit} />
      </Card>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button kind={proven ? 'main' : 'second'} onPress={() => navigate('/inbox')}>
          {proven ? 'Go to your inbox' : 'Later'}
        </Button>
        {proven ? null : (
          <p className="text-t2 text-ink-2">It waits on the page of your identity, with a dot until it is done.</p>
        )}
      </div>
    </Door>
  )
}
