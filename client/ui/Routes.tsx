import { lazy, Suspense, useEffect } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import type { Session } from '#client/app/views.ts'
import { useApp, useDraft, useLive } from './app-context.ts'
import { doorFor, isInFront } from './door-for.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { PageSkeleton } from './parts/Skeleton.tsx'
import { NotFound } from './screens/NotFound.tsx'
import { Register } from './screens/Register.tsx'

// The first door is drawn at once; the others come alone, and what stands behind them with the first letter typed.
const LogIn = lazy(async () => ({ default: (await import('./screens/LogIn.tsx')).LogIn }))
const Unlock = lazy(async () => ({ default: (await import('./screens/Unlock.tsx')).Unlock }))
const Verify = lazy(async () => ({ default: (await import('./screens/Verify.tsx')).Verify }))
const Recover = lazy(async () => ({ default: (await import('./screens/Recover.tsx')).Recover }))
const StartOver = lazy(async () => ({ default: (await import('./screens/RecoverStartOver.tsx')).StartOver }))
const Welcome = lazy(async () => ({ default: (await import('./screens/Welcome.tsx')).Welcome }))
const Shell = lazy(async () => ({ default: (await import('./Shell.tsx')).Shell }))
const Inbox = lazy(async () => ({ default: (await import('./screens/Inbox.tsx')).Inbox }))
const Send = lazy(async () => ({ default: (await import('./screens/Send.tsx')).Send }))
const Sent = lazy(async () => ({ default: (await import('./screens/Sent.tsx')).Sent }))
const Outbox = lazy(async () => ({ default: (await import('./screens/Outbox.tsx')).Outbox }))
const People = lazy(async () => ({ default: (await import('./screens/People.tsx')).People }))
const Person = lazy(async () => ({ default: (await import('./screens/Person.tsx')).Person }))
const Identity = lazy(async () => ({ default: (await import('./screens/Identity.tsx')).Identity }))
const Settings = lazy(async () => ({ default: (await import('./screens/Settings.tsx')).Settings }))

/** Where the person stands decides what can be seen; the address decides the rest. */
export function Routes() {
  const session = useLive(useApp().session)
  const [path, navigate] = useLocation()
  const way = doorFor(session, path, wanted)
  useEffect(() => {
    if (way.remember !== undefined) wanted = way.remember
    if (way.to !== null) navigate(way.to, { replace: true })
  }, [way.to, way.remember, navigate])
  useForgetDraft(session)
  if (session.state === 'starting') return <PageSkeleton />
  if (way.to !== null) return null
  return (
    <Suspense fallback={<PageSkeleton />}>
      {session.state === 'open' && !isInFront(path) ? <OpenApp /> : <Doors />}
    </Suspense>
  )
}

/** The page that was asked for before a door came in between. */
let wanted: string | null = null

/** What one person was putting together is nobody else's to see. */
function useForgetDraft(session: Session) {
  const draft = useDraft()
  const gone = session.state === 'visitor' || session.state === 'locked'
  useEffect(() => {
    if (gone) draft.reset()
  }, [gone, draft])
}

function Doors() {
  useEffect(() => {
    const fetchNext = () => {
      void import('./screens/Verify.tsx')
      void import('./Shell.tsx')
      void import('./screens/Inbox.tsx')
    }
    addEventListener('input', fetchNext, { once: true })
    return () => removeEventListener('input', fetchNext)
  }, [])
  return (
    <Switch>
      <Route path="/register" component={Register} />
      <Route path="/verify" component={Verify} />
      <Route path="/login" component={LogIn} />
      <Route path="/unlock" component={Unlock} />
      <Route path="/recover" component={Recover} />
      <Route path="/recover/new" component={StartOver} />
      <Route path="/welcome" component={Welcome} />
    </Switch>
  )
}

function OpenApp() {
  const [path] = useLocation()
  return (
    <Shell>
      <ErrorBoundary place={path}>
        <Suspense fallback={<PageSkeleton />}>
          <Switch>
            <Route path="/inbox/:slotId?">{params => <Inbox slotId={params.slotId ?? null} />}</Route>
            <Route path="/sent/:transferId?">{params => <Sent transferId={params.transferId ?? null} />}</Route>
            <Route path="/outbox" component={Outbox} />
            <Route path="/send" component={Send} />
            <Route path="/people" component={People} />
            <Route path="/people/:userId">{params => <Person userId={params.userId} />}</Route>
            <Route path="/identity" component={Identity} />
            <Route path="/settings" component={Settings} />
            <Route path="/">
              <Redirect to="/inbox" replace />
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </Shell>
  )
}
