/** Wycheproof's vectors by a worker of this browser, whose WebCrypto differs from Node's in what it lets through. */
import { wrap } from 'comlink'
import { afterAll, expect, test } from 'vitest'
import { allRuns } from '#shared/crypto/wycheproof.testing.ts'
import type { VectorWorker } from './wycheproof-worker.testing.ts'

const folder = '../../shared/vectors/wycheproof/'
const files = import.meta.glob<string>('../../shared/vectors/wycheproof/*.json', { query: '?raw', import: 'default' })

const worker = new Worker(new URL('./wycheproof-worker.testing.ts', import.meta.url), { type: 'module' })
const vectors = wrap<VectorWorker>(worker)
afterAll(() => worker.terminate())

test.each(allRuns({ aes192: false }).map(one => [one.name, one] as const))('%s', async (name, { file, counts }) => {
  const text = await files[`${folder}${file}.json`]?.()
  expect(await vectors.run(name, text ?? '')).toEqual(counts)
})
