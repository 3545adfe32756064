/** People at these browsers: the same steps as in Chromium, spoken to a seat. */
import { codeFor, type TestServer } from '../support/server.ts'
import type { Engine, Seat } from './engine.ts'

export interface Person {
  readonly seat: Seat
  readonly name: string
  readonly email: string
  readonly password: string
}

/** Registers somebody through the screens and leaves them at their inbox. */
export async function register(server: TestServer, engine: Engine, name: string): Promise<Person> {
  const seat = await engine.takeSeat(server.publicUrl)
  const first = name.split(' ')[0] ?? name
  const person = {
    seat,
    name,
    email: `${first.toLowerCase()}@example.org`,
    password: `${first} keeps nine green boats`,
  }
  try {
    await typeRegistration(server, person)
    return person
  } catch (error) {
    await seat.close()
    throw error
  }
}

async function typeRegistration(server: TestServer, { seat, name, email, password }: Person): Promise<void> {
  await seat.open('/register')
  await seat.fill('Name', name)
  await seat.fill('E-mail', email)
  await seat.fill('Password', password)
  await seat.click({ role: 'button', name: 'Create account' })
  await seat.see({ role: 'heading', name: 'Enter the code from your mail' })
  await seat.fill('Code', await codeFor(server, email))
  await seat.click({ role: 'button', name: 'Confirm address' })
  await seat.click({ role: 'button', name: 'Later' })
  await seat.see({ role: 'heading', name: 'Inbox' })
}

/** Walks to a place of the app by its navigation: the address bar would lock the keys. */
export async function goTo(seat: Seat, place: 'Inbox' | 'Sent' | 'Send'): Promise<void> {
  await seat.click({ role: 'link', name: new RegExp(`^${place}( ?\\d.*)?$`) })
}

export interface Parcel {
  readonly to: Person
  readonly paths: readonly string[]
  readonly title: string
  readonly cipher?: 'AES-256-CBC with HMAC'
}

/** Fills in the form, presses the button, and waits until nothing of it waits any more. */
export async function send({ seat }: Person, { to, paths, title, cipher }: Parcel): Promise<void> {
  await goTo(seat, 'Send')
  await seat.fill('To', to.email)
  await seat.press('Enter')
  await seat.see({ role: 'button', name: `Remove ${to.name}` })
  await seat.choose(paths)
  await seat.fill(/^Title/, title)
  if (cipher !== undefined) {
    await seat.click({ role: 'button', name: 'Encryption' })
    await seat.pick('Encrypt the files with', cipher)
  }
  await seat.click({ role: 'button', name: 'Encrypt and send' })
}

/** Opens a transfer from the inbox list, where it appears by itself, and downloads all of it. */
export async function save({ seat }: Person, title: string): Promise<void> {
  await goTo(seat, 'Inbox')
  await seat.click({ role: 'link', name: new RegExp(`, ${title}, new, `) })
  await seat.see({ role: 'heading', name: title })
  await seat.click({ role: 'button', name: /^Save (the file|all)$/ })
  await seat.see({ role: 'text', name: 'every file verified' })
}
