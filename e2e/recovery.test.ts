/** The recovery kit, its drill, coming back with it, starting over, and what a new encryption key changes (THREATS A12, T1, T20). */
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Seat } from './support/browser.ts'
import { download } from './support/downloads.ts'
import { codeFromMail } from './support/factors.ts'
import { openHouse } from './support/house.ts'
import { atInbox, goTo, openTransfer, type Person, send, unlock } from './support/people.ts'

let ines: Person
let bao: Person
/** Ines, on the device on which she came back. */
let inesNow: Seat
const house = openHouse()

beforeAll(async () => {
  ines = await house.newcomer('Ines Halvorsen')
  bao = await house.newcomer('Bao Trinh')
})

async function fingerprintOf({ page }: Pick<Seat, 'page'>): Promise<string> {
  await goTo(page, 'Identity')
  const groups = page
    .getByRole('list', { name: /fingerprint/i })
    .first()
    .getByRole('listitem')
  await expect.poll(() => groups.count()).toBe(6)
  return (await groups.allInnerTexts()).join(' ')
}

/** Makes a kit on the identity page and gives its recovery key, as it is written on the paper. */
async function makeKit({ page }: Pick<Seat, 'page'>): Promise<string> {
  await goTo(page, 'Identity')
  await page.getByRole('button', { name: 'Make the kit' }).click()
  const groups = page.getByRole('list', { name: 'Recovery key, eight groups' }).getByRole('listitem')
  await expect.poll(() => groups.count()).toBe(8)
  const shown = await groups.locator('[aria-hidden=true]').allInnerTexts()
  await page.getByRole('button', { name: 'I have written it down' }).click()
  return shown.join('-')
}

async function typeCode(page: Seat['page'], email: string): Promise<void> {
  await page.getByRole('heading', { name: 'Enter the code from your mail' }).waitFor()
  await page.getByLabel('Code').fill(await codeFromMail(house.server, email, /come back/))
  await page.getByRole('button', { name: 'Go on' }).click()
}

async function beginRecovery(page: Seat['page'], email: string): Promise<void> {
  await page.goto('/recover')
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Send a code' }).click()
}

