import {
  Cloud,
  CloudOff,
  Hourglass,
  Inbox,
  KeyRound,
  LockKeyhole,
  type LucideIcon,
  Plus,
  Send,
  Settings2,
  UserRound,
  Users,
} from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { useApp, useLive, useMe } from './app-context.ts'
import { format } from './format.ts'
import { Brand } from './parts/Brand.tsx'
import { Button, buttonLook, Key } from './parts/Button.tsx'
import { classes } from './parts/classes.ts'
import { Mark } from './parts/Mark.tsx'

interface Place {
  readonly href: string
  readonly name: string
  readonly icon: LucideIcon
}

const inbox: Place = { href: '/inbox', name: 'Inbox', icon: Inbox }
const sent: Place = { href: '/sent', name: 'Sent', icon: Send }
const people: Place = { href: '/people', name: 'People', icon: Users }

const sidePlaces: readonly Place[] = [
  inbox,
  sent,
  { href: '/outbox', name: 'Outbox', icon: Hourglass },
  people,
  { href: '/identity', name: 'Identity', icon: KeyRound },
  { href: '/settings', name: 'Settings', icon: Settings2 },
]

const tabPlaces: readonly Place[] = [inbox, sent, { href: '/send', name: 'Send', icon: Plus }, people]
const you: Place = { href: '/identity', name: 'You', icon: UserRound }

function useNewCount(): number {
  return (useLive(useApp().inbox) ?? []).filter(row => row.isNew && row.state === 'ready').length
}

/** Whether the recovery kit has not been seen to work. */
function useUnproven(): boolean {
  const safety = useLive(useApp().safety)
  return safety !== null && safety.kit.state !== 'proven'
}

function isAt(location: string, place: Place): boolean {
  return location === place.href || location.startsWith(`${place.href}/`)
}

/** The rail of a middle window and the side bar of a wide one. */
export function SideBar() {
  const [location] = useLocation()
  const news = useNewCount()
  const waiting = useLive(useApp().outbox).length
  const unproven = useUnproven()
  return (
    <nav
      aria-label="Main"
      className="sticky top-0 hidden h-dvh flex-col gap-1 overflow-y-auto border-e border-line bg-canvas px-2 py-4 md:flex wide:px-3"
    >
      <div className="flex justify-center pb-3 wide:justify-start wide:px-2">
        <Brand rail />
      </div>
      <SendLink here={location === '/send'} />
      {sidePlaces.map(place => (
        <SideLink
          key={place.href}
          place={place}
          here={isAt(location, place)}
          dot={place.href === you.href && unproven}
          count={
            place === inbox
              ? { n: news, word: 'new' }
              : place.href === '/outbox'
                ? { n: waiting, word: 'waiting', grey: true }
                : null
          }
        />
      ))}
      <div className="mt-auto flex flex-col">
        <Level />
        <You />
      </div>
    </nav>
  )
}

function SendLink({ here }: { readonly here: boolean }) {
  return (
    <Link
      href="/send"
      {...(here ? { 'aria-current': 'page' } : {})}
      className={classes(
        buttonLook({ kind: 'main' }),
        'mb-3 max-wide:min-h-13 max-wide:flex-col max-wide:gap-0.5 max-wide:px-2 max-wide:text-t1 wide:justify-start wide:pe-3',
      )}
    >
      <Plus size={20} strokeWidth={1.75} aria-hidden="true" />
      Send
      <span className="ms-auto hidden wide:inline">
        <Key name="n" />
      </span>
    </Link>
  )
}

interface CountOf {
  readonly n: number
  readonly word: string
  readonly grey?: boolean
}

interface PlaceLinkProps {
  readonly place: Place
  readonly here: boolean
  readonly count: CountOf | null
  /** Something there asks to be done. */
  readonly dot?: boolean
}

function SideLink({ place, here, count, dot = false }: PlaceLinkProps) {
  return (
    <Link
      href={place.href}
      {...(here ? { 'aria-current': 'page' } : {})}
      className={classes(
        'relative flex min-h-13 flex-col items-center justify-center gap-0.5 rounded-r2 px-0.5 py-2 text-center text-t1 font-medium',
        'wide:min-h-11 wide:flex-row wide:justify-start wide:gap-3 wide:px-2 wide:py-0 wide:text-start wide:text-t2 fine:wide:min-h-9',
        here ? 'bg-fill-strong text-ink' : 'text-ink-2 hover:bg-fill hover:text-ink',
      )}
    >
      <place.icon
        size={20}
        strokeWidth={1.75}
        aria-hidden="true"
        className={place.icon === Send ? 'turns' : undefined}
      />
      {place.name}
      {count === null || count.n === 0 ? null : (
        <Count of={count} className="absolute end-2.5 top-1 wide:static wide:ms-auto" />
      )}
      {dot ? <Dot className="absolute end-5 top-2 wide:static wide:ms-auto wide:me-1.5" /> : null}
    </Link>
  )
}

