/** Any file at all, given to any command, ends in a class and exit 2. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runHere } from './setting.testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'datacrypt-garbage-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  await runHere(['keygen', '--no-passphrase', '--out', at('me.pem')])
  await runHere(['keygen', '--out', at('locked.pem')], { env: { DATACRYPT_KEY_PASSPHRASE: 'x' } })
  writeFileSync(at('f.txt'), 'file')
  const seal = ['encrypt', '--identity', at('me.pem'), '--chunk', '12', '--note', 'n']
  await runHere([...seal, '--out', at('t'), at('f.txt')])
  await runHere([...seal, '--single', at('t.dcrypt'), at('f.txt')])
  await runHere(['receipt', 'make', '--identity', at('me.pem'), '--out', at('r.json'), at('t.key')])
  writeFileSync(at('bad.enc'), readFileSync(at('t.enc')))
})

const open = () => ['decrypt', '--identity', at('me.pem'), '--force', '--out', at('out')]
const seal = () => ['encrypt', '--force', '--out', at('sealed'), at('f.txt')]

/** Each command, with the file that it is given in its place. */
const commands: readonly [string, string, (file: string) => readonly string[]][] = [
  ['card', 'me.pem', file => ['card', file]],
  ['rotate', 'locked.pem', file => ['rotate', file]],
  ['fingerprint', 'me.card.json', file => ['fingerprint', file]],
  ['fingerprint of two', 'me.card.json', file => ['fingerprint', at('me.card.json'), file]],
  ['encrypt by', 'me.pem', file => [...seal(), '--identity', file]],
  ['encrypt to', 'me.card.json', file => [...seal(), '--identity', at('me.pem'), '--to', file]],
  ['decrypt a key', 't.key', file => [...open(), file]],
  ['decrypt a dcrypt', 't.dcrypt', file => [...open(), file]],
  ['decrypt by', 'me.pem', file => ['decrypt', '--force', '--out', at('out'), '--identity', file, at('t.key')]],
  ['decrypt from', 'me.card.json', file => [...open(), '--from', file, at('t.key')]],
  ['decrypt by passphrase', 't.dcrypt', file => ['decrypt', '--passphrase', '--out', at('out'), file]],
  ['inspect', 't.key', file => ['inspect', file]],
  ['receipt make', 't.dcrypt', file => ['receipt', 'make', '--identity', at('me.pem'), file]],
  ['receipt check', 'r.json', file => ['receipt', 'check', file, at('t.key')]],
  ['receipt check of', 't.key', file => ['receipt', 'check', at('r.json'), file]],
  ['receipt check by', 'me.card.json', file => ['receipt', 'check', at('r.json'), at('t.key'), '--recipient', file]],
]

const env = { DATACRYPT_KEY_PASSPHRASE: 'x', DATACRYPT_PASSPHRASE: 'x' }
const oneFailure = /^error: (?!internal)[a-z-]+( \d+)?: [^\n]+$/

async function given(bytes: Uint8Array, args: (file: string) => readonly string[]) {
  writeFileSync(at('bad.key'), bytes)
  return runHere(args(at('bad.key')), { env })
}

describe.each(commands)('%s', (_, model, args) => {
  test('fails in one line on what is no such file', async () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map(text => Buffer.from(text)),
      fc.string().map(text => Buffer.from(`-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`)),
      fc.constant(Buffer.from('{"format":"datacrypt-key/1"}')),
    )
    await fc.assert(
      fc.asyncProperty(garbage, async bytes => {
        const { code, said, out } = await given(bytes, args)
        expect([code, out, said]).toEqual([2, '', [expect.stringMatching(oneFailure)]])
      }),
      { numRuns: 25 },
    )
  })

  test('fails in one line, or not at all, on a file with something changed', async () => {
    const good = readFileSync(at(model))
    const before = readdirSync(folder)
    const change = fc.record({ place: fc.nat(good.length - 1), to: fc.nat(255), cut: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(change, async ({ place, to, cut }) => {
        const bytes = Buffer.from(cut ? good.subarray(0, place) : good)
        if (!cut) bytes[place] = to
        const { code, said } = await given(bytes, args)
        if (code !== 0) expect([code, said]).toEqual([2, [expect.stringMatching(oneFailure)]])
        expect(readdirSync(folder).filter(name => name.includes('.tmp'))).toEqual([])
        if (code !== 0) expect(readdirSync(folder).filter(name => !before.includes(name) && name === 'out')).toEqual([])
        rmSync(at('out'), { recursive: true, force: true })
      }),
      { numRuns: 25 },
    )
  })
})
