/** How the screens look that keep an account: second factors, the recovery kit, coming back, settings and their dialogs. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { times } from '#shared/contract/limits.ts'
import { type Seat, takeSeat } from './support/browser.ts'
import { appCodeAt, codeFromMail, logInByMail, mailedCode, plugAuthenticator } from './support/factors.ts'
import { focused, look } from './support/looks.ts'
import { atInbox, goTo, logIn, type Person, register, send, typeRegistration, unlock } from './support/people.ts'
import { codeFor, startServer, type TestServer } from './support/server.ts'

let server: TestServer
let ines: Person
let priya: Person
let recoveryKey = ''
let appSecret = ''
const seats: Seat[] = []

beforeAll(async () => {
  server = await startServer()
  priya = await seated(register(server, 'Priya Raman'))
})

afterAll(async () => {
  await Promise.all(seats.map(seat => seat.context.close()))
  await server.close()
})

async function seated<S extends Seat>(taking: Promise<S>): Promise<S> {
  const seat = await taking
  seats.push(seat)
  return seat
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()

/** Opens a dialog, looks at it, and takes Escape: the focus was on the title, and is back where it was. */
async function lookAtDialog(page: Page, opener: string, picture: string): Promise<void> {
  const button = page.getByRole('button', { name: opener, exact: true })
  const title = await openDialog(page, opener)
  expect(await focused(page)).toBe(`h2 ${title}`)
  await look(page, picture)
  await page.keyboard.press('Escape')
  await expect.poll(() => dialogs(page).count()).toBe(0)
  await expect.poll(() => button.evaluate(element => element === document.activeElement)).toBe(true)
}

const dialogs = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog'))

/** Gives the title. */
async function openDialog(page: Page, opener: string): Promise<string> {
  await page.getByRole('button', { name: opener, exact: true }).click()
  const title = dialogs(page).getByRole('heading', { level: 2 })
  await title.waitFor()
  return (await title.textContent()) ?? ''
}

describe('the recovery kit', () => {
  test('welcome: not made, shown, put away, typed wrong, proven', async () => {
    const seat = await seated(takeSeat(server.publicUrl))
    const { page } = seat
    ines = { ...seat, name: 'Ines Halvorsen', email: 'ines@example.org', password: 'Ines keeps nine green boats' }
    await page.goto('/register')
    await typeRegistration(page, ines)
    await page.getByLabel('Code').fill(await codeFor(server, ines.email))
    await press(page, 'Confirm address')
    await heading(page, 'Make your recovery kit')
    await look(page, 'welcome')
    await press(page, 'Make the kit')
    const groups = page.getByRole('list', { name: 'Recovery key, eight groups' }).locator('[aria-hidden=true]')
    await expect.poll(() => groups.count()).toBe(8)
    recoveryKey = (await groups.allInnerTexts()).join('-')
    await look(page, 'welcome-made')
    await press(page, 'I have written it down')
    await look(page, 'welcome-untried')
    await page.getByRole('textbox', { name: 'Recovery key' }).fill(wrongKey())
    await press(page, 'Try the kit')
    await page.getByText('That is not the recovery key of this account').first().waitFor()
    await look(page, 'welcome-wrong')
    await page.getByRole('textbox', { name: 'Recovery key' }).fill(recoveryKey)
    await press(page, 'Try the kit')
    await heading(page, 'Your recovery kit is proven')
    await look(page, 'welcome-proven')
    await press(page, 'Go to your inbox')
    await atInbox(page)
  })

  test('identity: a kit that was tried, older keys, the questions', async () => {
    const { page } = ines
    await send(priya.page, { to: [ines.email], files: [{ name: 'held.txt', buffer: Buffer.from('held') }] })
    await page.getByText('held.txt').first().waitFor()
    await goTo(page, 'Identity')
    await press(page, 'Rotate now')
    await page.getByText('Key 2 is in use now').waitFor()
    await page.getByText('Delete older keys 7 days after').click()
    await page.getByText(/The next one is deleted on/).waitFor()
    await look(page, 'identity-older-keys')
    await lookAtDialog(page, 'Make a new kit', 'dialog-new-kit')
    await lookAtDialog(page, 'Private keys (PEM)…', 'dialog-key-file')
  })

  test('a kit opens the keys of this device', async () => {
    const { page } = ines
    await press(page, 'Lock')
    await page.getByRole('link', { name: /Open with your recovery kit/ }).click()
    await heading(page, 'Open with your recovery kit')
    await look(page, 'unlock-kit')
    await page.goto('/unlock')
    await unlock(ines)
  })
})

