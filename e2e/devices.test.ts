/** Sessions and what ends them: a revoked device, a new password, a theft, a new address, leaving (THREATS T20, T21, F15). */
import { readFile } from 'node:fs/promises'
import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Seat } from './support/browser.ts'
import { download } from './support/downloads.ts'
import { codeFromMail, logInByMail } from './support/factors.ts'
import { openHouse } from './support/house.ts'
import { addRecipient, goTo, logIn, openTransfer, type Person, register, send, unlock } from './support/people.ts'
import { startServer } from './support/server.ts'

const house = openHouse()

/** Types the password where it is asked for once more. */
async function confirm({ page, password }: Person): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Type your password once more' })
  await dialog.getByLabel('Password', { exact: true }).fill(password)
  await dialog.getByRole('button', { name: 'Go on' }).click()
}

const loggedOut = (seat: Seat, timeout = 8000) =>
  seat.page
    .getByText(/logged out/i)
    .first()
    .waitFor({ timeout })

describe('devices and sessions', () => {
  let ines: Person
  beforeAll(async () => {
    ines = await house.newcomer('Ines Halvorsen')
  })

  test('an ended session loses the server within five seconds, and its keys stay its own', async () => {
    const second = await house.secondDevice(ines)
    await goTo(ines.page, 'Settings')
    const rows = ines.page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')
    await expect.poll(() => rows.count()).toBe(2)
    await ines.page.getByText('this machine', { exact: false }).first().waitFor()
    const ended = Date.now()
    await ines.page.getByRole('button', { name: /^End session on/ }).click()
    await loggedOut(second)
    expect(Date.now() - ended).toBeLessThan(8000)
    await expect.poll(() => rows.count()).toBe(1)
    await loggedOutStays(ines, false)
  })

  test('a sensitive change asks for the password again after ten minutes; a new password ends the others', async () => {
    const second = await house.secondDevice(ines)
    await house.server.passTime(11 * 60_000)
    await goTo(ines.page, 'Settings')
    await ines.page.getByRole('button', { name: 'Change password' }).click()
    const dialog = ines.page.getByRole('dialog', { name: 'Change your password' })
    await dialog.getByLabel('New password', { exact: true }).fill('passwordpassword')
    await dialog.getByRole('button', { name: 'Change password' }).click()
    await dialog
      .getByText(/too easy to guess/)
      .first()
      .waitFor()
    await dialog.getByLabel('New password', { exact: true }).fill('Ines paints nine blue doors')
    await dialog.getByRole('button', { name: 'Change password' }).click()
    await confirm(ines)
    await ines.page.getByText('The password is changed.').first().waitFor()
    await loggedOut(second)
    const old = ines
    ines = { ...ines, password: 'Ines paints nine blue doors' }
    await ines.page.reload()
    await ines.page.getByLabel('Password', { exact: true }).fill(old.password)
    await ines.page.getByRole('button', { name: 'Unlock' }).click()
    await ines.page.getByText('Wrong password').first().waitFor()
    await unlock(ines)
    await second.page.reload()
    await second.page.getByRole('link', { name: /Log in/ }).click()
    await logInByMail(house.server, second.page, ines)
  })
})

describe('an unattended browser', () => {
  test('locks its keys after the minutes that were chosen, and not during a transfer', async () => {
    const seat = await house.seat()
    await seat.page.clock.install()
    const leo = await house.newcomer('Leo Leaves', seat)
    await goTo(leo.page, 'Settings')
    await leo.page.getByLabel('Lock after').selectOption('5')
    const to = await house.newcomer('Una Waits')
    let [held, letGo] = [0, () => undefined as unknown]
    const gate = new Promise<void>(open => {
      letGo = open
    })
    await leo.context.route('**/api/blobs/**', async route => {
      held += 1
      await gate
      await route.continue()
    })
    await send(leo.page, { to: [to.email], files: [{ name: 'slow.txt', buffer: Buffer.from('slow') }] })
    await expect.poll(() => held, { timeout: 10_000 }).toBeGreaterThan(0)
    await leo.page.clock.runFor(6 * 60_000)
    expect(await leo.page.getByRole('button', { name: 'Unlock' }).count()).toBe(0)
    await leo.page.keyboard.press('Shift')
    letGo()
    await goTo(to.page, 'Inbox')
    await to.page.getByText('slow.txt').first().waitFor()
    await leo.page.clock.runFor(4 * 60_000)
    expect(await leo.page.getByRole('button', { name: 'Unlock' }).count()).toBe(0)
    await leo.page.clock.runFor(2 * 60_000)
    await leo.page.getByRole('button', { name: 'Unlock' }).waitFor()
  })

  test('a session ends after thirty days, whatever was done in it', async () => {
    const own = await startServer()
    const mia = await register(own, 'Mia Month')
    try {
      await own.passTime(29 * 24 * 3_600_000)
      await goTo(mia.page, 'Settings')
      await mia.page.getByRole('list', { name: 'Sessions' }).waitFor()
      expect(await mia.page.getByText(/You are logged out/i).count()).toBe(0)
      await own.passTime(2 * 24 * 3_600_000)
      await loggedOut(mia)
    } finally {
      await mia.context.close()
      await own.close()
    }
  })
})

/** Whether this page says that it is logged out. */
async function loggedOutStays({ page }: Seat, is: boolean): Promise<void> {
  expect(await page.getByText(/You are logged out/i).count()).toBe(is ? 1 : 0)
}

