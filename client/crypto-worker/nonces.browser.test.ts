import { afterEach, expect, test } from 'vitest'
import { type NonceRecorder, type NonceUse, recordNonces } from '#shared/crypto/nonce-recorder.ts'
import { layoutOf } from '#shared/format/sizes.ts'
import { makeCryptoWorker } from './crypto-worker.ts'
import { openLanes } from './lanes.ts'
import { openCryptoWorker } from './pool.ts'
import { fileOf, openIdentity, orderOf, patterned, somebody, testBlob } from './setting.testing.ts'

let recorder: NonceRecorder | null = null
afterEach(() => recorder?.stop())

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
  recorder = recordNonces()
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
  expect(recorder.uses().length).toBeGreaterThan(40)
  // Also with the same bytes: nothing here has a reason to encrypt them twice.
  expect(recorder.repeats()).toEqual([])
})

test('lanes in workers of their own repeat none, and tell so', async () => {
  const uses: NonceUse[] = []
  const channel = new BroadcastChannel('datacrypt-nonces')
  channel.addEventListener('message', ({ data }) => uses.push(data))
  const handle = openCryptoWorker()
  await openIdentity(handle.remote)
  const { card } = await somebody()
  const contents = patterned(20 * 1024 * 1024)
  for (const jobId of ['lanes-1', 'lanes-2']) {
    const order = orderOf({ jobId, files: [fileOf('a', contents)], recipients: [card], shelf: 'opfs' })
    await handle.remote.seal(order, () => undefined)
    await handle.remote.clearShelf(jobId)
  }
  const mostOfAll = layoutOf({ suite: 'gcm', exponent: 19, plaintextLength: contents.length }).count
  await expect.poll(() => uses.length).toBeGreaterThan(2 * (mostOfAll + 1))
  expect(new Set(uses.map(({ key, nonce }) => `${key} ${nonce}`)).size).toBe(uses.length)
  handle.terminate()
  channel.close()
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
