import { afterEach, expect, test } from 'vitest'
import { layoutOf } from '#shared/format/sizes.ts'
import { makeCryptoWorker } from './crypto-worker.ts'
import { openLanes } from './lanes.ts'
import { fileOf, openIdentity, orderOf, patterned, somebody, testBlob } from './setting.testing.ts'

const original = crypto.subtle.encrypt.bind(crypto.subtle)
afterEach(() => {
  crypto.subtle.encrypt = original
})

interface Use {
  readonly key: CryptoKey
  readonly nonce: string
}

/** Writes down every (key, nonce) that WebCrypto is asked to encrypt under, with what was encrypted. */
function recordNonces(): { uses: Use[]; reused: () => boolean } {
  const uses: Use[] = []
  let twice = false
  crypto.subtle.encrypt = (algorithm, key, data) => {
    if (typeof algorithm === 'object' && 'iv' in algorithm && algorithm.iv instanceof Uint8Array) {
      const nonce = Array.from(algorithm.iv).join('.')
      // Also with the same bytes: nothing here has a reason to encrypt them twice.
      twice ||= uses.some(use => use.key === key && use.nonce === nonce)
      uses.push({ key, nonce })
    }
    return original(algorithm, key, data)
  }
  return { uses, reused: () => twice }
}

/** Everything in this page: the way of a browser whose workers cannot start workers. */
function inlineWorker() {
  const inline = () =>
    openLanes(() => {
      throw new Error('no nested workers here')
    })
  const stretch = async ({ password }: { password: Uint8Array<ArrayBuffer> }) =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', password))
  return makeCryptoWorker({ stretch, floor: { m: 8, t: 1, p: 1 }, openLanes: inline })
}

test.each(['gcm', 'cbc'] as const)('no nonce is used twice under a key, whatever goes wrong (%s)', async suite => {
  const { uses, reused } = recordNonces()
  const worker = inlineWorker()
  await openIdentity(worker)
  const { card } = await somebody()
  const partSize = 1024 * 1024
  const contents = patterned(9 * partSize + 5)
  const blob = testBlob()
  await blob.fault({ on: 'PUT', kind: 'cut', after: 0 }, { on: 'PUT', kind: 'status', status: 403 })
  // Twice the same order: a retry is a new encryption.
  for (const round of [1, 2]) {
    const order = orderOf({
      jobId: `job-${suite}-${round}`,
      files: [fileOf('a', contents)],
      recipients: [card],
      suite,
      shelf: 'memory',
      partSize,
    })
    const sealing = worker.seal(order, () => undefined)
    const { length } = layoutOf({ suite, exponent: 19, plaintextLength: contents.length })
    await worker.upload({ jobId: order.jobId, length, partSize, present: [] }, blob.upload, () => undefined)
    const sealed = await sealing
    expect(sealed.length).toBe(length)
  }
  expect(uses.length).toBeGreaterThan(40)
  expect(reused()).toBe(false)
})

test('the recorder sees a nonce that is used twice', async () => {
  const { reused } = recordNonces()
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  const iv = new Uint8Array(12)
  await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new Uint8Array(1))
  expect(reused()).toBe(false)
  await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new Uint8Array(2))
  expect(reused()).toBe(true)
})

test('a file that is not as long as it was ends as file-changed, and nothing is sent', async () => {
  const worker = inlineWorker()
  await openIdentity(worker)
  const { card } = await somebody()
  const whole = fileOf('changed.bin', patterned(3 * 1024 * 1024))
  const short = Object.defineProperty(whole.file, 'size', { value: whole.file.size + 10 })
  const order = orderOf({ files: [{ path: 'changed.bin', file: short }], recipients: [card], shelf: 'memory' })
  const seal = worker.seal(order, () => undefined)
  await expect(seal).rejects.toMatchObject({ code: 'file-changed', data: { name: 'changed.bin' } })
})
