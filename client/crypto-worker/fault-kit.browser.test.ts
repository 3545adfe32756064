/** Every vector of the fault kit, opened by a worker of this browser. */
import { wrap } from 'comlink'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commands } from 'vitest/browser'
import type { KitWorker } from './fault-kit-worker.testing.ts'

const folder = 'shared/vectors/faults/'
// The names alone. A file without an extension would be served as a script, so each is read by the test's server.
const files = import.meta.glob('/shared/vectors/faults/{gcm,cbc}/*')
const names = Object.keys(files).map(path => path.slice(folder.length + 1))

const worker = new Worker(new URL('./fault-kit-worker.testing.ts', import.meta.url), { type: 'module' })
const kit = wrap<KitWorker>(worker)
beforeAll(async () => kit.take(await commands.readFile(`${folder}keys.json`)))
afterAll(() => worker.terminate())

async function bytesOf(name: string): Promise<Uint8Array> {
  const text = await commands.readFile(folder + name, 'base64')
  return Uint8Array.from(atob(text), character => character.charCodeAt(0))
}

describe.each(['gcm', 'cbc'])('%s', suite => {
  const own = names.filter(name => name.startsWith(`${suite}/`))

  test('the kit has 120 vectors or more', () => {
    expect(own.length).toBeGreaterThanOrEqual(120)
  })

  test.each(own)('%s', async name => {
    expect(await kit.run(await bytesOf(name))).toEqual([])
  })
})
