/**
 * Nobody learns who has an account (THREATS T18): 1,000 probes through HTTP, half of them about addresses that have one,
 * 10,000 by `npm run soak`. Status, headers and length have to be equal, and no probe's time may tell the halves apart.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMemoryLimits } from '../limits/memory.ts'
import { startServer, type TestServer, withLetters } from '../running.testing.ts'
import { join, newSecret } from '../services/people.testing.ts'
import { seededPick } from './hostile.testing.ts'

const soaking = process.env.SOAK === '1'
const seed = Number(process.env.SOAK_SEED ?? Date.now() & 0x7fffffff)
const pick = seededPick(seed)
const probes = soaking ? 10_000 : 1000
/** With fifty probes of each half chance alone moves the measure by 0.06, with five hundred by 0.018. */
const slack = soaking ? 0.05 : 0.25
const people = 25

let server: TestServer
const real: string[] = []
beforeAll(async () => {
  const limits = { ...openMemoryLimits(), spend: async () => undefined, climb: async () => undefined }
  server = await startServer({}, { limits })
  const at = await withLetters(server)
  for (let i = 0; i < people; i += 1) real.push((await join(at, 'person')).email)
}, 120_000)
afterAll(() => server.close())

/** As long as the real ones: a length would tell by itself. */
const unknown = () => `person-${(pick(0x7fffffff) + 0x80000000).toString(16)}@example.org`

const json = { 'content-type': 'application/json' }
const post = (path: string, body: object) =>
  fetch(server.url + path, { method: 'POST', headers: json, body: JSON.stringify(body) })
const dataOf = async <T>(answer: Response) => ((await answer.json()) as { result: { data: T } }).result.data
const noSalt = { salt: 'A'.repeat(22), m: 64, t: 3, p: 1 }

async function register(email: string): Promise<Response> {
  const kdf = await dataOf<typeof noSalt>(await post('/trpc/account.params', { email }))
  return post('/trpc/account.register', { name: 'Somebody', email, loginSecret: newSecret(), kdf })
}
const registered = async (email: string) =>
  (await dataOf<{ registrationId: string }>(await register(email))).registrationId
const reset = async (email: string) =>
  (await dataOf<{ resetId: string }>(await post('/trpc/recovery.begin', { email }))).resetId

/** What is asked before the clock starts, and what is timed. */
type Door = (email: string) => Promise<() => Promise<Response>>
const at =
  (ask: (email: string) => Promise<Response>): Door =>
  async email =>
  () =>
    ask(email)
const doors: Record<string, Door> = {
  params: at(email => post('/trpc/account.params', { email })),
  'params by REST': at(email => fetch(`${server.url}/api/auth/params?email=${encodeURIComponent(email)}`)),
  login: at(email => post('/trpc/account.logIn', { email, loginSecret: newSecret() })),
  'login by REST': at(email => post('/api/auth/login', { email, loginSecret: newSecret() })),
  register: async email => {
    const kdf = await dataOf<typeof noSalt>(await post('/trpc/account.params', { email }))
    return () => post('/trpc/account.register', { name: 'Somebody', email, loginSecret: newSecret(), kdf })
  },
  'register with parameters of one’s own': at(email =>
    post('/trpc/account.register', { name: 'Somebody', email, loginSecret: newSecret(), kdf: noSalt }),
  ),
  'a code of registration': async email => {
    const registrationId = await registered(email)
    return () => post('/trpc/account.verify', { registrationId, code: '00000000' })
  },
  'another code of registration': async email => {
    const registrationId = await registered(email)
    return () => post('/trpc/account.resend', { registrationId })
  },
  reset: at(email => post('/trpc/recovery.begin', { email })),
  'a code of reset': async email => {
    const resetId = await reset(email)
    return () => post('/trpc/recovery.prove', { resetId, code: '00000000' })
  },
}

interface Seen {
  readonly known: boolean
  readonly face: string
  readonly time: number
}

async function probe(door: Door, known: boolean): Promise<Seen> {
  const email = known ? (real[pick(real.length)] ?? '') : unknown()
  const ask = await door(email)
  const start = performance.now()
  const answer = await ask()
  const text = await answer.text()
  const time = performance.now() - start
  const { date: _, ...headers } = Object.fromEntries(answer.headers)
  return { known, face: JSON.stringify([answer.status, headers, text.length]), time }
}

/** How likely a probe of a known address takes longer than one of an unknown (Mann–Whitney): 0.5 tells nothing. */
function auc(seen: readonly Seen[]): number {
  const sorted = seen.toSorted((a, b) => a.time - b.time)
  const ranks = sorted.map((one, index) => (one.known ? index + 1 : 0)).reduce((sum, rank) => sum + rank, 0)
  const known = seen.filter(one => one.known).length
  return (ranks - (known * (known + 1)) / 2) / (known * (seen.length - known))
}

const share = probes / Object.keys(doors).length
test.each(Object.entries(doors))(
  `%s tells nothing in ${share} probes`,
  async (name, door) => {
    for (let i = 0; i < 20; i += 1) await probe(door, i % 2 === 0)
    const seen: Seen[] = []
    while (seen.length < share) {
      // In pairs, in an order by chance: whatever else the machine does falls on both halves.
      const knownFirst = pick(2) === 0
      seen.push(await probe(door, knownFirst), await probe(door, !knownFirst))
    }
    expect([...new Set(seen.map(one => one.face))]).toHaveLength(1)
    const told = auc(seen)
    console.log(`${name}: AUC ${told.toFixed(3)} of ${seen.length} (seed ${seed})`)
    expect(Math.abs(told - 0.5)).toBeLessThan(slack)
  },
  600_000,
)
