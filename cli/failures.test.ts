import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, watch, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flip, pattern } from '#shared/crypto/forge.testing.ts'
import { concat } from '#shared/format/bytes.ts'
import { bench, failure } from './process.testing.ts'

const b = bench()
afterAll(() => b.remove())

/** Forty chunks and a bit: enough for the workers. */
const big = pattern(20 * 2 ** 20 + 5)
const count = 41

beforeAll(async () => {
  for (const name of ['alice', 'bob', 'eve']) await b.done(['keygen', '--no-passphrase', '--out', `${name}.pem`])
  await b.done(['keygen', '--out', 'locked.pem'], { env: { DATACRYPT_KEY_PASSPHRASE: 'x' } })
  writeFileSync(b.path('small.txt'), 'small')
  writeFileSync(b.path('big.bin'), big)
  const seal = ['encrypt', '--identity', 'alice.pem', '--to', 'bob.card.json', '--out']
  await b.done([...seal, 'small', 'small.txt'])
  await b.done([...seal, 'big', 'big.bin'])
}, 60_000)

const key = (name: string) => readFileSync(b.path(`${name}.key`))
const enc = (name: string) => readFileSync(b.path(`${name}.enc`))

/** Puts a bundle down, as two files and as one, and asks for it to be opened in every way. */
async function errorsOf(parts: { key: Uint8Array; enc: Uint8Array }, args = ['--identity', 'bob.pem']) {
  writeFileSync(b.path('bad.key'), parts.key)
  writeFileSync(b.path('bad.enc'), parts.enc)
  const whole = concat(parts.key, Uint8Array.of(10), parts.enc)
  writeFileSync(b.path('bad.dcrypt'), whole)
  const before = b.list()
  const ended = [
    await b.run(['decrypt', ...args, '--out', 'out/put', 'bad.key']),
    await b.run(['decrypt', ...args, '--out', 'out/put', 'bad.dcrypt']),
    await b.run(['decrypt', ...args, '--out', 'out/put', '-'], { input: whole }),
  ]
  expect(b.list()).toEqual(before)
  expect(ended.map(({ code, text }) => [code, text])).toEqual([
    [2, ''],
    [2, ''],
    [2, ''],
  ])
  return ended.map(({ errors }) => errors)
}

describe.each(['small', 'big'])('a %s transfer that is', name => {
  const last = name === 'big' ? count - 1 : 0
  const cases: [string, string, () => { key: Uint8Array; enc: Uint8Array }][] = [
    ['without magic', 'not-a-bundle', () => ({ key: key(name), enc: flip(enc(name), 3) })],
    ['under another header', 'parts-differ', () => ({ key: key(name), enc: flip(enc(name), 20) })],
    ['cut', 'truncated', () => ({ key: key(name), enc: enc(name).subarray(0, -1) })],
    ['longer', 'trailing-data', () => ({ key: key(name), enc: concat(enc(name), Uint8Array.of(0)) })],
    [
      'with a wrong digest',
      '(root-mismatch|damaged-at-chunk \\d+)',
      () => ({ key: key(name), enc: flip(enc(name), -1) }),
    ],
    ['damaged in its first chunk', 'damaged-at-chunk 0', () => ({ key: key(name), enc: flip(enc(name), 78) })],
    [
      'damaged in its last chunk',
      `damaged-at-chunk ${last}`,
      () => ({ key: key(name), enc: flip(enc(name), -(last + 1) * 32 - 1) }),
    ],
    [
      'under a damaged envelope',
      '(envelope-damaged|not-a-bundle)',
      () => ({ key: flip(key(name), 900), enc: enc(name) }),
    ],
    ['under no envelope', 'not-a-bundle', () => ({ key: new Uint8Array(9).fill(65), enc: enc(name) })],
  ]
  test.each(cases)('%s: %s', async (_, code, parts) => {
    for (const errors of await errorsOf(parts())) expect(errors).toMatch(failure(code))
  })
})

test('not for whoever is not meant, not from whoever did not send it', async () => {
  const parts = { key: key('small'), enc: enc('small') }
  for (const line of await errorsOf(parts, ['--identity', 'eve.pem'])) expect(line).toMatch(failure('not-for-this-key'))
  const from = ['--identity', 'bob.pem', '--from', 'eve.card.json']
  for (const line of await errorsOf(parts, from)) expect(line).toMatch(failure('sender-unproven'))
})

