/** Two people at their browsers, as far as the bench needs them: registered through the screens. */
import type { Page } from 'playwright-core'
import type { Chromium } from './chromium.ts'

export interface Person {
  readonly chromium: Chromium
  readonly page: Page
  readonly email: string
}

const patience = 120_000

/** Registers somebody through the screens and leaves them at their inbox. */
export async function register(chromium: Chromium, url: string, name: string): Promise<Person> {
  const page = await chromium.context.newPage()
  page.setDefaultTimeout(patience)
  const email = `${name.toLowerCase()}@example.org`
  await page.goto(`${url}/register`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(`${name} keeps nine green boats`)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByLabel('Code').fill(await codeFor(url, email))
  await page.getByRole('button', { name: 'Confirm address' }).click()
  await page.getByRole('button', { name: 'Later' }).click()
  await page.getByRole('region', { name: 'Inbox' }).waitFor()
  // Downloads stream through it.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  return { chromium, page, email }
}

/** The digits of the code letter, from the development mailbox; letters are written before the call is answered. */
async function codeFor(url: string, email: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const mailbox = await (await fetch(`${url}/dev/mail`)).text()
    const letter = mailbox.split('<article').find(article => article.includes(email))
    const code = letter?.match(/\b(\d{8}|\d{4} \d{4})\b/)?.[1]
    if (code !== undefined) return code.replace(' ', '')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`no code letter to ${email}`)
}

/** Walks to a place of the app by its navigation: the address bar would lock the keys. */
export async function goTo(page: Page, place: string): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: new RegExp(`^${place}`) })
  await link.filter({ visible: true }).first().click()
}

/** What is sent: a file from disk, or a note alone. */
export interface Parcel {
  readonly to: string
  readonly title: string
  readonly file?: string
  readonly message?: string
}

/** Fills in the form; pressing the button is the caller's. */
export async function fillForm(page: Page, { to, title, file, message }: Parcel): Promise<void> {
  await goTo(page, 'Send')
  await page.getByRole('heading', { name: 'Send', level: 1 }).waitFor()
  const recipient = page.getByRole('combobox', { name: 'To', exact: true })
  await recipient.fill(to)
  await recipient.press('Enter')
  await page.getByRole('complementary', { name: 'Summary' }).getByRole('listitem').first().waitFor()
  if (file !== undefined) await page.locator('input[type=file]:not([webkitdirectory])').setInputFiles(file)
  await page.getByLabel(/^Title/).fill(title)
  if (message !== undefined) await page.getByLabel(/^Message/).fill(message)
}