const wrongKey = () => recoveryKey.replace(/^./, first => (first === '7' ? '8' : '7'))

describe('settings', () => {
  test('before anything is set up', async () => {
    await goTo(ines.page, 'Settings')
    await ines.page.getByText('No token yet').waitFor()
    await look(ines.page, 'settings-plain')
  })

  test('the password is asked for once more', async () => {
    const { page } = ines
    await server.passTime(11 * times.minute)
    await lookAtDialog(page, 'Set up an authenticator app', 'dialog-confirm')
    await press(page, 'Set up an authenticator app')
    const dialog = page.getByRole('dialog', { name: 'Type your password once more' })
    await dialog.getByLabel('Password', { exact: true }).fill('not this one')
    await press(page, 'Go on')
    await dialog.getByText('Wrong password').first().waitFor()
    await look(page, 'dialog-confirm-wrong')
    await dialog.getByLabel('Password', { exact: true }).fill(ines.password)
    await press(page, 'Go on')
    await page.getByRole('dialog', { name: 'Set up an authenticator app' }).waitFor()
  })

  test('an authenticator app and its codes', async () => {
    const { page } = ines
    const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' })
    expect(await focused(page)).toBe('h2 Set up an authenticator app')
    await look(page, 'dialog-app')
    appSecret = (await dialog.getByText(/^([A-Z2-7]{4} ?){8}$/).textContent()) ?? ''
    await dialog.getByLabel('Code from the app').fill('000000')
    await press(page, 'Confirm code')
    await dialog.getByText(/not the code/).waitFor()
    await look(page, 'dialog-app-wrong')
    await dialog.getByLabel('Code from the app').fill(appCodeAt(appSecret, Date.now() + 11 * times.minute))
    await press(page, 'Confirm code')
    await page.getByRole('alertdialog', { name: 'Keep your recovery codes' }).waitFor()
    expect(await focused(page)).toBe('h2 Keep your recovery codes')
    await page.keyboard.press('Escape')
    await page.getByText('They are not shown again.').waitFor()
    await look(page, 'dialog-codes')
    await press(page, 'I have kept them')
    await page.getByText(/10 of 10 recovery codes left/).waitFor()
    await expect.poll(() => focused(page)).toBe('h2 Signing in and locking')
  })

  test('a passkey', async () => {
    const { page } = ines
    await plugAuthenticator(page)
    await lookAtDialog(page, 'Add a passkey', 'dialog-passkey')
    await press(page, 'Add a passkey')
    await page.getByLabel('Name of the passkey').fill('This laptop')
    await press(page, 'Go on')
    await page.getByText('This laptop').waitFor()
  })

  test('a token', async () => {
    const { page } = ines
    await lookAtDialog(page, 'New token', 'dialog-token')
    await press(page, 'New token')
    await press(page, 'Make token')
    await page.getByText('Enter a name.').waitFor()
    await look(page, 'dialog-token-wrong')
    await page.getByLabel('Name of the token').fill('Backup script')
    await page.getByText('See and download transfers').click()
    await press(page, 'Make token')
    await page.getByRole('alertdialog', { name: 'Your new token' }).waitFor()
    expect(await focused(page)).toBe('h2 Your new token')
    await look(page, 'dialog-token-made')
    await press(page, 'I have kept it')
    await page.getByText('Backup script').waitFor()
  })

  test('every section filled, with two sessions', async () => {
    const second = await seated(takeSeat(server.publicUrl))
    await second.page.goto('/login')
    await logIn(second.page, ines)
    await heading(second.page, 'One more check')
    await look(second.page, 'factor-app')
    await second.page.getByLabel('Code from your app').fill('000000')
    await press(second.page, 'Log in')
    await second.page
      .getByText(/not the code/)
      .first()
      .waitFor()
    await look(second.page, 'factor-app-wrong')
    await second.page.getByText('Use another way').click()
    await look(second.page, 'factor-ways')
    await press(second.page, 'Recovery code')
    await look(second.page, 'factor-recovery-code')
    await press(second.page, 'Passkey')
    await look(second.page, 'factor-passkey')
    await press(second.page, 'Code from an app')
    await second.page.getByLabel('Code from your app').fill(appCodeAt(appSecret, Date.now() + 11.5 * times.minute))
    await press(second.page, 'Log in')
    await atInbox(second.page)
    await ines.page.bringToFront()
    await goTo(ines.page, 'Inbox')
    await goTo(ines.page, 'Settings')
    const rows = ines.page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')
    await expect.poll(() => rows.count()).toBe(2)
    await ines.page.getByText('This laptop').waitFor()
    await look(ines.page, 'settings-full')
  })

  test('what each button asks', async () => {
    const { page } = ines
    await lookAtDialog(page, 'End all others', 'dialog-end-others')
    await lookAtDialog(page, 'Change second factor', 'dialog-change-factor')
    await lookAtDialog(page, 'Remove passkey This laptop', 'dialog-remove-passkey')
    await lookAtDialog(page, 'Change password', 'dialog-change-password')
    await lookAtDialog(page, 'Password or device stolen: what to do', 'dialog-stolen')
    await lookAtDialog(page, 'Change name', 'dialog-name')
    await lookAtDialog(page, 'Change e-mail', 'dialog-email')
    await lookAtDialog(page, 'Revoke token Backup script', 'dialog-revoke-token')
    await lookAtDialog(page, 'Delete account', 'dialog-delete-account')
    await openDialog(page, 'Change second factor')
    await press(page, 'Remove the app')
    await page.getByRole('alertdialog', { name: 'Remove the authenticator app?' }).waitFor()
    expect(await focused(page)).toBe('h2 Remove the authenticator app?')
    await look(page, 'dialog-remove-app')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('button Change second factor')
  })

  test('a new address and its code', async () => {
    const { page } = ines
    await openDialog(page, 'Change e-mail')
    await page.getByLabel('New e-mail').fill('ines.halvorsen@example.org')
    await page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(ines.password)
    await press(page, 'Send a code')
    await page.getByRole('dialog', { name: 'Enter the code from the mail' }).waitFor()
    expect(await focused(page)).toBe('h2 Enter the code from the mail')
    await look(page, 'dialog-email-code')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('button Change e-mail')
  })

  test('everything replaced', async () => {
    const { page } = ines
    await openDialog(page, 'Password or device stolen: what to do')
    ines = { ...ines, password: 'Ines rows past nine islands' }
    await page.getByLabel('New password', { exact: true }).fill(ines.password)
    await press(page, 'Replace everything')
    await page.getByRole('alertdialog', { name: /Everything is replaced/ }).waitFor()
    expect(await focused(page)).toBe('h2 Everything is replaced. Keep the new recovery key')
    await look(page, 'dialog-replaced')
    const groups = page.getByRole('list', { name: 'Recovery key, eight groups' }).locator('[aria-hidden=true]')
    recoveryKey = (await groups.allInnerTexts()).join('-')
    await press(page, 'I have kept it')
    await page.getByText('No token yet').waitFor()
    expect(await page.getByText('This laptop').count()).toBe(0)
    await goTo(page, 'Identity')
    await page.getByRole('region', { name: 'Recovery kit' }).getByText('Not tried yet').waitFor()
    await look(page, 'identity-untried')
  })

  test('without the network', async () => {
    const { page, context } = ines
    await context.setOffline(true)
    await goTo(page, 'Inbox')
    await goTo(page, 'Settings')
    await page.getByText('This needs the network.').first().waitFor()
    await look(page, 'settings-offline')
    await context.setOffline(false)
  })
})

