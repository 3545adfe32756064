/** What the server and this device keep: none of it tells a name, a content, a message or a password (THREATS T8, T20). */
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { download } from './support/downloads.ts'
import { goTo, openTransfer, type Person, register, send } from './support/people.ts'
import { startServer, type TestServer } from './support/server.ts'

const canary = (what: string) => `${what}-${randomBytes(12).toString('hex')}`
const secret = {
  name: canary('name'),
  content: canary('content'),
  title: canary('title'),
  message: canary('message'),
}

let server: TestServer
let ines: Person
let bao: Person

beforeAll(async () => {
  server = await startServer()
  ines = await register(server, 'Ines Halvorsen')
  bao = await register(server, 'Bao Trinh')
  await send(ines.page, {
    to: [bao.email],
    files: [{ name: `${secret.name}.txt`, buffer: Buffer.from(secret.content) }],
    title: secret.title,
    message: secret.message,
  })
  await goTo(bao.page, 'Inbox')
  await openTransfer(bao.page, secret.title)
  await download(bao.page, () => bao.page.getByRole('button', { name: 'Download' }).click())
  await goTo(ines.page, 'Sent')
  await ines.page.getByText('Receipt checked').first().waitFor()
})

afterAll(async () => {
  await Promise.all([ines, bao].map(person => person.context.close()))
  await server.close()
})

/** The ways in which a text may stand in a file. */
function formsOf(text: string): Buffer[] {
  const plain = Buffer.from(text)
  // Base64 depends on where a text begins, so its middle is looked for at each of the three places.
  const shifted = [0, 1, 2].map(shift => plain.subarray(shift, shift + 3 * Math.floor((plain.length - shift) / 3)))
  return [
    plain,
    Buffer.from(text, 'utf16le'),
    Buffer.from(plain.toString('hex')),
    ...shifted.flatMap(bytes => [Buffer.from(bytes.toString('base64')), Buffer.from(bytes.toString('base64url'))]),
  ]
}

describe('the server', () => {
  test('keeps nothing readable of a transfer, nor a password, in any of its files', async () => {
    const wanted = [...Object.values(secret), ines.password, bao.password]
    const files = (await readdir(server.folder, { recursive: true, withFileTypes: true })).filter(file => file.isFile())
    expect(files.length).toBeGreaterThan(4)
    const hits: string[] = []
    for (const file of files) {
      const path = join(file.parentPath, file.name)
      const bytes = await readFile(path)
      for (const text of wanted) if (formsOf(text).some(form => bytes.includes(form))) hits.push(`${path}: ${text}`)
    }
    expect(hits).toEqual([])
    // The search itself works: an address is there to be found.
    const found = await Promise.all(files.map(file => readFile(join(file.parentPath, file.name))))
    expect(found.some(bytes => bytes.includes(Buffer.from(bao.email)))).toBe(true)
  })
})

describe('a locked device', () => {
  test('keeps names, contents and messages sealed in its database', async () => {
    await bao.page.getByRole('button', { name: 'Lock' }).click()
    await bao.page.getByRole('button', { name: 'Unlock' }).waitFor()
    const rows = await bao.page.evaluate(async () => {
      const open = indexedDB.open('datacrypt')
      await new Promise(done => open.addEventListener('success', done))
      const texts: string[] = []
      for (const name of open.result.objectStoreNames) {
        const all = open.result.transaction(name).objectStore(name).getAll()
        await new Promise(done => all.addEventListener('success', done))
        texts.push(
          JSON.stringify(all.result, (_key, value) =>
            value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value,
          ),
        )
      }
      return texts.join('\n')
    })
    expect(rows).toContain(bao.email)
    for (const text of [...Object.values(secret), ines.email, ines.name, bao.password]) expect(rows).not.toContain(text)
  })
})
