/** Project Wycheproof's files: their tests, parsed, and how many of them went how. */
import * as z from 'zod/mini'
import { Problem } from '#shared/contract/problems.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { fromHex, hex } from './forge.testing.ts'

const group = z.looseObject({ tests: z.array(z.record(z.string(), z.unknown())) })
const file = z.object({ numberOfTests: z.number(), testGroups: z.array(group) })

const judged = { tcId: z.number(), result: z.enum(['valid', 'acceptable', 'invalid']) }
const bytes = z.pipe(z.string(), z.transform(fromHex))
const jwk = z.looseObject({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string() })
export const kinds = {
  ecdh: z.object({ ...judged, public: bytes, private: z.string(), shared: z.string() }),
  pem: z.object({ ...judged, public: z.string(), private: z.string(), shared: z.string() }),
  jwk: z.object({ ...judged, public: jwk, private: z.looseObject({ d: z.string() }), shared: z.string() }),
  hkdf: z.object({ ...judged, ikm: bytes, salt: bytes, info: bytes, size: z.number(), okm: z.string() }),
  gcm: z.object({
    ...judged,
    ...{ keySize: z.number(), ivSize: z.number() },
    ...{ key: bytes, iv: bytes, aad: bytes, ct: bytes, tag: bytes, msg: z.string() },
  }),
  cbc: z.object({ ...judged, key: bytes, iv: bytes, ct: bytes, msg: z.string() }),
  hmac: z.object({ ...judged, tagSize: z.number(), key: bytes, msg: bytes, tag: z.string() }),
}

interface Judged {
  readonly tcId: number
  readonly result: 'valid' | 'acceptable' | 'invalid'
}
/** How many tests of each judgement went how: `{ 'valid match': 771 }`. */
export type Counts = Record<string, number>

/** The tests of one file, with the fields of their groups; throws where there are fewer than the file says. */
export function testsIn<S extends z.ZodMiniType>(text: string, schema: S): readonly z.output<S>[] {
  const { numberOfTests, testGroups } = z.parse(file, JSON.parse(text))
  const all = testGroups.flatMap(({ tests, ...shared }) => tests.map(test => z.parse(schema, { ...shared, ...test })))
  if (all.length !== numberOfTests) throw new Error(`${all.length} of ${numberOfTests} tests`)
  return all
}

/** `attempt` gives what came out in hex, or `null` where it was refused. */
export async function count<T extends Judged>(
  tests: readonly T[],
  expected: (test: T) => string,
  attempt: (test: T) => Promise<string | null>,
): Promise<Counts> {
  const counts: Counts = {}
  for (const test of tests) {
    const came = await attempt(test)
    const outcome = came === null ? 'refused' : came === expected(test) ? 'match' : 'mismatch'
    const name = `${test.result} ${outcome}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** What `work` gives, in hex; `null` where it throws a problem of ours. */
export async function ours(work: () => Promise<Bytes>): Promise<string | null> {
  try {
    return hex(await work())
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

/** What the platform gives, in hex; `null` where it refuses. */
export function platform(work: () => Promise<ArrayBuffer>): Promise<string | null> {
  return work().then(
    result => hex(new Uint8Array(result)),
    () => null,
  )
}

/** How many tests a file holds. */
export function testCount(text: string): number {
  return z.parse(file, JSON.parse(text)).testGroups.reduce((sum, { tests }) => sum + tests.length, 0)
}
