import { CloudOff, Hourglass, Info, type LucideIcon, RefreshCw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import type { ProblemCode } from '#shared/contract/problems.ts'
import { useApp, useLive } from '../app-context.ts'
import { unfinishedWords } from '../unfinished.ts'
import { headAndRest, sayFault } from '../words.ts'
import { Button, LinkButton } from './Button.tsx'
import { classes } from './classes.ts'

type BannerTone = 'plain' | 'live' | 'bad'

const looks: Record<BannerTone, string> = {
  plain: 'bg-fill-strong text-ink',
  live: 'bg-accent-soft text-accent-ink',
  bad: 'bg-bad-soft text-bad',
}

interface BannerProps {
  readonly tone: BannerTone
  readonly icon: LucideIcon
  readonly children: ReactNode
  readonly action?: ReactNode
}

export function Banner({ tone, icon: Icon, children, action }: BannerProps) {
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={classes(
        'flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-(--gutter) py-2 text-t2',
        looks[tone],
      )}
    >
      <Icon size={20} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
      <p className="flex-[1_1_12rem]">{children}</p>
      {action}
    </div>
  )
}

/** One at a time: alarm over offline over logged out over update. */
export function AppBanner() {
  const app = useApp()
  const connection = useLive(app.connection)
  const session = useLive(app.session)
  const update = useLive(app.update)
  const ownAlarm = useLive(app.ownAlarm)
  if (ownAlarm) return <Alarm code="own-identity-changed" />
  if (connection.serverWentBack) return <Alarm code="server-went-back" />
  if (!connection.online) return <Offline />
  if (session.state === 'open' && session.online === 'logged-out') return <LoggedOut />
  if (update) return <UpdateReady onStart={() => app.applyUpdate()} />
  return <Unfinished />
}

const openedAt = Date.now()

/** What an earlier visit left half done, until it is gone on with or discarded. */
function Unfinished() {
  const rows = useLive(useApp().outbox)
  const [path] = useLocation()
  const words = path === '/outbox' ? null : unfinishedWords(rows, openedAt)
  if (words === null) return null
  return (
    <Banner
      tone="live"
      icon={Hourglass}
      action={
        <LinkButton href="/outbox" kind="quiet" tight className={inBanner}>
          See the outbox
        </LinkButton>
      }
    >
      {words}
    </Banner>
  )
}

/** It stays: there is nothing that the person could do here. */
function Alarm({ code }: { readonly code: ProblemCode }) {
  const [head, rest] = headAndRest(sayFault({ code, data: {} }))
  return (
    <Banner tone="bad" icon={TriangleAlert}>
      <strong className="font-strong">{head}</strong> {rest}
    </Banner>
  )
}

function Offline() {
  return (
    <Banner tone="plain" icon={CloudOff}>
      <strong className="font-strong">You're offline.</strong> You can open, encrypt and read everything on this device.
      Sending waits in the outbox.
    </Banner>
  )
}

const inBanner = 'text-inherit underline underline-offset-4'

function LoggedOut() {
  const [path] = useLocation()
  const [head, rest] = headAndRest(sayFault({ code: 'logged-out', data: {} }))
  return (
    <Banner
      tone="plain"
      icon={Info}
      action={
        path === '/login' ? null : (
          <LinkButton href="/login" kind="quiet" tight className={inBanner}>
            Log in again
          </LinkButton>
        )
      }
    >
      <strong className="font-strong">{head}</strong> {rest}
    </Banner>
  )
}

function UpdateReady({ onStart }: { readonly onStart: () => void }) {
  return (
    <Banner
      tone="live"
      icon={RefreshCw}
      action={
        <Button kind="quiet" tight className={inBanner} onPress={onStart}>
          Start it now
        </Button>
      }
    >
      A new version is ready. It starts when nothing is running, or now.
    </Banner>
  )
}
