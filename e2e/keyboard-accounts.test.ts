/** Journeys that keep an account, with the keyboard alone: the kit, a second factor, logging in, coming back, starting over. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Seat, takeSeat } from './support/browser.ts'
import { appCodeAt, codeFromMail } from './support/factors.ts'
import { focusIsSeen, tabTo } from './support/keyboard.ts'
import { focused } from './support/looks.ts'
import { atInbox, typeRegistration } from './support/people.ts'
import { codeFor, startServer, type TestServer } from './support/server.ts'

let server: TestServer
let ines: Seat
let recoveryKey = ''
let secret = ''
let recoveryCode = ''
const person = { name: 'Ines Halvorsen', email: 'ines@example.org', password: 'Ines keeps nine green boats' }
const seats: Seat[] = []

beforeAll(async () => {
  server = await startServer()
  ines = await newSeat()
})

afterAll(async () => {
  await Promise.all(seats.map(seat => seat.context.close()))
  await server.close()
})

async function newSeat(): Promise<Seat> {
  const seat = await takeSeat(server.publicUrl)
  seats.push(seat)
  return seat
}

/** Tabs to it, and presses it. */
async function pressAt(page: Page, name: RegExp): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Enter')
}

async function typeAt(page: Page, name: RegExp, text: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}

const patience = { timeout: 10_000 }
/** The focus comes to the title of the dialog. */
const titled = (page: Page, title: string) => expect.poll(() => focused(page), patience).toBe(`h2 ${title}`)
const arrived = (page: Page, title: string) => expect.poll(() => focused(page), patience).toBe(`h1 ${title}`)
const inputNamed = (page: Page) =>
  page.evaluate(() =>
    document.activeElement instanceof HTMLInputElement ? document.activeElement.labels?.[0]?.textContent : null,
  )
const inField = (page: Page, label: string) => expect.poll(() => inputNamed(page), patience).toBe(label)

async function keyShown(page: Page): Promise<string> {
  const groups = page.getByRole('list', { name: /^Recovery key/ }).locator('[aria-hidden=true]')
  await expect.poll(() => groups.count()).toBe(8)
  return (await groups.allTextContents()).join('-')
}