test('what is missing, or locked, or wrongly unlocked', async () => {
  const open = ['decrypt', '--out', 'o', '--identity']
  writeFileSync(b.path('alone.key'), key('small'))
  const env = { DATACRYPT_KEY_PASSPHRASE: 'wrong' }
  const cases: [readonly string[], string, Record<string, string>?][] = [
    [[...open, 'none.pem', 'small.key'], 'not-found'],
    [[...open, 'bob.pem', 'none.key'], 'not-found'],
    [[...open, 'bob.pem', 'alone.key'], 'not-found'],
    [[...open, 'bob.pem', '.'], 'not-a-bundle'],
    [[...open, '.', 'small.key'], 'key-file-refused'],
    [[...open, 'bob.card.json', 'small.key'], 'key-file-refused'],
    [[...open, 'locked.pem', 'small.key'], 'locked'],
    [[...open, 'locked.pem', 'small.key'], 'wrong-passphrase', env],
    [['rotate', 'locked.pem'], 'wrong-passphrase', env],
    [['keygen', '--out', 'k.pem'], 'weak-password', { DATACRYPT_KEY_PASSPHRASE: '' }],
    [['keygen', '--out', 'no/folder/k.pem', '--no-passphrase'], 'not-found'],
    [['encrypt', '--identity', 'alice.pem', '--to', 'bob.pem', '--out', 'e', 'small.txt'], 'card-refused'],
    [['encrypt', '--identity', 'alice.pem', '--out', 'e', 'none.txt'], 'not-found'],
    [['encrypt', '--identity', 'alice.pem', '--out', 'e', 'small.txt', './small.txt'], 'name-refused'],
    [['encrypt', '--identity', 'alice.pem', '--out', 'e', '/dev/null'], 'bad-request'],
    [['fingerprint', 'small.key'], 'card-refused'],
    [['inspect', 'big.enc'], 'not-a-bundle'],
  ]
  const before = b.list()
  for (const [args, code, env] of cases) {
    const ended = await b.run(args, env === undefined ? {} : { env })
    expect([args, ended.code, ended.errors]).toEqual([args, 2, expect.stringMatching(failure(code))])
  }
  expect(b.list()).toEqual(before)
})

test('a name that cannot be sent is named', async () => {
  mkdirSync(b.path('odd'))
  writeFileSync(b.path('odd', 'a\\b'), '')
  const seal = ['encrypt', '--identity', 'alice.pem', '--out', 'odd-out']
  expect((await b.run([...seal, 'odd'])).errors).toMatch(/^error: name-refused: .*"odd\/a\\b"/)
  mkdirSync(b.path('bytes'))
  writeFileSync(Buffer.concat([Buffer.from(b.path('bytes/')), Buffer.of(0xff)]), '')
  expect((await b.run([...seal, 'bytes'])).errors).toMatch(failure('name-refused'))
  mkdirSync(b.path('hollow/deep'), { recursive: true })
  expect((await b.run([...seal, 'hollow'])).errors).toMatch(failure('nothing-to-send'))
})

test.each([
  [[]],
  [['nonsense']],
  [['keygen']],
  [['keygen', '--out', 'x.pem', 'y']],
  [['keygen', '--out']],
  [['card']],
  [['card', '--new-card', '-']],
  [['rotate', 'a', 'b']],
  [['fingerprint']],
  [['encrypt', '--out', 'x', 'small.txt']],
  [['encrypt', '--identity', 'alice.pem', 'small.txt']],
  [['encrypt', '--identity', 'alice.pem', '--out', 'x', '--single', 'y', 'small.txt']],
  [['encrypt', '--identity', 'alice.pem', '--out', 'x']],
  [['encrypt', '--identity', 'alice.pem', '--out', 'x', '--suite', 'rot13', 'small.txt']],
  [['encrypt', '--identity', 'alice.pem', '--out', 'x', '--chunk', '11', 'small.txt']],
  [['encrypt', '--identity', 'alice.pem', '--out', 'x', '--title', 'two\nlines', 'small.txt']],
  [['encrypt', '--identity', 'alice.pem', '--out', 'x', '-', 'small.txt']],
  [['decrypt', '--identity', 'bob.pem', 'small.key']],
  [['decrypt', '--out', 'x', 'small.key']],
  [['decrypt', '--identity', 'bob.pem', '--passphrase', '--out', 'x', 'small.key']],
  [['inspect', '--jsn', 'small.key']],
  [['receipt']],
  [['receipt', 'check', 'x']],
])('the wrong words %j are usage', async args => {
  const ended = await b.run(args)
  expect(ended.code).toBe(1)
  expect(ended.text).toBe('')
  expect(ended.errors).toMatch(args.length === 0 ? /^Usage: / : failure('usage'))
})

