import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flip, pattern } from '#shared/crypto/forge.testing.ts'
import { bench, failure } from './process.testing.ts'

const b = bench()
afterAll(() => b.remove())

const big = pattern(20 * 2 ** 20 + 12_345)
const keyPassphrase = { DATACRYPT_KEY_PASSPHRASE: 'Änne 1' }
const passphrase = { DATACRYPT_PASSPHRASE: 'correct horse' }

beforeAll(async () => {
  for (const name of ['alice', 'carol']) await b.done(['keygen', '--no-passphrase', '--out', `${name}.pem`])
  await b.done(['keygen', '--out', 'bob.pem'], { env: keyPassphrase })
  mkdirSync(b.path('tree/deep/er'), { recursive: true })
  mkdirSync(b.path('tree/none'))
  writeFileSync(b.path('tree/big.bin'), big)
  writeFileSync(b.path('tree/deep/er/naïve ☂ 名.txt'), 'hello')
  writeFileSync(b.path('tree/deep/empty'), '')
  writeFileSync(b.path('tree/zz'), '')
  symlinkSync('zz', b.path('tree/link'))
  utimesSync(b.path('tree/zz'), 1_000_000, 1_000_000.5)
}, 60_000)

const treeNames = ['tree/big.bin', 'tree/deep/empty', 'tree/deep/er/naïve ☂ 名.txt', 'tree/zz']

function expectTree(folder: string): void {
  for (const name of treeNames) expect(readFileSync(b.path(folder, name)).equals(readFileSync(b.path(name)))).toBe(true)
  expect(statSync(b.path(folder, 'tree/zz')).mtimeMs).toBe(1_000_000_500)
  expect(b.list().filter(name => name.includes('.tmp'))).toEqual([])
}

describe.each(['gcm', 'cbc'])('suite %s', suite => {
  test('a folder goes to two people and back, with title and note, padded', async () => {
    const seal = ['encrypt', '--identity', 'alice.pem', '--to', 'bob.card.json', '--to', 'carol.card.json']
    const words = ['--title', 'Tree', '--note', 'two\nlines', '--pad', '--suite', suite]
    const sealed = await b.done([...seal, ...words, '--out', suite, 'tree'])
    expect(sealed.errors).toBe('Left out: "tree/link" is a link\nLeft out: "tree/none" is an empty folder\n')
    const opened = await b.done(['decrypt', '--identity', 'bob.pem', '--out', `${suite}-bob`, `${suite}.key`], {
      env: keyPassphrase,
    })
    expectTree(`${suite}-bob`)
    const { text } = await b.done(['fingerprint', 'alice.card.json'])
    expect(opened.text).toBe(`From: ${text}Title: Tree\nNote: two\nlines\n`)
    const from = ['--from', 'alice.card.json']
    const known = await b.done(['decrypt', '--identity', 'carol.pem', ...from, '--out', `${suite}-c`, `${suite}.key`])
    expect(known.text).toBe('Title: Tree\nNote: two\nlines\n')
    expectTree(`${suite}-c`)
    await b.done(['decrypt', '--identity', 'alice.pem', '--out', `${suite}-a`, `${suite}.key`])
    expectTree(`${suite}-a`)
  }, 60_000)

  test('one file, small chunks, many chunk borders inside files', async () => {
    const chunk = ['--chunk', '12', '--suite', suite]
    writeFileSync(b.path('a.bin'), pattern(4096))
    writeFileSync(b.path('b.bin'), pattern(8192))
    writeFileSync(b.path('c.bin'), pattern(100_001))
    const single = `${suite}-small.dcrypt`
    await b.done(['encrypt', '--identity', 'alice.pem', ...chunk, '--single', single, 'a.bin', 'b.bin', 'c.bin'])
    await b.done(['decrypt', '--identity', 'alice.pem', '--out', `${suite}-small`, single])
    for (const [name, size] of Object.entries({ 'a.bin': 4096, 'b.bin': 8192, 'c.bin': 100_001 })) {
      expect(readFileSync(b.path(`${suite}-small`, name)).equals(pattern(size))).toBe(true)
    }
  })

  test('through pipes, under a passphrase, and from a pipe into a folder', async () => {
    const seal = ['encrypt', '--identity', 'alice.pem', '--passphrase', '--name', 'n.tar', '--suite', suite]
    const sealed = await b.done([...seal, '--single', '-', '-'], { input: big, env: passphrase })
    const asFile = await b.done([...seal, '--pad', '--single', `${suite}-pipe.dcrypt`, '-'], {
      input: big,
      env: passphrase,
    })
    expect(asFile.errors).toBe('')
    const open = ['decrypt', '--passphrase', '--out']
    const opened = await b.done([...open, '-', '-'], { input: sealed.out, env: passphrase })
    expect(opened.out.equals(big)).toBe(true)
    await b.done([...open, `${suite}-pipe`, '-'], { input: sealed.out, env: passphrase })
    expect(readFileSync(b.path(`${suite}-pipe/n.tar`)).equals(big)).toBe(true)
    const fromFile = await b.done([...open, '-', `${suite}-pipe.dcrypt`], { env: passphrase })
    expect(fromFile.out.equals(big)).toBe(true)
    const wrong = await b.run([...open, 'x', `${suite}-pipe.dcrypt`], { env: { DATACRYPT_PASSPHRASE: 'wrong' } })
    expect(wrong).toMatchObject({ code: 2, errors: expect.stringMatching(failure('not-for-this-key')) })
  }, 60_000)
})

