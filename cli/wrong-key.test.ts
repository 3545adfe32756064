/** A wrong key, somebody else's transfer, a lost passphrase: each is told as what it is, and never as damage. */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bench } from './process.testing.ts'

const b = bench()
afterAll(() => b.remove())

const suites = ['gcm', 'cbc'] as const
const forms = ['.key', '.dcrypt'] as const

beforeAll(async () => {
  for (const name of ['alice', 'bob', 'eve']) await b.done(['keygen', '--no-passphrase', '--out', `${name}.pem`])
  await b.done(['keygen', '--out', 'locked.pem'], { env: { DATACRYPT_KEY_PASSPHRASE: 'right' } })
  writeFileSync(b.path('a.txt'), 'for bob')
  for (const suite of suites) {
    for (const form of forms) {
      const to = (name: string) => (form === '.key' ? ['--out', name] : ['--single', `${name}.dcrypt`])
      const seal = ['encrypt', '--identity', 'alice.pem', '--suite', suite]
      await b.done([...seal, '--to', 'bob.card.json', ...to(`people-${suite}`), 'a.txt'])
      const env = { DATACRYPT_PASSPHRASE: 'right' }
      await b.done([...seal, '--passphrase', ...to(`passphrase-${suite}`), 'a.txt'], { env })
    }
  }
  await b.done(['rotate', 'bob.pem'])
  // As if the file from before the rotation had been lost: without the older key nothing opens what went to it.
  const [card = '', ...blocks] = readFileSync(b.path('bob.pem'), 'utf8').split(/(?=-----BEGIN)/)
  writeFileSync(b.path('newest.pem'), [card, ...blocks.slice(0, 2)].join(''))
}, 60_000)

const notForThis = /^error: not-for-this-key: This transfer is not for this key or passphrase\b/
const wrongPassphrase = /^error: wrong-passphrase: This passphrase does not open the key file\b/

const people = (suite: string, form: string) => `people-${suite}${form}`
const locked = (suite: string, form: string) => `passphrase-${suite}${form}`
const situations = [
  ['somebody who is no recipient', people, ['--identity', 'eve.pem'], {}, notForThis],
  ['a recipient who lost the older key', people, ['--identity', 'newest.pem'], {}, notForThis],
  ['a passphrase where none was set', people, ['--passphrase'], { DATACRYPT_PASSPHRASE: 'right' }, notForThis],
  ['a wrong passphrase', locked, ['--passphrase'], { DATACRYPT_PASSPHRASE: 'wrong' }, notForThis],
  [
    'a wrong passphrase of the key file',
    people,
    ['--identity', 'locked.pem'],
    { DATACRYPT_KEY_PASSPHRASE: 'wrong' },
    wrongPassphrase,
  ],
] as const

describe.each(suites)('suite %s', suite => {
  describe.each(forms)('as %s', form => {
    test.each(situations)('%s', async (_, bundle, means, env, said) => {
      const before = b.list()
      const ended = await b.run(['decrypt', ...means, '--out', 'out', bundle(suite, form)], { env: { ...env } })
      expect(ended.errors).toMatch(said)
      expect([ended.code, ended.text]).toEqual([2, ''])
      expect(b.list()).toEqual(before)
    })

    test('the right key opens it', async () => {
      const opened = await b.done(['decrypt', '--identity', 'bob.pem', '--out', '-', people(suite, form)])
      expect(opened.text).toBe('for bob')
    })
  })
})
