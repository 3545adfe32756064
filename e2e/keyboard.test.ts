/** Journey 8: register, send and receive with the keyboard alone; once on a phone's width. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Seat, takeSeat } from './support/browser.ts'
import { download } from './support/downloads.ts'
import { focusIsSeen, nameOfFocused, tabTo } from './support/keyboard.ts'
import { focused } from './support/looks.ts'
import { atInbox, goTo, openTransfer, type Person, register, send } from './support/people.ts'
import { codeFor, startServer, type TestServer } from './support/server.ts'

let server: TestServer
let bao: Person
let ines: Seat
let folder: string

beforeAll(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'datacrypt-keys-'))
  bao = await register(server, 'Bao Trinh')
  ines = await takeSeat(server.publicUrl)
})

afterAll(async () => {
  await Promise.all([bao, ines].map(seat => seat.context.close()))
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

describe('with the keyboard alone', () => {
  test('an account is made', async () => {
    const { page } = ines
    await page.goto('/register')
    await page.getByLabel('Name').waitFor()
    await tabTo(page, /^Name/)
    await page.keyboard.type('Ines Halvorsen')
    await tabTo(page, /^E-mail/)
    await page.keyboard.type('ines@example.org')
    await tabTo(page, /^Password/)
    await page.keyboard.type('Ines keeps nine green boats')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Enter the code from your mail' }).waitFor()
    await tabTo(page, /^Code/)
    await page.keyboard.type(await codeFor(server, 'ines@example.org'))
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page), { timeout: 10_000 }).toBe('h1 Make your recovery kit')
    await tabTo(page, /^Later/)
    await page.keyboard.press('Enter')
    await atInbox(page)
  })

  test('a message is sent', async () => {
    const { page } = ines
    await page.keyboard.press('n')
    await expect.poll(() => focused(page)).toBe('h1 Send')
    await tabTo(page, /^To/)
    await page.keyboard.type(bao.email)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove Bao Trinh' }).waitFor()
    await tabTo(page, /^Choose files/)
    await tabTo(page, /^Title/)
    await page.keyboard.type('From the keyboard')
    await tabTo(page, /^Message/)
    await page.keyboard.type('No mouse was near.')
    await page.keyboard.press('Control+Enter')
    await bao.page.getByRole('link', { name: /From the keyboard/ }).waitFor()
  })

  test('the chips of the To field are walked and taken off', async () => {
    const { page } = ines
    await expect.poll(() => nameOfFocused(page)).toBe('To')
    await page.keyboard.type('ba')
    await page.getByRole('option', { name: /Bao Trinh/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const chip = page.getByRole('row', { name: /Bao Trinh/ })
    await chip.waitFor()
    await page.keyboard.press('Shift+Tab')
    expect(await focusIsSeen(page)).toBe(true)
    await page.keyboard.press('Delete')
    await expect.poll(() => chip.count()).toBe(0)
  })

  test('what arrives is opened and saved', async () => {
    const { page } = ines
    await send(bao.page, { to: ['ines@example.org'], files: [{ name: 'answer.txt', buffer: Buffer.from('heard') }] })
    await page.keyboard.press('Escape')
    await page.evaluate(() => document.querySelector<HTMLElement>('h1')?.focus())
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.getByRole('link', { name: /answer.txt/ }).waitFor()
    await page.keyboard.press('j')
    await expect.poll(() => focused(page)).toMatch(/^a Bao Trinh, answer.txt/)
    expect(await focusIsSeen(page)).toBe(true)
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('h1 answer.txt')
    await tabTo(page, /^Download/)
    const saved = await download(page, () => page.keyboard.press('Enter'))
    expect((await readFile(saved.path)).toString()).toBe('heard')
    await page.getByText('Complete, and every file verified').waitFor()
  })

  test('Escape leads back to the list, and ? lists the keys', async () => {
    const { page } = ines
    await page.evaluate(() => document.querySelector<HTMLElement>('h1')?.focus())
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys of the keyboard' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    expect(ines.complaints).toEqual([])
  })
})

test('on the width of a phone: register, receive, save, answer', async () => {
  const path = join(folder, 'photo.jpg')
  await writeFile(path, Buffer.alloc(30_000, 4))
  const mai = await register(server, 'Mai Lund', { width: 390, height: 844 })
  await send(bao.page, { to: [mai.email], files: [path], title: 'From the pier' })
  await openTransfer(mai.page, 'From the pier')
  const saved = await download(mai.page, () => mai.page.getByRole('button', { name: 'Download' }).click())
  expect(saved.name).toBe('photo.jpg')
  await mai.page.getByText(/Saved to your downloads as photo\.jpg/).waitFor()
  await mai.page.getByRole('button', { name: 'Reply with files' }).click()
  await mai.page.getByRole('button', { name: 'Remove Bao Trinh' }).waitFor()
  await mai.page.getByLabel(/^Message/).fill('Thank you for the light.')
  await mai.page.getByRole('button', { name: 'Encrypt and send' }).click()
  await goTo(bao.page, 'Inbox')
  await bao.page.getByRole('link', { name: /^Mai Lund, / }).waitFor()
  await mai.context.close()
})