describe('logged out, and back', () => {
  test('by the server: the app says so', async () => {
    const { page } = seats[2] ?? ines
    await page.getByText('You are logged out of the server').waitFor()
    await look(page, 'inbox-logged-out')
    await page.getByRole('link', { name: 'Log in again' }).click()
    await heading(page, 'Log in')
    await look(page, 'log-in-again')
  })

  test('by oneself: the door says so, and knows this browser', async () => {
    const { page } = priya
    await goTo(page, 'Settings')
    await press(page, 'Log out')
    await page.getByText('You are logged out.').waitFor()
    await look(page, 'log-in-after')
    await logIn(page, priya)
    await atInbox(page)
  })

  test('the mailed code', async () => {
    const { page } = await seated(takeSeat(server.publicUrl))
    await page.goto('/login')
    await logIn(page, priya)
    await heading(page, 'One more check')
    await codeFromMail(server, priya.email, /to log in/)
    await look(page, 'factor-mail')
    await page.getByLabel('Code from your mail').fill('00000000')
    await press(page, 'Log in')
    await page.getByText(/4 tries left/).waitFor()
    await look(page, 'factor-mail-wrong')
    await press(page, 'Back')
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('autocomplete')))
      .toBe('current-password')
    await logInByMail(server, page, priya)
  })
})