describe('with the keyboard alone', () => {
  test('the recovery kit is made, put away and tried', async () => {
    const { page } = ines
    await page.goto('/register')
    await typeRegistration(page, person)
    await typeAt(page, /^Code/, await codeFor(server, person.email))
    await page.keyboard.press('Enter')
    await arrived(page, 'Make your recovery kit')
    await pressAt(page, /^Make the kit/)
    recoveryKey = await keyShown(page)
    await pressAt(page, /^I have written it down/)
    // The key is out of sight, and the focus is where it is typed.
    await inField(page, 'Recovery key')
    expect(await focusIsSeen(page)).toBe(true)
    await page.keyboard.type('2222-2222')
    await page.keyboard.press('Enter')
    await inField(page, 'Recovery key')
    await page.keyboard.press('Control+A')
    await page.keyboard.type(recoveryKey)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Your recovery kit is proven' }).waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement === document.body)).toBe(false)
    await pressAt(page, /^Go to your inbox/)
    await atInbox(page)
  })

  test('an authenticator app is set up; Escape takes no codes away', async () => {
    const { page } = ines
    await arrived(page, 'Inbox')
    await page.keyboard.press('g')
    await page.keyboard.press(',')
    await arrived(page, 'Settings')
    await pressAt(page, /^Set up an authenticator app/)
    await titled(page, 'Set up an authenticator app')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('button Set up an authenticator app')
    await page.keyboard.press('Enter')
    await titled(page, 'Set up an authenticator app')
    secret = (await page.getByText(/^([A-Z2-7]{4} ?){8}$/).textContent()) ?? ''
    await typeAt(page, /^Code from the app/, appCodeAt(secret, Date.now()))
    await page.keyboard.press('Enter')
    await titled(page, 'Keep your recovery codes')
    const codes = page.getByRole('list', { name: 'Recovery codes' }).locator('[aria-hidden=true]')
    recoveryCode = (await codes.first().textContent()) ?? ''
    await page.keyboard.press('Escape')
    await page.getByText('They are not shown again.').waitFor()
    await pressAt(page, /^I have kept them/)
    await titled(page, 'Signing in and locking')
  })

  test('dialogs of the settings are left by Escape, back to what opened them', async () => {
    const { page } = ines
    for (const [opener, title] of [
      ['Change second factor', 'Change second factor'],
      ['Add a passkey', 'Add a passkey'],
      ['Change password', 'Change your password'],
      ['Password or device stolen: what to do', 'Password or device stolen'],
      ['Change name', 'Change your name'],
      ['Change e-mail', 'Change your e-mail address'],
      ['Delete account', 'Delete your account?'],
      ['New token', 'New API token'],
    ] as const) {
      await pressAt(page, new RegExp(`^${opener}$`))
      await titled(page, title)
      await page.keyboard.press('Escape')
      await expect.poll(() => focused(page)).toMatch(new RegExp(`^button ${opener}`))
    }
  })

  test('a token is made and revoked', async () => {
    const { page } = ines
    await page.keyboard.press('Enter')
    await titled(page, 'New API token')
    await typeAt(page, /^Name of the token/, 'Backup script')
    await tabTo(page, /^See and download transfers/)
    await page.keyboard.press('Space')
    await pressAt(page, /^Make token/)
    await titled(page, 'Your new token')
    await page.keyboard.press('Escape')
    await page.getByText('It is not shown again.').waitFor()
    await pressAt(page, /^I have kept it/)
    await expect.poll(() => focused(page)).toBe('button New token')
    await pressAt(page, /^Revoke token Backup script/)
    await titled(page, 'Revoke the token Backup script?')
    await pressAt(page, /^Revoke token$/)
    await titled(page, 'API tokens')
  })

  test('logging out and in again, with a recovery code in the place of the app', async () => {
    const { page } = ines
    await page.evaluate(() => document.querySelector<HTMLElement>('h1')?.focus())
    await pressAt(page, /^Log out$/)
    await arrived(page, 'Log in')
    await typeAt(page, /^E-mail/, person.email)
    await typeAt(page, /^Password/, person.password)
    await page.keyboard.press('Enter')
    await inField(page, 'Code from your app')
    await page.keyboard.type('000000')
    await page.keyboard.press('Enter')
    await page
      .getByText(/not the code/)
      .first()
      .waitFor()
    await inField(page, 'Code from your app')
    await pressAt(page, /^Use another way/)
    await pressAt(page, /^Recovery code/)
    await inField(page, 'Recovery code')
    await page.keyboard.type(recoveryCode.toLowerCase())
    await page.keyboard.press('Enter')
    await arrived(page, 'Inbox')
  })

  test('coming back with the kit and a new password', async () => {
    const { page } = await newSeat()
    await page.goto('/login')
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    await pressAt(page, /^Forgot your password/)
    await arrived(page, 'Come back without your password')
    await typeAt(page, /^E-mail/, person.email)
    await page.keyboard.press('Enter')
    await inField(page, 'Code')
    await page.keyboard.type(await codeFromMail(server, person.email, /come back/))
    await page.keyboard.press('Enter')
    await inField(page, 'Code from your app')
    await page.keyboard.type(appCodeAt(secret, Date.now() + 30_000))
    await page.keyboard.press('Enter')
    await inField(page, 'Recovery key')
    await page.keyboard.type(recoveryKey)
    await typeAt(page, /^New password/, 'Ines rows past nine islands')
    await page.keyboard.press('Enter')
    await arrived(page, 'Inbox')
  })

  test('starting over, asked once more; staying is the way out', async () => {
    const { page } = await newSeat()
    await page.goto('/register')
    const bao = { name: 'Bao Trinh', email: 'bao@example.org', password: 'Bao keeps nine green boats' }
    await typeRegistration(page, bao)
    await page.getByLabel('Code').fill(await codeFor(server, bao.email))
    await page.keyboard.press('Enter')
    await arrived(page, 'Make your recovery kit')
    const lost = await newSeat()
    await lost.page.goto('/recover')
    await lost.page.getByRole('heading', { name: 'Come back without your password' }).waitFor()
    await typeAt(lost.page, /^E-mail/, bao.email)
    await lost.page.keyboard.press('Enter')
    await inField(lost.page, 'Code')
    await lost.page.keyboard.type(await codeFromMail(server, bao.email, /come back/))
    await lost.page.keyboard.press('Enter')
    await arrived(lost.page, 'There is no recovery kit')
    await pressAt(lost.page, /^Start over with a new identity/)
    await arrived(lost.page, 'Start over with a new identity')
    await typeAt(lost.page, /^New password/, 'Bao begins with nine anchors')
    await lost.page.keyboard.press('Enter')
    await titled(lost.page, 'Give up the old keys?')
    await lost.page.keyboard.press('Escape')
    await inField(lost.page, 'New password')
    await lost.page.keyboard.press('Enter')
    await titled(lost.page, 'Give up the old keys?')
    await pressAt(lost.page, /^Start over for good/)
    await arrived(lost.page, 'Make your recovery kit')
    await page.getByText(/You are logged out/).waitFor()
  })
})
