/** Bad input and bad luck: every one ends in a sentence, and nothing is lost. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '#shared/contract/problems.ts'
import { takeSeat } from './support/browser.ts'
import { download } from './support/downloads.ts'
import { logInOnNewDevice } from './support/factors.ts'
import { fillForm, goTo, logIn, openTransfer, type Person, register, send } from './support/people.ts'
import { startServer, type TestServer } from './support/server.ts'

let server: TestServer
let ines: Person
let bao: Person
let folder: string

beforeAll(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'datacrypt-files-'))
  ines = await register(server, 'Ines Halvorsen')
  bao = await register(server, 'Bao Trinh')
})

afterAll(async () => {
  await Promise.all([ines, bao].map(person => person.context.close()))
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const says = (person: Pick<Person, 'page'>, sentence: string | RegExp) =>
  person.page.getByText(sentence).filter({ visible: true }).first().waitFor()

describe('the form', () => {
  test('says that nobody is at an unknown address', async () => {
    await goTo(ines.page, 'Send')
    const to = ines.page.getByRole('combobox', { name: 'To', exact: true })
    await to.fill('nobody@example.org')
    await to.press('Enter')
    await says(ines, 'No one can be reached at that address.')
  })

  test('says that one is the only recipient', async () => {
    const to = ines.page.getByRole('combobox', { name: 'To', exact: true })
    await to.fill(ines.email)
    await to.press('Enter')
    await says(ines, 'You are the only recipient.')
  })
})

describe('the network', () => {
  test('the server goes away in the middle and comes back: it goes on by itself', async () => {
    const path = join(folder, 'long.bin')
    await writeFile(path, Buffer.alloc(40_000_000, 7))
    await fillForm(ines.page, { to: [bao.email], files: [path], title: 'Through the night' })
    await ines.page.getByRole('button', { name: 'Encrypt and send' }).click()
    await ines.page.getByRole('progressbar').first().waitFor()
    await server.stop()
    await says(ines, /Connection lost|Waits for the network|offline/i)
    await server.start()
    await goTo(bao.page, 'Inbox')
    await bao.page.getByRole('link', { name: /Through the night/ }).waitFor({ timeout: 60_000 })
  })

  test("an answer that is not DataCrypt's is called so", async () => {
    const seat = await takeSeat(server.publicUrl)
    await seat.page.goto('/login')
    await seat.context.route('**/trpc/**', route =>
      route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Log in to this hotel</h1>' }),
    )
    await logIn(seat.page, ines)
    await says(seat, 'This was not an answer from DataCrypt.')
    await seat.context.close()
  })
})

describe('the sender', () => {
  test('a file that changed while it was read is not sent', async () => {
    const path = join(folder, 'moving.txt')
    await writeFile(path, 'before')
    await fillForm(ines.page, { to: [bao.email], files: [path], title: 'Moving' })
    await writeFile(path, 'after, and longer than before')
    await ines.page.getByRole('button', { name: 'Encrypt and send' }).click()
    await goTo(ines.page, 'Outbox')
    await says(ines, /moving.txt changed while it was being read/)
    await goTo(bao.page, 'Inbox')
    expect(await bao.page.getByText('Moving').count()).toBe(0)
  })

  test("the server's storage is full: it waits, and goes on when there is room", async () => {
    const { directBlobs } = server.services
    if (directBlobs === null) throw new Error('this journey needs the file store')
    const { putPart } = directBlobs
    directBlobs.putPart = () => Promise.reject(new Problem('server-full'))
    await send(ines.page, { to: [bao.email], files: [{ name: 'waits.txt', buffer: Buffer.from('waits') }] })
    await goTo(ines.page, 'Outbox')
    await ines.page.getByText('waits.txt').first().waitFor()
    directBlobs.putPart = putPart
    await goTo(bao.page, 'Inbox')
    await bao.page.getByRole('link', { name: /waits.txt/ }).waitFor({ timeout: 60_000 })
  })

  test('this device is full: it says so, and the keys are untouched', async () => {
    const { context, page, ...seat } = await takeSeat(server.publicUrl)
    const session = await context.newCDPSession(page)
    const quota = { origin: server.publicUrl, quotaSize: 12_000_000 }
    await session.send('Storage.overrideQuotaForOrigin', quota)
    await logInOnNewDevice(server, page, ines)
    const full = { ...ines, ...seat, context, page }
    await send(page, {
      to: [bao.email],
      files: [{ name: 'too much.bin', buffer: Buffer.alloc(30_000_000, 1) }],
    })
    await goTo(page, 'Outbox')
    await says(full, /This device is full/)
    await context.close()
  })
})

describe('the recipient', () => {
  test('a damaged chunk is named, nothing is saved, and the rest of the app goes on', async () => {
    await send(ines.page, { to: [bao.email], files: [{ name: 'damaged.bin', buffer: Buffer.alloc(3_000_000, 4) }] })
    await goTo(bao.page, 'Inbox')
    await bao.page.getByRole('link', { name: /damaged.bin/ }).waitFor()
    await damageNewestBlob(76 + 2 * (512 * 1024 + 16) + 100)
    await openTransfer(bao.page, 'damaged.bin')
    const failed = download(bao.page, () => bao.page.getByRole('button', { name: 'Download' }).click())
    await expect(failed).rejects.toThrow('download failed')
    await says(bao, /Damaged at chunk/)
    expect(await bao.page.getByText('Complete, and every file verified').count()).toBe(0)
  })

  test('taken back while it was open: the reason is said', async () => {
    await send(ines.page, { to: [bao.email], files: [{ name: 'gone.txt', buffer: Buffer.from('gone') }] })
    await goTo(bao.page, 'Inbox')
    await openTransfer(bao.page, 'gone.txt')
    const [transfer] = await server.services.ground.store.transfers
      .due(Number.MAX_SAFE_INTEGER, 100)
      .then(list => list.slice(-1))
    if (transfer === undefined) throw new Error('no transfer')
    await server.services.downloads.revoke(
      { userId: transfer.sender, sessionHash: '', via: 'session', scopes: [] },
      { transferId: transfer.transferId },
    )
    await says(bao, /Revoked by Ines|Ines has taken this back/)
  })
})

/** Flips one bit of the newest stored ciphertext. */
async function damageNewestBlob(offset: number): Promise<void> {
  const path = await server.newestPart()
  const bytes = await readFile(path)
  bytes[offset] = (bytes[offset] ?? 0) ^ 1
  await writeFile(path, bytes)
}