test('nothing but a note; an empty file', async () => {
  const seal = ['encrypt', '--identity', 'alice.pem', '--out']
  await b.done([...seal, 'note', '--note', '\u001b[2Jonly \u202ewords'])
  const { text } = await b.done(['decrypt', '--identity', 'alice.pem', '--out', 'note-out', 'note.key'])
  expect(text).toMatch(/Note: \[2Jonly words\n$/)
  await b.done([...seal, 'empty', 'tree/zz'])
  await b.done(['decrypt', '--identity', 'alice.pem', '--out', 'empty-out', 'empty.key'])
  expect(readFileSync(b.path('empty-out/zz')).length).toBe(0)
})

test('a rotated identity opens what was sealed before and after', async () => {
  await b.done(['keygen', '--no-passphrase', '--out', 'dora.pem'])
  const seal = ['encrypt', '--identity', 'alice.pem', '--to', 'dora.card.json', '--out']
  await b.done([...seal, 'before', 'tree/deep'])
  const before = JSON.parse(readFileSync(b.path('dora.card.json'), 'utf8'))
  await b.done(['rotate', 'dora.pem'])
  const after = JSON.parse(readFileSync(b.path('dora.card.json'), 'utf8'))
  expect(after).toMatchObject({ seq: 2, sign: before.sign })
  expect(after.enc).not.toBe(before.enc)
  expect(statSync(b.path('dora.pem')).mode & 0o777).toBe(0o600)
  await b.done([...seal, 'after', 'tree/deep'])
  for (const key of ['before', 'after']) {
    await b.done(['decrypt', '--identity', 'dora.pem', '--out', `${key}-out`, `${key}.key`])
    expect(readFileSync(b.path(`${key}-out/deep/er/naïve ☂ 名.txt`), 'utf8')).toBe('hello')
  }
})

test('receipts are made of what was verified, and checked against envelope and person', async () => {
  await b.done(['encrypt', '--identity', 'alice.pem', '--to', 'carol.card.json', '--out', 'r', 'tree'])
  await b.done(['receipt', 'make', '--identity', 'carol.pem', '--out', 'r.json', 'r.key'])
  const check = ['receipt', 'check', 'r.json', 'r.key']
  const { text } = await b.done([...check, '--recipient', 'carol.card.json'])
  const { text: carol } = await b.done(['fingerprint', 'carol.card.json'])
  expect(text).toContain(`Received by ${carol.trim()}, 2`)
  const other = await b.run([...check, '--recipient', 'bob.card.json'])
  expect(other).toMatchObject({ code: 2, errors: expect.stringMatching(failure('receipt-invalid')) })
  await b.done(['encrypt', '--identity', 'alice.pem', '--to', 'carol.card.json', '--out', 'r2', 'tree/zz'])
  expect((await b.run(['receipt', 'check', 'r.json', 'r2.key'])).errors).toMatch(failure('receipt-invalid'))
  writeFileSync(b.path('r.enc'), flip(readFileSync(b.path('r.enc')), -400_000))
  const damaged = await b.run(['receipt', 'make', '--identity', 'carol.pem', '--out', 'no.json', 'r.key'])
  expect(damaged.errors).toMatch(failure('(damaged-at-chunk \\d+|root-mismatch)'))
  expect(b.list()).not.toContain('no.json')
})

test('inspect says what stands in the open', async () => {
  const to = ['--to', 'bob.card.json', '--passphrase', '--chunk', '14', '--suite', 'cbc']
  await b.done(['encrypt', '--identity', 'alice.pem', ...to, '--single', 'i.dcrypt', 'tree/zz'], { env: passphrase })
  const facts = JSON.parse((await b.done(['inspect', '--json', 'i.dcrypt'])).text)
  const { text } = await b.done(['fingerprint', 'alice.card.json'])
  const bytes43 = expect.stringMatching(/^[A-Za-z0-9_-]{43}$/)
  expect(facts).toEqual({
    format: 'datacrypt-key/1',
    suite: 'cbc',
    chunk: 16_384,
    length: 76 + 64 + 32,
    root: bytes43,
    transfer: bytes43,
    sender: { fingerprint: text.trim() },
    recipients: [{ type: 'p384', kid: bytes43 }, { type: 'p384', kid: bytes43 }, { type: 'passphrase' }],
  })
  const whole = readFileSync(b.path('i.dcrypt'))
  const piped = await b.done(['inspect', '-'], { input: whole })
  expect(piped.text).toBe((await b.done(['inspect', 'i.dcrypt'])).text)
})

test('the private keys are for their owner alone, and openssl reads each', async () => {
  for (const name of ['alice', 'bob']) {
    expect(statSync(b.path(`${name}.pem`)).mode & 0o777).toBe(0o600)
    const blocks = readFileSync(b.path(`${name}.pem`), 'utf8').match(/-----BEGIN[\s\S]*?-----END [A-Z ]+-----\n/g) ?? []
    expect(blocks).toHaveLength(2)
    for (const input of blocks) {
      const args = ['pkey', '-noout', '-text', '-passin', 'pass:Änne 1']
      expect(execFileSync('openssl', args, { input, encoding: 'utf8' })).toContain('secp384r1')
    }
  }
  expect((await b.done(['card', 'bob.pem'])).text).toBe(readFileSync(b.path('bob.card.json'), 'utf8'))
  const safety = await b.done(['fingerprint', 'alice.card.json', 'bob.card.json'])
  expect(safety.text).toMatch(/^(\d{5} ){11}\d{5}\n$/)
  expect((await b.done(['fingerprint', 'bob.card.json', 'alice.card.json'])).text).toBe(safety.text)
})

test("another tool's key gets its first card where that is asked for", async () => {
  const args = ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']
  writeFileSync(b.path('other.pem'), execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] }))
  expect((await b.run(['card', 'other.pem'])).errors).toMatch(failure('keys-missing'))
  const seal = ['encrypt', '--identity', 'other.pem', '--out', 'other', 'tree/zz']
  expect((await b.run(seal)).errors).toMatch(failure('keys-missing'))
  await b.done(['card', '--new-card', 'other.pem'])
  expect((await b.run(['card', '--new-card', 'other.pem'])).errors).toMatch(failure('conflict'))
  await b.done(seal)
  await b.done(['decrypt', '--identity', 'other.pem', '--from', 'other.card.json', '--out', 'other-out', 'other.key'])
})
