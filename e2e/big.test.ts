/** Journey 7: 200 MiB across the real server, in both suites: what is saved is what was sent. */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { download } from './support/downloads.ts'
import { goTo, openTransfer, type Person, register, send } from './support/people.ts'
import { startServer, type TestServer } from './support/server.ts'

const mebibytes = 200

let server: TestServer
let ines: Person
let bao: Person
let folder: string
let path: string
let sent: string

beforeAll(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'datacrypt-big-'))
  path = join(folder, 'interview.wav')
  sent = await writeRandom(path)
  ines = await register(server, 'Ines Halvorsen')
  bao = await register(server, 'Bao Trinh')
})

afterAll(async () => {
  await Promise.all([ines, bao].map(person => person.context.close()))
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

test.each([
  ['AES-256-GCM', 'In one suite', {}],
  ['AES-256-CBC with HMAC', 'In the other', { cipher: 'cbc' }],
] as const)(
  '200 MiB in %s',
  async (_name, title, cipher) => {
    await send(ines.page, { to: [bao.email], files: [path], title, ...cipher })
    await goTo(bao.page, 'Inbox')
    await bao.page.getByRole('link', { name: new RegExp(title) }).waitFor({ timeout: 100_000 })
    await openTransfer(bao.page, title)
    const saved = await download(bao.page, () => bao.page.getByRole('button', { name: 'Download' }).click(), 100_000)
    expect(saved.name).toBe('interview.wav')
    expect(await hashOf(saved.path)).toBe(sent)
    await bao.page.getByText('Complete, and every file verified').waitFor()
  },
  240_000,
)

async function writeRandom(to: string): Promise<string> {
  const file = await open(to, 'w')
  const hash = createHash('sha256')
  for (let done = 0; done < mebibytes; done += 4) {
    const bytes = randomBytes(4 * 1024 * 1024)
    hash.update(bytes)
    await file.write(bytes)
  }
  await file.close()
  return hash.digest('hex')
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer)
  return hash.digest('hex')
}
