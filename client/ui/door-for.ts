/** Which page a person may see, by where they stand with this device. */
import type { Session } from '#client/app/views.ts'

const doors: readonly string[] = ['/register', '/verify', '/login', '/unlock']

export interface Way {
  /** Where to go instead; null: stay. */
  readonly to: string | null
  /** What to remember as the page that was asked for; null forgets it, absent keeps it. */
  readonly remember?: string | null
}

/** The way from `path`. `wanted` is the page that a door came in between of. */
export function doorFor(session: Session, path: string, wanted: string | null): Way {
  switch (session.state) {
    case 'starting':
      return { to: null }
    case 'visitor':
      if (path === '/register' || path === '/login') return { to: null }
      // The address is confirmed; the password makes or opens the keys.
      if (session.verified === true) return { to: '/login' }
      if (isPage(path)) return { to: '/login', remember: path }
      return { to: session.verified ? '/login' : '/register' }
    case 'verifying':
      return atDoor('/verify', path)
    case 'locked':
      return atDoor('/unlock', path)
    case 'open':
      if (path === '/login' && session.online === 'logged-out') return { to: null }
      return doors.includes(path) ? { to: wanted ?? '/inbox', remember: null } : { to: null }
  }
}

function atDoor(door: string, path: string): Way {
  if (path === door) return { to: null }
  return isPage(path) ? { to: door, remember: path } : { to: door }
}

function isPage(path: string): boolean {
  return path !== '/' && !doors.includes(path)
}
