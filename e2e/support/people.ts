/** People at their browsers: what a newcomer does, spoken in roles and labels. */
import type { Page } from 'playwright-core'
import { type Seat, takeSeat } from './browser.ts'
import { codeFor, type TestServer } from './server.ts'

export interface Person extends Seat {
  readonly name: string
  readonly email: string
  readonly password: string
}

/** Registers somebody through the screens and leaves them at their inbox. */
export async function register(
  server: TestServer,
  name: string,
  options: { width?: number; height?: number } = {},
): Promise<Person> {
  const seat = await takeSeat(server.publicUrl, options)
  const first = name.split(' ')[0] ?? name
  const person = { ...seat, name, email: `${first.toLowerCase()}@example.org`, password: `${first} keeps nine green boats` }
  const { page } = seat
  await page.goto('/register')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Enter the code from your mail' }).waitFor()
  await page.getByLabel('Code').fill(await codeFor(server, person.email))
  await page.getByRole('button', { name: 'Confirm address' }).click()
  await atInbox(page)
  return person
}

export const atInbox = (page: Page) => page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor()

export interface Parcel {
  readonly to: readonly string[]
  readonly files?: readonly { name: string; mimeType?: string; buffer: Buffer }[] | readonly string[]
  readonly title?: string
  readonly message?: string
  readonly cipher?: 'AES-256-GCM' | 'AES-256-CBC with HMAC'
}

/** Fills in the form and presses the button. */
export async function send(page: Page, parcel: Parcel): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Send', exact: false }).filter({ visible: true }).first().click()
  await page.getByRole('heading', { name: 'Send', level: 1 }).waitFor()
  const to = page.getByRole('combobox', { name: 'To', exact: true })
  for (const email of parcel.to) {
    await to.fill(email)
    await to.press('Enter')
    await page.getByText(email).first().waitFor()
  }
  if (parcel.files !== undefined) {
    const files = parcel.files.map(file =>
      typeof file === 'string' ? file : { mimeType: 'application/octet-stream', ...file },
    )
    await page.locator('input[type=file]:not([webkitdirectory])').setInputFiles(files as never)
  }
  if (parcel.title !== undefined) await page.getByLabel('Title').fill(parcel.title)
  if (parcel.message !== undefined) await page.getByLabel('Message').fill(parcel.message)
  await page.getByRole('button', { name: 'Encrypt and send' }).click()
}
