/** Journeys 3, 4 and 5: send, be told, receive. */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { download, listSaved, pickFolder } from './support/downloads.ts'
import { addRecipient, goTo, openTransfer, type Person, register, send } from './support/people.ts'
import { startServer, type TestServer } from './support/server.ts'

let server: TestServer
let ines: Person
let bao: Person
let miriam: Person
let folder: string

beforeAll(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'datacrypt-files-'))
  ines = await register(server, 'Ines Halvorsen')
  bao = await register(server, 'Bao Trinh')
  miriam = await register(server, 'Miriam Osei')
})

afterAll(async () => {
  await Promise.all([ines, bao, miriam].map(person => person.context.close()))
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const write = async (name: string, bytes: Buffer | string): Promise<string> => {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  return path
}

/** Lengths of what the server keeps, with everything that is not a blob's bytes in between. */
async function storedLengths(): Promise<readonly number[]> {
  const entries = await readdir(join(server.folder, 'blobs'), { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  return Promise.all(files.map(async file => (await stat(join(file.parentPath, file.name))).size))
}

/** `.enc` of one chunk: header, tag and digest around it (FORMAT.md). */
const sealedLength = (plain: number) => 76 + plain + 16 + 32

describe('the size', () => {
  test('is rounded up unless the sender says otherwise', async () => {
    const file = (name: string) => ({ name, buffer: Buffer.alloc(10_001, 1) })
    await send(ines.page, { to: [bao.email], files: [file('rounded.bin')] })
    await bao.page.getByRole('link', { name: /rounded.bin, new/ }).waitFor()
    expect(await storedLengths()).toContain(sealedLength(10_240))
    expect(await storedLengths()).not.toContain(sealedLength(10_001))
    await send(ines.page, { to: [bao.email], files: [file('exact.bin')], exactSize: true })
    await bao.page.getByRole('link', { name: /exact.bin, new/ }).waitFor()
    expect(await storedLengths()).toContain(sealedLength(10_001))
  })
})

describe('one file to one person', () => {
  test('arrives within a second without a reload, and the letter links to it', async () => {
    await send(ines.page, { to: [bao.email], files: [{ name: 'selects.txt', buffer: Buffer.from('twelve') }] })
    await ines.page
      .getByText(/On its way|Sent to/)
      .first()
      .waitFor()
    const item = bao.page.getByRole('link', { name: /Ines Halvorsen, selects.txt, new/ })
    await item.waitFor({ timeout: 5000 })
    await expect.poll(async () => (await server.lettersTo(bao.email))[0]?.text ?? '').toMatch(/\/inbox\/[\w-]{22}/)
    const [letter] = await server.lettersTo(bao.email)
    expect(letter?.text).not.toContain('selects.txt')
  })

  test('is downloaded, verified and receipted; the sender sees it live', async () => {
    await openTransfer(bao.page, 'selects.txt')
    const saved = await download(bao.page, () => bao.page.getByRole('button', { name: 'Download' }).click())
    expect(saved.name).toBe('selects.txt')
    expect((await readFile(saved.path)).toString()).toBe('twelve')
    await bao.page.getByText('Complete, and every file verified').waitFor()
    await goTo(ines.page, 'Sent')
    await ines.page.getByText('Receipt checked').first().waitFor()
  })
})

describe('many files to several people', () => {
  const files: Record<string, Buffer> = {
    'plan/grundriß – Øst.pdf': Buffer.alloc(70_000, 3),
    'plan/empty.txt': Buffer.alloc(0),
    'plan/日本/写真.jpg': Buffer.alloc(1_300_000, 5),
    'plan/a b (1).csv': Buffer.from('a;b\n'),
  }

  test('a folder with nested paths, Unicode names and an empty file is sent to two', async () => {
    for (const [name, bytes] of Object.entries(files)) await write(name, bytes)
    await send(ines.page, {
      to: [bao.email, miriam.email],
      folder: join(folder, 'plan'),
      title: 'Floor plans',
      message: 'For Thursday',
    })
    for (const person of [bao, miriam]) {
      await goTo(person.page, 'Inbox')
      await openTransfer(person.page, 'Floor plans')
      await person.page.getByText('For Thursday').waitFor()
      await person.page.getByRole('heading', { name: /^4 files/ }).waitFor()
    }
  })

  test('all of it comes as a zip with every path and byte', async () => {
    const saved = await download(bao.page, () => bao.page.getByRole('button', { name: 'Download' }).click())
    expect(saved.name).toBe('Floor plans.zip')
    const entries = await listSaved.zip(saved.path)
    expect(Object.keys(entries).sort()).toEqual(Object.keys(files).sort())
    for (const [name, bytes] of Object.entries(files)) expect(entries[name]?.equals(bytes)).toBe(true)
  })

  test('all of it is saved into a folder that was picked, and nothing is overwritten', async () => {
    await pickFolder(miriam.page)
    await miriam.page.getByRole('button', { name: 'Save all' }).click()
    await miriam.page.getByText('Complete, and every file verified').waitFor()
    const first = await listSaved.folder(miriam.page)
    expect(Object.keys(first).sort()).toEqual(Object.keys(files).sort())
    for (const [name, bytes] of Object.entries(files)) expect(first[name]).toBe(sha256(bytes))
    await miriam.page.getByRole('button', { name: 'Save again' }).click()
    await expect.poll(async () => Object.keys(await listSaved.folder(miriam.page)).length).toBe(8)
    expect(Object.keys(await listSaved.folder(miriam.page))).toContain('plan/empty (2).txt')
  })

  test('one of many is saved by itself', async () => {
    await openTransfer(bao.page, 'Floor plans')
    await choose(bao, 'a b (1).csv')
    const saved = await download(bao.page, () => bao.page.getByRole('button', { name: 'Download' }).click())
    expect(saved.name).toBe('a b (1).csv')
    expect((await readFile(saved.path)).equals(files['plan/a b (1).csv'] ?? Buffer.alloc(0))).toBe(true)
  })
})

describe('a message alone', () => {
  test('is sent and read without any file', async () => {
    await send(ines.page, { to: [bao.email], title: 'Thursday', message: 'The light was the best of the year.' })
    await goTo(bao.page, 'Inbox')
    await openTransfer(bao.page, 'Thursday')
    await bao.page.getByText('The light was the best of the year.').waitFor()
  })
})

describe('a first recipient', () => {
  test('is shown with six groups and as not verified yet', async () => {
    await goTo(miriam.page, 'Send')
    await addRecipient(miriam.page, ines.email)
    const shown = miriam.page.getByRole('list', { name: /fingerprint/i }).first()
    await expect.poll(() => shown.getByRole('listitem').count()).toBe(6)
    await miriam.page.getByText('Not verified yet').first().waitFor()
  })
})

describe('on its way', () => {
  test('it is paused, goes on and arrives', async () => {
    const big = await write('big.bin', Buffer.alloc(20_000_000, 9))
    const letGo = await holdUploads(ines)
    await send(ines.page, { to: [bao.email], files: [big], title: 'Paused one' })
    await ines.page.getByRole('button', { name: 'Pause Paused one' }).first().click()
    await ines.page.getByRole('button', { name: 'Go on with Paused one' }).first().waitFor()
    await letGo()
    await ines.page.getByRole('button', { name: 'Go on with Paused one' }).first().click()
    await goTo(bao.page, 'Inbox')
    await bao.page.getByRole('link', { name: /Paused one/ }).waitFor({ timeout: 60_000 })
  })

  test('it is cancelled, and nothing is left on either side', async () => {
    const big = await write('big.bin', Buffer.alloc(20_000_000, 9))
    const letGo = await holdUploads(ines)
    await send(ines.page, { to: [bao.email], files: [big], title: 'Cancelled one' })
    await ines.page.getByRole('button', { name: 'Cancel Cancelled one' }).first().click()
    const sure = ines.page.getByRole('alertdialog').or(ines.page.getByRole('dialog'))
    await sure
      .getByRole('button', { name: /Cancel|Discard|Stop/ })
      .first()
      .click()
    await expect.poll(() => ines.page.getByText('Cancelled one').count()).toBe(0)
    await letGo()
    await expect.poll(() => shelfJobs(ines)).toEqual([])
    await goTo(ines.page, 'Outbox')
    expect(await ines.page.getByText('Cancelled one').count()).toBe(0)
  })
})

/** Parts do not leave until they are let go, so that there is something to pause. */
async function holdUploads({ context }: Person): Promise<() => Promise<void>> {
  let open = () => {}
  const gate = new Promise<void>(resolve => {
    open = resolve
  })
  await context.route('**/api/blobs/**', async route => {
    await gate
    await route.continue().catch(() => undefined)
  })
  return async () => {
    open()
    await context.unroute('**/api/blobs/**')
  }
}

function shelfJobs({ page }: Person): Promise<string[]> {
  return page.evaluate(async () => {
    const names: string[] = []
    const visit = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') await visit(handle as FileSystemDirectoryHandle, `${path}${name}/`)
        else names.push(`${path}${name}`)
      }
    }
    await visit(await navigator.storage.getDirectory(), '')
    return names
  })
}

async function choose({ page }: Person, name: string): Promise<void> {
  const all = page.getByRole('checkbox', { name: 'All' })
  if (!(await all.isChecked())) await all.check({ force: true })
  await all.uncheck({ force: true })
  const row = page.getByRole('checkbox', { name: new RegExp(name.replace(/[()]/g, '\\$&')) })
  if ((await row.count()) === 0) await page.getByRole('button', { name: /plan/ }).first().click()
  await row.check({ force: true })
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
