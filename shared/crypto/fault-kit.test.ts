/** Every vector of the fault kit, in Node; the same runner works in a browser's worker (client/crypto-worker). */
import { describe, expect, test } from 'vitest'
import { runVector } from './fault-kit.testing.ts'
import { kitNames, kitPeople, readVector } from './fault-kit-files.testing.ts'

const people = await kitPeople()

describe.each(['gcm', 'cbc'] as const)('%s', suite => {
  test('the kit has 120 vectors or more', () => {
    expect(kitNames(suite).length).toBeGreaterThanOrEqual(120)
  })

  test.each(kitNames(suite))('%s', async name => {
    expect(await runVector(readVector(suite, name), people)).toEqual([])
  })
})
