/** Which page a person may see, by where they stand with this device. */
import type { Session } from '#client/app/views.ts'

/** Coming back without the password; the second page of it makes a new identity. */
const recoveryDoors: readonly string[] = ['/recover', '/recover/new']
const doors: readonly string[] = ['/register', '/verify', '/login', '/unlock', ...recoveryDoors]

/** Doors that people pass with a new identity, which has no recovery kit yet. */
const newcomersDoors: readonly string[] = ['/verify', '/recover/new']

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
      if (path === '/register' || opensWithoutKeys(path)) return { to: null }
      // The address is confirmed, and the password makes the keys; or somebody has left, and takes their pages along.
      if (session.after !== undefined) return { to: '/login', remember: null }
      if (isPage(path)) return { to: '/login', remember: path }
      return { to: '/register' }
    case 'verifying':
      return atDoor('/verify', path)
    case 'locked':
      // The password may have been changed on another device, or forgotten.
      return opensWithoutKeys(path) ? { to: null } : atDoor('/unlock', path)
    case 'open':
      if (session.online === 'logged-out' && opensWithoutKeys(path)) return { to: null }
      if (newcomersDoors.includes(path) || (session.newcomer && doors.includes(path)))
        return { to: '/welcome', remember: null }
      return doors.includes(path) ? { to: wanted ?? '/inbox', remember: null } : { to: null }
  }
}

/** Whether this page stands in front of the app, whatever the person may see of it. */
export function isInFront(path: string): boolean {
  return doors.includes(path) || path === '/welcome'
}

function opensWithoutKeys(path: string): boolean {
  return path === '/login' || recoveryDoors.includes(path)
}

function atDoor(door: string, path: string): Way {
  if (path === door) return { to: null }
  return isPage(path) ? { to: door, remember: path } : { to: door }
}

function isPage(path: string): boolean {
  return path !== '/' && !doors.includes(path)
}
