/** Journeys 1 and 2: register, log in and out, lock and unlock, a second browser. */
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { Seat } from './support/browser.ts'
import { openHouse } from './support/house.ts'
import { atInbox, goTo, logIn, logOut, type Person, typeRegistration, unlock } from './support/people.ts'
import { codeFor } from './support/server.ts'

const house = openHouse()

describe('registering', () => {
  test('a wrong code says how many tries are left, the right one makes the keys', async () => {
    const { page, complaints } = await house.seat()
    await page.goto('/')
    await typeRegistration(page, {
      name: 'Priya Raman',
      email: ' Priya@Example.org ',
      password: 'Priya keeps nine boats',
    })
    const code = await codeFor(house.server, 'priya@example.org')
    const wrong = code === '00000000' ? '00000001' : '00000000'
    await page.getByLabel('Code').fill(wrong)
    await page.getByRole('button', { name: 'Confirm address' }).click()
    await page.getByText('That is not the code. 4 tries left').first().waitFor()
    await page.getByLabel('Code').fill(code)
    await page.getByRole('button', { name: 'Confirm address' }).click()
    await page.getByRole('button', { name: 'Later' }).click()
    await atInbox(page)
    // The wrong code is an answer of 400, which the console tells of; nothing else may.
    expect(complaints.filter(line => !line.includes('400'))).toEqual([])
  })

  test('short and plain passwords are refused before anything is sent', async () => {
    const { page } = await house.seat()
    await page.goto('/register')
    await page.getByLabel('Name').fill('Weak')
    await page.getByLabel('E-mail').fill('weak@example.org')
    await page.getByLabel('Password', { exact: true }).fill('short')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect.poll(() => page.getByLabel('Password', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    expect(await house.server.lettersTo('weak@example.org')).toEqual([])
  })

  test('a passphrase is suggested that the form takes', async () => {
    const { page } = await house.seat()
    await page.goto('/register')
    await page.getByRole('button', { name: /Suggest/ }).click()
    const password = page.getByLabel('Password', { exact: true })
    await expect.poll(() => password.inputValue()).toMatch(/^([a-z-]+ ){5}[a-z-]+$/)
  })

  test('an address that has an account gets a letter that says so, and the screen does not tell', async () => {
    await house.newcomer('Known Person')
    const { page } = await house.seat()
    await page.goto('/register')
    await typeRegistration(page, { name: 'Other', email: 'known@example.org', password: 'another long password' })
    await expect.poll(async () => (await house.server.lettersTo('known@example.org')).length).toBe(2)
    const [letter] = await house.server.lettersTo('known@example.org')
    expect(letter?.text).toMatch(/already/)
  })

  test('a reload before the code was typed asks for the password once more', async () => {
    const { page } = await house.seat()
    await page.goto('/register')
    const reload = { name: 'Reload Er', email: 'reload@example.org', password: 'Reload keeps nine boats' }
    await typeRegistration(page, reload)
    await page.reload()
    await page.getByLabel('Code').fill(await codeFor(house.server, reload.email))
    await page.getByRole('button', { name: 'Confirm address' }).click()
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    await logIn(page, reload)
    await page.getByRole('button', { name: 'Later' }).click()
    await atInbox(page)
  })
})

describe('an account', () => {
  let ines: Person

  beforeAll(async () => {
    ines = await house.newcomer('Ines Halvorsen')
  })

  test('is locked after a reload until the password is given', async () => {
    await ines.page.reload()
    await ines.page.getByRole('heading', { name: /Ines Halvorsen/ }).waitFor()
    await ines.page.getByLabel('Password', { exact: true }).fill('not the password at all')
    await ines.page.getByRole('button', { name: 'Unlock' }).click()
    await ines.page.getByText('Wrong password').first().waitFor()
    await unlock(ines)
  })

  test('locks by its button', async () => {
    await ines.page.getByRole('button', { name: 'Lock' }).click()
    await ines.page.getByRole('button', { name: 'Unlock' }).waitFor()
    await unlock(ines)
  })

  test('unlocks offline, after a reload without any server', async () => {
    await ines.page.evaluate(() => navigator.serviceWorker.ready)
    await ines.context.setOffline(true)
    await ines.page.reload()
    await unlock(ines)
    await ines.page
      .getByText(/offline/i)
      .first()
      .waitFor()
    await ines.context.setOffline(false)
  })

  test('opens the same identity in a second browser', async () => {
    await goTo(ines.page, 'Identity')
    const here = await fingerprintShown(ines)
    const second = await house.secondDevice(ines)
    await goTo(second.page, 'Identity')
    expect(await fingerprintShown(second)).toEqual(here)
  })

  test('a wrong password and an unknown address are answered alike', async () => {
    const { page } = await house.seat()
    await page.goto('/login')
    for (const email of [ines.email, 'nobody@example.org']) {
      await logIn(page, { email, password: 'certainly not this one' })
      await page.getByText('Wrong address or password').first().waitFor()
      await page.reload()
    }
  })

  test('logs out, and nothing of it stays behind', async () => {
    await logOut(ines.page)
    await ines.page.getByText('You are logged out.').waitFor()
    expect(await ines.page.getByText('Your address is confirmed').count()).toBe(0)
    const left = await ines.page.evaluate(async () => {
      const open = indexedDB.open('datacrypt')
      await new Promise(done => open.addEventListener('success', done))
      const names = [...open.result.objectStoreNames]
      const counts = names.map(
        name =>
          new Promise<number>(done => {
            const count = open.result.transaction(name).objectStore(name).count()
            count.addEventListener('success', () => done(count.result))
          }),
      )
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
    })
    expect(left).toBe(0)
  })
})

async function fingerprintShown({ page }: Pick<Seat, 'page'>): Promise<string[]> {
  const groups = page
    .getByRole('list', { name: /fingerprint/i })
    .first()
    .getByRole('listitem')
  await vi.waitFor(async () => expect(await groups.count()).toBe(6))
  return groups.allInnerTexts()
}