describe('coming back without the password', () => {
  test('with the kit: address, code, second factor, key and password', async () => {
    const { page } = await seated(takeSeat(server.publicUrl))
    await page.goto('/login')
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await heading(page, 'Come back without your password')
    await look(page, 'recover')
    await page.getByLabel('E-mail').fill(ines.email)
    await press(page, 'Send a code')
    await heading(page, 'Enter the code from your mail')
    await look(page, 'recover-code')
    await page.getByLabel('Code').fill('00000000')
    await press(page, 'Go on')
    await page.getByText(/That is not the code/).waitFor()
    await look(page, 'recover-code-wrong')
    await page.getByLabel('Code').fill(await codeFromMail(server, ines.email, /come back/))
    await press(page, 'Go on')
    await page.getByText('A second factor is set up').waitFor()
    await look(page, 'recover-factor')
    await page.getByLabel('Code from your app').fill(appCodeAt(appSecret, Date.now() + 11 * times.minute))
    await press(page, 'Go on')
    await heading(page, 'Set a new password')
    await look(page, 'recover-key')
    await page.getByRole('textbox', { name: 'Recovery key' }).fill(wrongKey())
    await page.getByLabel('New password', { exact: true }).fill('Ines begins with nine anchors')
    await press(page, 'Set password and log in')
    await page.getByText('That is not the recovery key of this account').first().waitFor()
    await look(page, 'recover-key-wrong')
    await page.getByRole('textbox', { name: 'Recovery key' }).fill(recoveryKey)
    await press(page, 'Set password and log in')
    await atInbox(page)
  })

  test('without one: starting over; the device that was left behind is alarmed', async () => {
    const { page } = await seated(takeSeat(server.publicUrl))
    await page.goto('/recover')
    await page.getByLabel('E-mail').fill(priya.email)
    await press(page, 'Send a code')
    await page.getByLabel('Code').fill(await codeFromMail(server, priya.email, /come back/))
    await press(page, 'Go on')
    await heading(page, 'There is no recovery kit')
    await look(page, 'recover-no-kit')
    await page.getByRole('link', { name: /Start over/ }).click()
    await heading(page, 'Start over with a new identity')
    await look(page, 'start-over')
    const renewed = { ...priya, password: 'Priya begins with nine anchors' }
    await page.getByLabel('New password', { exact: true }).fill(renewed.password)
    await press(page, 'Start over')
    await page.getByRole('alertdialog').waitFor()
    expect(await focused(page)).toBe('h2 Give up the old keys?')
    await look(page, 'dialog-start-over')
    await press(page, 'Start over for good')
    await heading(page, 'Make your recovery kit')
    await look(page, 'welcome-started-over')
    await press(page, 'Later')
    await atInbox(page)
    await look(page, 'inbox-started-over')

    const left = priya.page
    await left.getByText('You are logged out of the server').waitFor()
    await left.getByRole('link', { name: 'Log in again' }).click()
    const code = await mailedCode(server, { email: priya.email, subject: /to log in/ }, async () => {
      await logIn(left, renewed)
      await heading(left, 'One more check')
    })
    await left.getByLabel('Code from your mail').fill(code)
    await press(left, 'Log in')
    await left.getByText('The server names another identity as yours').first().waitFor()
    await look(left, 'log-in-alarm')
    await left.goto('/unlock')
    await unlock(priya)
    await left.getByText('The server names another identity as yours').first().waitFor()
    await look(left, 'inbox-alarm')
    await goTo(left, 'Send')
    await left.getByRole('heading', { level: 1, name: 'Send' }).waitFor()
    await look(left, 'send-alarm')
  })
})