describe('a recovery kit', () => {
  let key: string

  test('is not called safe before the whole key has opened the keys', async () => {
    key = await makeKit(ines)
    expect(key).toMatch(/^([2-9A-HJKMNP-Z]{4}-){7}[2-9A-HJKMNP-Z]{4}$/)
    const { page } = ines
    await page.getByText('Not tried yet').first().waitFor()
    await page
      .getByRole('textbox', { name: 'Recovery key' })
      .fill(key.replace(/^./, first => (first === '7' ? '8' : '7')))
    await page.getByRole('button', { name: 'Try the kit' }).click()
    await page.getByText('That is not the recovery key of this account').first().waitFor()
    await page.getByRole('textbox', { name: 'Recovery key' }).fill(key.toLowerCase().replaceAll('-', ' '))
    await page.getByRole('button', { name: 'Try the kit' }).click()
    await page.getByText(/It opened your keys on/).waitFor()
    expect(await page.getByText('Not tried yet').count()).toBe(0)
  })

  test('opens the keys on this device without the password, offline', async () => {
    const { page, context } = ines
    await page.getByRole('button', { name: 'Lock' }).click()
    await context.setOffline(true)
    await page.getByRole('link', { name: /Open with your recovery kit/ }).click()
    await page.getByRole('textbox', { name: 'Recovery key' }).fill(key)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByRole('navigation').first().waitFor()
    await context.setOffline(false)
  })

  test('brings the same identity back on another device, under a new password; the others are logged out', async () => {
    const before = await fingerprintOf(ines)
    await send(bao.page, { to: [ines.email], files: [{ name: 'kept.txt', buffer: Buffer.from('still opens') }] })
    await goTo(ines.page, 'Inbox')
    await openTransfer(ines.page, 'kept.txt')
    const seat = await house.seat()
    inesNow = seat
    await beginRecovery(seat.page, ines.email)
    await typeCode(seat.page, ines.email)
    await seat.page.getByRole('textbox', { name: 'Recovery key' }).fill(key)
    await seat.page.getByLabel('New password', { exact: true }).fill('Ines rows past nine islands')
    await seat.page.getByRole('button', { name: 'Set password and log in' }).click()
    await atInbox(seat.page)
    expect(await fingerprintOf(seat)).toBe(before)
    await goTo(seat.page, 'Inbox')
    await openTransfer(seat.page, 'kept.txt')
    await download(seat.page, () => seat.page.getByRole('button', { name: 'Download' }).click())
    await ines.page
      .getByText(/You are logged out|Log in/)
      .first()
      .waitFor()
  })

  test('the old password opens nothing on the server any more', async () => {
    const { page } = await house.seat()
    await page.goto('/login')
    await page.getByLabel('E-mail').fill(ines.email)
    await page.getByLabel('Password', { exact: true }).fill(ines.password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByText('Wrong address or password').first().waitFor()
  })
})

describe('without a kit', () => {
  test('starting over is a new identity: who knew the old one is stopped before sending', async () => {
    await send(inesNow.page, { to: [bao.email], files: [{ name: 'hello.txt', buffer: Buffer.from('hello') }] })
    await goTo(inesNow.page, 'Sent')
    await inesNow.page.getByText('hello.txt').first().waitFor()
    const before = await fingerprintOf(bao)
    const seat = await house.seat()
    await beginRecovery(seat.page, bao.email)
    await typeCode(seat.page, bao.email)
    await seat.page.getByRole('link', { name: /Start over/ }).click()
    await seat.page.getByLabel('New password', { exact: true }).fill('Bao begins with nine anchors')
    await seat.page.getByRole('button', { name: 'Start over' }).click()
    await seat.page.getByRole('alertdialog').getByRole('button', { name: 'Start over for good' }).click()
    await seat.page
      .getByRole('button', { name: 'Later' })
      .or(seat.page.getByRole('region', { name: 'Inbox' }))
      .first()
      .waitFor()
    if (await seat.page.getByRole('button', { name: 'Later' }).isVisible()) {
      await seat.page.getByRole('button', { name: 'Later' }).click()
    }
    expect(await fingerprintOf(seat)).not.toBe(before)
    await goTo(inesNow.page, 'People')
    await inesNow.page.getByText('Identity changed').first().waitFor()
    const { page } = inesNow
    await goTo(page, 'Send')
    const to = page.getByRole('combobox', { name: 'To', exact: true })
    await to.fill(bao.email)
    await to.press('Enter')
    await page.getByLabel(/^Message/).fill('for the one I knew')
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    await page
      .getByText(/identity changed: the server now gives another signing key/)
      .first()
      .waitFor()
    await goTo(page, 'Outbox')
    await page.getByText('Nothing waits here').waitFor()
    await goTo(page, 'Sent')
    await page.getByText('hello.txt').first().waitFor()
    expect(await page.getByText('for the one I knew').count()).toBe(0)
  })

  test('an address without an account is answered alike, and its mailbox is told', async () => {
    const { page } = await house.seat()
    await beginRecovery(page, 'nobody@example.org')
    await page.getByRole('heading', { name: 'Enter the code from your mail' }).waitFor()
    await expect.poll(async () => (await house.server.lettersTo('nobody@example.org')).length).toBe(1)
    await page.getByLabel('Code').fill('12345678')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page
      .getByText(/That is not the code/)
      .first()
      .waitFor()
  })
})

describe('a new encryption key', () => {
  let ada: Person
  let tom: Person

  beforeAll(async () => {
    ada = await house.newcomer('Ada Rotates')
    tom = await house.newcomer('Tom Sends')
  })

  test('is taken silently; what was sealed for the older one still opens', async () => {
    await send(tom.page, { to: [ada.email], files: [{ name: 'before.txt', buffer: Buffer.from('before') }] })
    await goTo(ada.page, 'Inbox')
    await ada.page.getByText('before.txt').first().waitFor()
    const print = await fingerprintOf(ada)
    await ada.page.getByRole('button', { name: 'Rotate now' }).click()
    await ada.page.getByText('Key 2 is in use now').waitFor()
    expect(await fingerprintOf(ada)).toBe(print)
    await send(tom.page, { to: [ada.email], files: [{ name: 'after.txt', buffer: Buffer.from('after') }] })
    for (const name of ['after.txt', 'before.txt']) {
      await goTo(ada.page, 'Inbox')
      await openTransfer(ada.page, name)
      const { path } = await download(ada.page, () => ada.page.getByRole('button', { name: 'Download' }).click())
      expect(await readFile(path, 'utf8')).toBe(name.replace('.txt', ''))
    }
    expect(await tom.page.getByText('Identity changed').count()).toBe(0)
  })

  test('reaches another device of the same person by itself', async () => {
    const second = await house.secondDevice(ada)
    await ada.page.bringToFront()
    await goTo(ada.page, 'Identity')
    await ada.page.getByRole('button', { name: 'Rotate now' }).click()
    await ada.page.getByText('Key 3 is in use now').waitFor()
    await goTo(second.page, 'Identity')
    await second.page.getByText(/Key 3, since/).waitFor()
    await send(tom.page, { to: [ada.email], files: [{ name: 'both.txt', buffer: Buffer.from('both') }] })
    await goTo(second.page, 'Inbox')
    await openTransfer(second.page, 'both.txt')
  })

  test('older keys are deleted when nothing needs them, where that is switched on', async () => {
    await goTo(ada.page, 'Identity')
    await ada.page.getByText('Delete older keys 7 days after').click()
    await expect.poll(() => ada.page.getByRole('checkbox', { name: /Delete older keys/ }).isChecked()).toBe(true)
    await ada.page.reload()
    await unlock(ada)
    await goTo(ada.page, 'Identity')
    await expect.poll(() => ada.page.getByRole('checkbox', { name: /Delete older keys/ }).isChecked()).toBe(true)
  })
})
