import { afterEach, expect, test } from 'vitest'
import { aesKey } from './content-key.ts'
import { argon } from './fault-kit-people.testing.ts'
import { inPieces, makePeople, pattern } from './forge.testing.ts'
import { type NonceRecorder, recordNonces } from './nonce-recorder.ts'
import { addRecipient, collect, sealStream } from './seal.ts'
import type { Recipient } from './wrap.ts'

let recorder: NonceRecorder | null = null
afterEach(() => recorder?.stop())

const raw = (filler: number) => new Uint8Array(32).fill(filler)
const used = { code: 'internal', data: { reason: 'nonce used twice' } }

test.each(['AES-GCM', 'AES-CBC'] as const)('%s: a nonce that comes again with other bytes fails', async name => {
  recorder = recordNonces()
  const iv = new Uint8Array(name === 'AES-GCM' ? 12 : 16)
  const encrypt = (key: CryptoKey, length: number) => crypto.subtle.encrypt({ name, iv }, key, pattern(length))
  const key = await aesKey(raw(1), name)
  const first = await encrypt(key, 40)
  expect(await encrypt(key, 40)).toEqual(first)
  expect([recorder.uses().length, recorder.repeats().length]).toEqual([2, 1])
  await encrypt(await aesKey(raw(2), name), 41)
  // The same key, taken in twice: what another worker would hold.
  await expect(encrypt(await aesKey(raw(1), name), 41)).rejects.toMatchObject(used)
  await expect(encrypt(await aesKey(raw(3), name), 1)).rejects.toMatchObject(used)
  recorder.stop()
  await encrypt(key, 42)
})

test('recorders on one channel know of each other', async () => {
  const [here, there] = [new BroadcastChannel('nonces'), new BroadcastChannel('nonces')]
  recorder = recordNonces({ channel: here })
  const told = new Promise(resolve => there.addEventListener('message', ({ data }) => resolve(data), { once: true }))
  const key = await aesKey(raw(4), 'AES-GCM')
  await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, pattern(8))
  const use = await told
  expect(use).toEqual(recorder.uses()[0])
  const complained = new Promise(resolve => here.addEventListener('message', resolve, { once: true }))
  there.postMessage({ ...Object(use), end: 'other bytes' })
  await complained
  const again = crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12).fill(1) }, key, pattern(8))
  await expect(again).rejects.toMatchObject(used)
  here.close()
  there.close()
})

test.each(['gcm', 'cbc'] as const)('sealing repeats no nonce, for all kinds of recipients (%s)', async suite => {
  recorder = recordNonces()
  const { alice, bob, carol } = await makePeople()
  const cost = { m: 8, t: 1, p: 1 }
  const secret = pattern(32)
  const recipients: Recipient[] = [
    { type: 'p384', card: bob.card },
    { type: 'link', secret },
    { type: 'passphrase', passphrase: 'x', argon2id: argon, cost },
    { type: 'link-passphrase', secret, passphrase: 'x', argon2id: argon, cost },
  ]
  const size = 20 * 4096 + 1
  const metadata = { created: 1, files: [{ name: 'a', size, type: '', modified: 1 }] }
  // The same file twice: another transfer each time.
  for (const plaintext of [inPieces(pattern(size), 5000), inPieces(pattern(size), 5000)]) {
    const order = {
      plaintext,
      suite,
      chunkExponent: 12,
      padding: 'padme',
      metadata,
      sender: alice,
      recipients,
    } as const
    const { result } = await collect(sealStream(order))
    await addRecipient(result.envelope, alice, { recipient: { type: 'p384', card: carol.card } })
  }
  expect(recorder.uses().length).toBeGreaterThan(2 * (21 + 1 + 5))
  expect(recorder.repeats()).toEqual([])
})
