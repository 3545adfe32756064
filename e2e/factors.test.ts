/** Second factors: the mailed code, an authenticator app, recovery codes, passkeys that also unlock (THREATS T17, T20). */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Seat } from './support/browser.ts'
import { appCodeAt, codeFromMail, plugAuthenticator } from './support/factors.ts'
import { openHouse } from './support/house.ts'
import { atInbox, goTo, logIn, logOut, type Person } from './support/people.ts'

const house = openHouse()

/** A browser in which this person has typed the password, and is asked for more. */
async function atTheCheck(person: Person): Promise<Seat> {
  const seat = await house.seat()
  await seat.page.goto('/login')
  await logIn(seat.page, person)
  await seat.page.getByRole('heading', { name: 'One more check' }).waitFor()
  return seat
}

describe('without an app', () => {
  let priya: Person
  beforeAll(async () => {
    priya = await house.newcomer('Priya Raman')
  })

  test('a new device asks for a mailed code, once; a wrong one says how many tries are left', async () => {
    const { page } = await atTheCheck(priya)
    const code = await codeFromMail(house.server, priya.email, /to log in/)
    await page.getByLabel('Code from your mail').fill(code === '00000000' ? '00000001' : '00000000')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByText('That is not the code. 4 tries left').first().waitFor()
    await page.getByLabel('Code from your mail').fill(code)
    await page.getByRole('button', { name: 'Log in' }).click()
    await atInbox(page)
    await logOut(page)
    await logIn(page, priya)
    await atInbox(page)
  })

  test('the owner is told of the new device', async () => {
    await expect
      .poll(async () => (await house.server.lettersTo(priya.email)).map(letter => letter.subject))
      .toContainEqual('A new device uses your DataCrypt account')
  })
})

describe('with an authenticator app', () => {
  let ada: Person
  let secret: string
  let codes: string[]
  beforeAll(async () => {
    ada = await house.newcomer('Ada Lind')
  })

  test('it is set up by its code, and ten recovery codes are shown once', async () => {
    const { page } = ada
    await goTo(page, 'Settings')
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
    const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' })
    await dialog.getByRole('img', { name: /Code to scan/ }).waitFor()
    secret = (await dialog.getByText(/^([A-Z2-7]{4} ?){8}$/).textContent()) ?? ''
    await dialog.getByLabel('Code from the app').fill('000000')
    await dialog.getByRole('button', { name: 'Confirm code' }).click()
    await dialog
      .getByText(/not the code/)
      .first()
      .waitFor()
    await dialog.getByLabel('Code from the app').fill(appCodeAt(secret, Date.now()))
    await dialog.getByRole('button', { name: 'Confirm code' }).click()
    const kept = page.getByRole('alertdialog', { name: 'Keep your recovery codes' })
    codes = await kept.getByRole('listitem').locator('[aria-hidden=true]').allInnerTexts()
    expect(new Set(codes).size).toBe(10)
    await kept.getByRole('button', { name: 'I have kept them' }).click()
    await page
      .getByText(/10 of 10 recovery codes left/)
      .first()
      .waitFor()
  })

  test('a login asks for its code, takes each code once, and never offers the mail', async () => {
    const { page } = await atTheCheck(ada)
    expect(await page.getByText(/Code by mail/).count()).toBe(0)
    await page.getByLabel('Code from your app').fill(appCodeAt(secret, Date.now() - 10 * 60_000))
    await page.getByRole('button', { name: 'Log in' }).click()
    await page
      .getByText(/not the code/)
      .first()
      .waitFor()
    const code = appCodeAt(secret, Date.now() + 30_000)
    await page.getByLabel('Code from your app').fill(code)
    await page.getByRole('button', { name: 'Log in' }).click()
    await atInbox(page)
    const second = await atTheCheck(ada)
    await second.page.getByLabel('Code from your app').fill(code)
    await second.page.getByRole('button', { name: 'Log in' }).click()
    await second.page
      .getByText(/not the code/)
      .first()
      .waitFor()
  })

  test('a recovery code stands in for it, once', async () => {
    const { page } = await atTheCheck(ada)
    await page.getByText('Use another way').click()
    await page.getByRole('button', { name: 'Recovery code' }).click()
    await page.getByLabel('Recovery code').fill((codes[0] ?? '').toLowerCase())
    await page.getByRole('button', { name: 'Log in' }).click()
    await atInbox(page)
    const second = await atTheCheck(ada)
    await second.page.getByText('Use another way').click()
    await second.page.getByRole('button', { name: 'Recovery code' }).click()
    await second.page.getByLabel('Recovery code').fill(codes[0] ?? '')
    await second.page.getByRole('button', { name: 'Log in' }).click()
    await second.page
      .getByText(/not the code/)
      .first()
      .waitFor()
  })
})

describe('with a passkey', () => {
  let tom: Person
  beforeAll(async () => {
    tom = await house.newcomer('Tom Passkey')
    await plugAuthenticator(tom.page)
  })

  test('it is added in the settings, and unlocks the keys without the password, offline too', async () => {
    const { page, context } = tom
    await goTo(page, 'Settings')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a passkey' })
    await dialog.getByLabel('Name of the passkey').fill('This laptop')
    await dialog.getByRole('button', { name: 'Go on' }).click()
    const kept = page.getByRole('alertdialog', { name: 'Keep your recovery codes' })
    await kept.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('This laptop').first().waitFor()
    for (const offline of [false, true]) {
      await context.setOffline(offline)
      await page.getByRole('button', { name: 'Lock', exact: true }).click()
      await page.getByRole('button', { name: 'Use a passkey' }).click()
      await page.getByRole('navigation').first().waitFor()
    }
    await context.setOffline(false)
  })

  test('it follows the password at a login', async () => {
    const { page } = tom
    await logOut(page)
    await logIn(page, tom)
    await page.getByRole('heading', { name: 'One more check' }).waitFor()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await atInbox(page)
  })

  test('one without PRF is a second factor, and says that it cannot unlock', async () => {
    const eva = await house.newcomer('Eva Token')
    await plugAuthenticator(eva.page, { prf: false })
    await goTo(eva.page, 'Settings')
    await eva.page.getByRole('button', { name: 'Add a passkey' }).click()
    const dialog = eva.page.getByRole('dialog', { name: 'Add a passkey' })
    await dialog.getByLabel('Name of the passkey').fill('Old token')
    await dialog.getByRole('button', { name: 'Go on' }).click()
    await eva.page.getByRole('button', { name: 'I have kept them' }).click()
    await eva.page.getByText('Old token').first().waitFor()
    await eva.page.getByRole('button', { name: 'Lock', exact: true }).click()
    await eva.page.getByRole('button', { name: 'Unlock' }).waitFor()
    expect(await eva.page.getByRole('button', { name: 'Use a passkey' }).count()).toBe(0)
  })
})

describe('somebody who has neither', () => {
  test('is logged in on a second browser by the mailed code', async () => {
    const noa = await house.newcomer('Noa Plain')
    const { page } = await house.secondDevice(noa)
    await goTo(page, 'Identity')
  })
})