function Count({ of, className }: { readonly of: CountOf; readonly className: string }) {
  return (
    <span
      className={classes(
        'inline-flex h-5 min-w-5 items-center justify-center rounded-full px-1.5 text-t1 font-strong tabular-nums',
        of.grey ? 'bg-fill-strong text-ink-2' : 'bg-accent text-on-accent',
        className,
      )}
    >
      {format.count(of.n)}
      <span className="sr-only"> {of.word}</span>
    </span>
  )
}

/** Amber, until the recovery kit has been tried. */
function Dot({ className }: { readonly className: string }) {
  return (
    <span className={classes('size-2 rounded-full bg-warn forced-colors:bg-[CanvasText]', className)}>
      <span className="sr-only">, recovery kit not tried yet</span>
    </span>
  )
}

/** Whether the lists are level with the server. */
function Level() {
  const connection = useLive(useApp().connection)
  const Icon = connection.online ? Cloud : CloudOff
  const words = !connection.online
    ? 'Offline'
    : connection.upToDateAt === null
      ? 'Connecting'
      : `Up to date, ${format.clock(connection.upToDateAt)}`
  return (
    <p className="flex items-center justify-center gap-2 p-2 text-t1 text-ink-3 wide:justify-start">
      <Icon size={16} strokeWidth={2} aria-hidden="true" className="flex-none" />
      <span className="sr-only wide:not-sr-only">{words}</span>
    </p>
  )
}

function You() {
  const app = useApp()
  const me = useMe()
  if (me === null) return null
  return (
    <div className="flex flex-col items-center gap-2 border-line pt-3 wide:flex-row wide:gap-3 wide:border-t wide:ps-2">
      <Mark fingerprint={me.fingerprint} own />
      <bdi className="hidden min-w-0 flex-1 truncate text-t2 font-strong wide:block">{me.name}</bdi>
      <Button
        kind="plain"
        square
        tight
        label="Lock"
        onPress={() => app.lock()}
        icon={<LockKeyhole size={20} strokeWidth={1.75} aria-hidden="true" />}
      />
    </div>
  )
}

/** The bar at the foot of a phone. */
export function TabBar() {
  const [location] = useLocation()
  const news = useNewCount()
  const unproven = useUnproven()
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-10 grid grid-cols-5 bg-surface pb-[env(safe-area-inset-bottom)] shadow-[0_-1px_0_var(--line)] md:hidden"
    >
      {tabPlaces.map(place => (
        <Tab
          key={place.href}
          place={place}
          here={isAt(location, place)}
          count={place === inbox ? { n: news, word: 'new' } : null}
        />
      ))}
      <Tab place={you} here={isAt(location, you) || location === '/settings'} count={null} dot={unproven} />
    </nav>
  )
}

function Tab({ place, here, count, dot = false }: PlaceLinkProps) {
  const sends = place.href === '/send'
  return (
    <Link
      href={place.href}
      {...(here ? { 'aria-current': 'page' } : {})}
      className={classes(
        'relative flex min-h-16 flex-col items-center justify-center gap-0.5 p-1 text-t1 font-medium',
        here || sends ? 'text-accent' : 'text-ink-2',
      )}
    >
      {here ? <span className="absolute inset-x-[28%] top-0 h-0.5 bg-accent" /> : null}
      <span className={sends ? 'rounded-r2 bg-accent px-3 py-1 text-on-accent' : undefined}>
        <place.icon
          size={20}
          strokeWidth={1.75}
          aria-hidden="true"
          className={place.icon === Send ? 'turns' : undefined}
        />
      </span>
      {place.name}
      {count === null || count.n === 0 ? null : <Count of={count} className="absolute start-[calc(50%+6px)] top-1.5" />}
      {dot ? <Dot className="absolute start-[calc(50%+10px)] top-3" /> : null}
    </Link>
  )
}