test('every command explains itself', async () => {
  const commands = ['keygen', 'card', 'rotate', 'fingerprint', 'encrypt', 'decrypt', 'inspect', 'receipt']
  const { text } = await b.done(['--help'])
  for (const command of commands) {
    expect(text).toContain(`\n  ${command} `)
    const { text: help, errors } = await b.done([command, '--help'])
    expect(help).toMatch(new RegExp(`^Usage: datacrypt ${command} [\\s\\S]*\\nExamples?:\\n  (?:tar|datacrypt) `))
    expect(errors).toBe('')
  }
})

test('nothing is replaced without --force', async () => {
  mkdirSync(b.path('full'))
  writeFileSync(b.path('full/small.txt'), 'mine')
  const cases: [readonly string[], string][] = [
    [['keygen', '--no-passphrase', '--out', 'eve.pem'], 'eve.pem'],
    [['encrypt', '--identity', 'alice.pem', '--out', 'small', 'small.txt'], 'small.enc'],
    [['encrypt', '--identity', 'alice.pem', '--single', 'small.key', 'small.txt'], 'small.key'],
    [['decrypt', '--identity', 'bob.pem', '--out', 'full', 'small.key'], 'full/small.txt'],
    [['receipt', 'make', '--identity', 'bob.pem', '--out', 'full/small.txt', 'small.key'], 'full/small.txt'],
  ]
  const all = b.list()
  for (const [args, name] of cases) {
    const before = readFileSync(b.path(name))
    expect((await b.run(args)).errors).toMatch(failure('conflict'))
    expect(readFileSync(b.path(name)).equals(before)).toBe(true)
    expect(b.list()).toEqual(all)
  }
  await b.done(['decrypt', '--identity', 'bob.pem', '--force', '--out', 'full', 'small.key'])
  expect(readFileSync(b.path('full/small.txt'), 'utf8')).toBe('small')
  expect(b.list()).toEqual(all)
})

test('links in the folder lead nowhere, and what was placed is taken back', async () => {
  mkdirSync(b.path('tree/sub'), { recursive: true })
  writeFileSync(b.path('tree/a.txt'), 'a')
  writeFileSync(b.path('tree/sub/b.txt'), 'b')
  await b.done(['encrypt', '--identity', 'alice.pem', '--to', 'bob.card.json', '--out', 'linked', 'tree'])
  mkdirSync(b.path('trap/tree'), { recursive: true })
  mkdirSync(b.path('outside'))
  symlinkSync(b.path('outside'), b.path('trap/tree/sub'))
  const before = b.list()
  const ended = await b.run(['decrypt', '--identity', 'bob.pem', '--force', '--out', 'trap', 'linked.key'])
  expect(ended.errors).toMatch(failure('conflict'))
  expect(b.list()).toEqual(before)
})

test('a name that another system refuses is made safe, and that is said', async () => {
  mkdirSync(b.path('names'))
  writeFileSync(b.path('names/con.txt'), 'c')
  await b.done(['encrypt', '--identity', 'alice.pem', '--out', 'names-x', 'names'])
  const { errors } = await b.done(['decrypt', '--identity', 'alice.pem', '--out', 'names-out', 'names-x.key'])
  expect(errors).toBe('Named "names/_con.txt", since "names/con.txt" is not safe to use.\n')
  expect(readFileSync(b.path('names-out/names/_con.txt'), 'utf8')).toBe('c')
})

test('a signal leaves nothing behind', async () => {
  const before = b.list()
  const started = new Promise<void>(resolve => {
    const watcher = watch(b.folder, (_, name) => {
      if (!name?.includes('.tmp')) return
      watcher.close()
      resolve()
    })
  })
  const args = [b.command, 'encrypt', '--identity', 'alice.pem', '--single', 'stopped.dcrypt', '-']
  const child = spawn(process.execPath, args, { cwd: b.folder, stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.write(big)
  child.stdin.on('error', () => undefined)
  await started
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([143, null])
  expect(b.list()).toEqual(before)
})

test('a large bundle that ends early says so at once', async () => {
  writeFileSync(b.path('short.key'), key('big'))
  writeFileSync(b.path('short.enc'), enc('big'))
  truncateSync(b.path('short.enc'), 10)
  const ended = await b.run(['decrypt', '--identity', 'bob.pem', '--out', 'short', 'short.key'])
  expect(ended.errors).toMatch(failure('truncated'))
  expect(existsSync(b.path('short'))).toBe(false)
})
