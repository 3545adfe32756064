import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Problem } from '#shared/contract/problems.ts'
import { openGround, type TestGround } from './ground.testing.ts'

let ground: TestGround
afterEach(() => ground.close())

const to = 'priya@example.org'
const code = '40718263'
const letter = { kind: 'login-code', to, code, minutes: 10 } as const

/** A ground whose mail server refuses for a while, until the switch is turned. */
async function openWithMailDown(): Promise<{ accept(): void }> {
  let down = true
  ground = await openGround({
    mailer: inner => ({
      ...inner,
      deliver: async written => {
        if (down) throw new Problem('unavailable')
        await inner.deliver(written)
      },
    }),
  })
  return {
    accept: () => {
      down = false
    },
  }
}

async function storeBytes(): Promise<Buffer> {
  const names = (await readdir(ground.folder)).filter(name => name.startsWith('store.sqlite'))
  return Buffer.concat(await Promise.all(names.map(name => readFile(join(ground.folder, name)))))
}

test('a code that waits for the mail server stands nowhere in the database, and arrives as it was', async () => {
  const { accept } = await openWithMailDown()
  await ground.mailouts.post('one', letter)
  await ground.mailouts.run()
  const bytes = await storeBytes()
  expect(bytes.includes(to)).toBe(true)
  expect(bytes.includes(code)).toBe(false)
  accept()
  ground.clock.pass(60_000)
  const [arrived] = await ground.lettersTo(to)
  expect(arrived?.text).toContain(code)
  expect((await storeBytes()).includes(code)).toBe(false)
})

test('a letter that an older program queued goes out as well', async () => {
  ground = await openGround()
  const now = ground.clock.now()
  await ground.ground.store.mail.insert({ version: 0, mailId: 'old', letter, tries: 0, nextAt: now, queuedAt: now })
  const [arrived] = await ground.lettersTo(to)
  expect(arrived?.text).toContain(code)
})

test("a code does not open as another letter's", async () => {
  const { accept } = await openWithMailDown()
  await ground.mailouts.post('one', letter)
  await ground.mailouts.run()
  const { mail } = ground.ground.store
  ground.clock.pass(60_000)
  const [kept] = await mail.due(ground.clock.now(), 1)
  if (kept === undefined) throw new Error('nothing waits')
  await mail.insert({ ...kept, version: 0, mailId: 'two', letter: { ...kept.letter, to: 'mallory@example.org' } })
  accept()
  expect(await ground.lettersTo(to)).toHaveLength(1)
  expect(await ground.lettersTo('mallory@example.org')).toEqual([])
  expect(ground.warnings.at(-1)).toMatch(/^mail not accepted/)
})
