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
  options: { width?: number; height?: number; seat?: Seat } = {},
): Promise<Person> {
  const seat = options.seat ?? (await takeSeat(server.publicUrl, options))
  const first = name.split(' ')[0] ?? name
  const email = `${first.toLowerCase()}@example.org`
  const person = { ...seat, name, email, password: `${first} keeps nine green boats` }
  const { page } = seat
  await page.goto('/register')
  await typeRegistration(page, person)
  await page.getByLabel('Code').fill(await codeFor(server, email))
  await page.getByRole('button', { name: 'Confirm address' }).click()
  await page.getByRole('button', { name: 'Later' }).click()
  await atInbox(page)
  return person
}

/** Fills in the registration and waits for the question for the code. */
export async function typeRegistration(
  page: Page,
  person: { name: string; email: string; password: string },
): Promise<void> {
  await page.getByLabel('Name').fill(person.name)
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Enter the code from your mail' }).waitFor()
}

export async function logIn(page: Page, person: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

/** Logs out in the settings, also where the app asks whether that is meant. */
export async function logOut(page: Page): Promise<void> {
  await goTo(page, 'Settings')
  await page.getByRole('button', { name: /^Log out/ }).click()
  const sure = page.getByRole('dialog').getByRole('button', { name: /Log out/ })
  const out = page.getByRole('heading', { name: 'Log in' })
  await sure.or(out).first().waitFor()
  if (await sure.isVisible()) await sure.click()
  await out.waitFor()
}

export async function unlock({ page, password }: Person): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await page.getByRole('navigation').first().waitFor()
}

/** Whichever place is current, its heading or its name stands at the top. */
export const atInbox = (page: Page) => page.getByRole('region', { name: 'Inbox' }).waitFor()

/** Walks to a place of the app by its navigation: the address bar would lock the keys. */
export async function goTo(page: Page, place: string): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: new RegExp(`^${place}`) })
  await link.filter({ visible: true }).first().click()
}

export interface Parcel {
  readonly to: readonly string[]
  readonly files?: readonly ({ name: string; mimeType?: string; buffer: Buffer } | string)[]
  readonly folder?: string
  readonly title?: string
  readonly message?: string
  readonly cipher?: 'cbc'
  readonly exactSize?: boolean
  readonly life?: string
  readonly downloads?: string
}

/** Fills in the form and presses the button. */
export async function send(page: Page, parcel: Parcel): Promise<void> {
  await fillForm(page, parcel)
  await page.getByRole('button', { name: 'Encrypt and send' }).click()
}

export async function fillForm(page: Page, parcel: Parcel): Promise<void> {
  await goTo(page, 'Send')
  await page.getByRole('heading', { name: 'Send', level: 1 }).waitFor()
  for (const email of parcel.to) await addRecipient(page, email)
  if (parcel.files !== undefined) {
    const files = parcel.files.map(file =>
      typeof file === 'string' ? file : { mimeType: 'application/octet-stream', ...file },
    )
    await page.locator('input[type=file]:not([webkitdirectory])').setInputFiles(files as never)
  }
  if (parcel.folder !== undefined) await page.locator('input[webkitdirectory]').setInputFiles(parcel.folder)
  if (parcel.title !== undefined) await page.getByLabel(/^Title/).fill(parcel.title)
  if (parcel.message !== undefined) await page.getByLabel(/^Message/).fill(parcel.message)
  if (parcel.life !== undefined) await page.getByLabel('Delete from the server after').selectOption(parcel.life)
  if (parcel.downloads !== undefined) await page.getByLabel('Downloads').selectOption(parcel.downloads)
  const cipher = page.getByLabel('Encrypt the files with')
  const special = parcel.exactSize === true || parcel.cipher === 'cbc'
  if (special && !(await cipher.isVisible())) await page.getByText('Encryption', { exact: true }).click()
  if (parcel.exactSize === true) await page.getByText('Hide the exact size').click()
  if (parcel.cipher === 'cbc') await cipher.selectOption('AES-256-CBC with HMAC')
}

/** Types an address and waits until its person stands among the recipients. */
export async function addRecipient(page: Page, email: string): Promise<void> {
  const to = page.getByRole('combobox', { name: 'To', exact: true })
  await to.fill(email)
  await to.press('Enter')
  await page.getByRole('complementary', { name: 'Summary' }).getByRole('listitem').first().waitFor()
}

/** Opens a transfer in the inbox by what it is called. */
export async function openTransfer(page: Page, what: string): Promise<void> {
  await page
    .getByRole('link', { name: new RegExp(escapePattern(what)) })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: what }).waitFor()
}

const escapePattern = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