describe('password or device stolen', () => {
  test('new keys, kit and password at once; what was here still opens; the other devices are out', async () => {
    const [bao, tom] = [await house.newcomer('Bao Trinh'), await house.newcomer('Tom Albarran')]
    await send(tom.page, { to: [bao.email], files: [{ name: 'held.txt', buffer: Buffer.from('held') }] })
    await goTo(bao.page, 'Inbox')
    await bao.page.getByText('held.txt').first().waitFor()
    const thief = await house.secondDevice(bao)
    await goTo(bao.page, 'Settings')
    await bao.page.getByRole('button', { name: 'Password or device stolen: what to do' }).click()
    const dialog = bao.page.getByRole('dialog', { name: 'Password or device stolen' })
    await dialog.getByLabel('New password', { exact: true }).fill('Bao keeps nine new anchors')
    await dialog.getByRole('button', { name: 'Replace everything' }).click()
    const kit = bao.page.getByRole('alertdialog', { name: /Everything is replaced/ })
    const groups = kit.getByRole('list', { name: /Recovery key/ }).getByRole('listitem')
    await groups.nth(7).waitFor()
    await kit.getByRole('button', { name: 'I have kept it' }).click()
    await loggedOut(thief)
    const renewed = { ...bao, password: 'Bao keeps nine new anchors' }
    await bao.page.reload()
    await unlock(renewed)
    await goTo(bao.page, 'Inbox')
    await openTransfer(bao.page, 'held.txt')
    const { path } = await download(bao.page, () => bao.page.getByRole('button', { name: 'Download' }).click())
    expect(await readFile(path, 'utf8')).toBe('held')
    await goTo(tom.page, 'People')
    expect(await tom.page.getByText('Identity changed').count()).toBe(0)
    await send(tom.page, { to: [bao.email], files: [{ name: 'after.txt', buffer: Buffer.from('after') }] })
    await goTo(bao.page, 'Inbox')
    await openTransfer(bao.page, 'after.txt')
  })
})

describe('the account itself', () => {
  test('name and address change; the old address is told, and the new one logs in', async () => {
    const ada = await house.newcomer('Ada Before')
    const { page } = ada
    await goTo(page, 'Settings')
    await page.getByRole('button', { name: 'Change name' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Ada After')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Save|Change name/ })
      .click()
    await page.getByText('Ada After').first().waitFor()
    await page.getByRole('button', { name: 'Change e-mail' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('New e-mail').fill('ada.after@example.org')
    await dialog.getByLabel('Password', { exact: true }).fill(ada.password)
    await dialog.getByRole('button', { name: 'Send a code' }).click()
    await dialog.getByLabel('Code').fill(await codeFromMail(house.server, 'ada.after@example.org', /new address/))
    await dialog.getByRole('button', { name: 'Confirm new address' }).click()
    await page.getByText('ada.after@example.org').first().waitFor()
    await expect
      .poll(async () => (await house.server.lettersTo(ada.email)).map(letter => letter.subject))
      .toContainEqual('Your DataCrypt address has changed')
    await house.secondDevice({ email: 'ada.after@example.org', password: ada.password })
    await page.reload()
    await unlock(ada)
  })

  test('everything can be taken along, and everything can be deleted', async () => {
    const [eva, noa] = [await house.newcomer('Eva Leaves'), await house.newcomer('Noa Stays')]
    await send(eva.page, { to: [noa.email], files: [{ name: 'last.txt', buffer: Buffer.from('last') }] })
    await goTo(eva.page, 'Sent')
    await eva.page.getByText('last.txt').first().waitFor()
    await goTo(eva.page, 'Settings')
    const { path } = await download(eva.page, () => eva.page.getByRole('button', { name: 'Export everything' }).click())
    const names = Object.keys(unzipSync(await readFile(path)))
    expect(names.join(' ')).toMatch(/account\.json/)
    expect(names.join(' ')).toMatch(/card\.json/)
    await eva.page.getByRole('button', { name: 'Delete account' }).click()
    const dialog = eva.page.getByRole('alertdialog', { name: 'Delete your account?' })
    await dialog.getByLabel('Type your name to confirm').fill(eva.name)
    await dialog.getByRole('button', { name: 'Delete account' }).click()
    await eva.page
      .getByRole('button', { name: 'Create account' })
      .or(eva.page.getByRole('button', { name: 'Log in' }))
      .first()
      .waitFor()
    await goTo(noa.page, 'Send')
    await addRecipient(noa.page, eva.email).catch(() => undefined)
    await noa.page
      .getByText(/No one can be reached at that address/)
      .first()
      .waitFor()
    const { page } = await house.seat()
    await page.goto('/login')
    await logIn(page, eva)
    await page.getByText('Wrong address or password').first().waitFor()
  })

  test('a token is shown once, listed, and revoked', async () => {
    const tia = await house.newcomer('Tia Programs')
    const { page } = tia
    await goTo(page, 'Settings')
    await page.getByRole('button', { name: /New token|Make a token|New API token/ }).click()
    const dialog = page.getByRole('dialog', { name: 'New API token' })
    await dialog.getByLabel('Name of the token').fill('Backup script')
    await dialog.getByText('See and download transfers').click()
    await dialog.getByRole('button', { name: 'Make token' }).click()
    const shown = page.getByRole('alertdialog', { name: 'Your new token' })
    const token = (await shown.getByText(/^dct_/).textContent()) ?? ''
    await shown.getByRole('button', { name: 'I have kept it' }).click()
    const call = () =>
      fetch(`${house.server.publicUrl}/trpc/changes.pull`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ seq: 0 }),
      })
    const allowed = (await call()).status
    await page.getByRole('button', { name: 'Revoke token Backup script' }).click()
    await page
      .getByRole('alertdialog')
      .or(page.getByRole('dialog'))
      .getByRole('button', { name: /Revoke/ })
      .click()
    await expect.poll(async () => (await call()).status).toBe(401)
    expect(allowed).toBe(200)
  })
})
