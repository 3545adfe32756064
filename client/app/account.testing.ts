/** A device and a server in one page, for tests of the account over time: real keys, real rows, hands on the answers. */
import type { Api } from '#client/api/trpc.ts'
import { stretchHere } from '#client/crypto-worker/argon2-here.ts'
import { makeCryptoWorker } from '#client/crypto-worker/crypto-worker.ts'
import { cheapKdf } from '#client/crypto-worker/setting.testing.ts'
import { type Database, openDatabase } from '#client/db/schema.ts'
import type { KeyBundle } from '#shared/contract/account.ts'
import { userId } from '#shared/contract/ids.ts'
import { Problem, type ProblemCode } from '#shared/contract/problems.ts'
import { newKey } from './core.ts'
import { type Holder, makeHolder } from './holder.ts'
import { type Keyring, makeKeyring } from './keyring.ts'
import { makeLoginRoom } from './login.ts'
import { makeUnlocking } from './unlock.ts'

export const me = userId.parse('AAAAAAAAAAAAAAAAAAAAAA')
export const password = 'nine green boats at sea'
export const now = 1_790_000_000_000

/** What happens to the next call that changes something: taken, its answer lost; lost on the way; refused. */
export type Fate = 'taken' | 'answer-lost' | 'lost' | ProblemCode

export interface FakeServer {
  readonly api: Api
  bundle: KeyBundle
  online: boolean
  fate: Fate
}

export function makeFakeServer(bundle: KeyBundle): FakeServer {
  const answer =
    <T>(value: () => T) =>
    async () => {
      if (!server.online) throw new Problem('network')
      return structuredClone(value())
    }
  const change = (take: (input: Partial<KeyBundle> & { bundle?: KeyBundle }) => KeyBundle) => async (input: object) => {
    if (!server.online || server.fate === 'lost') throw new Problem('network')
    if (server.fate !== 'taken' && server.fate !== 'answer-lost') throw new Problem(server.fate)
    server.bundle = structuredClone(take(input))
    if (server.fate === 'answer-lost') throw new Problem('network')
  }
  const api = {
    account: {
      params: { query: answer(() => cheapKdf) },
      me: { query: answer(() => ({ userId: me, name: 'Ines', email: 'ines@example.org', keys: true })) },
    },
    keys: {
      own: { query: answer(() => server.bundle) },
      rotate: { mutate: change(({ card, keys }) => ({ ...server.bundle, ...(card && keys ? { card, keys } : {}) })) },
      reseal: { mutate: change(({ keys }) => ({ ...server.bundle, ...(keys ? { keys } : {}) })) },
      renew: { mutate: change(input => input.bundle ?? server.bundle) },
    },
  }
  const server: FakeServer = { api: api as unknown as Api, bundle, online: true, fate: 'taken' }
  return server
}

export interface Device {
  readonly db: Database
  readonly holder: Holder
  readonly keyring: Keyring
  unlock(password: string): Promise<void>
  /** The page is gone, its keys with it; what is stored stays. */
  reload(): Device
  close(): void
}

/** A device with somebody's new keys, and the server that they were published to. */
export async function makeDevice(): Promise<{ device: Device; server: FakeServer }> {
  const db = openDatabase(`test-${crypto.randomUUID()}`)
  const server = makeFakeServer({} as KeyBundle)
  const device = deviceOn(db, server)
  const worker = device.holder.candidate()
  await worker.prepareLogin({ password, kdf: cheapKdf })
  const bundle = await worker.createKeys({ userId: me, now })
  const { fingerprint } = await worker.cardFacts(bundle.card)
  server.bundle = structuredClone(bundle)
  await db.account.put({
    id: 'me',
    userId: me,
    name: 'Ines',
    email: 'ines@example.org',
    fingerprint,
    bundle,
    published: true,
    publishKey: newKey(),
  })
  await device.unlock(password)
  return { device, server }
}

/** The worker's own code in the page: a worker of its own takes a second to start, and one is started at each unlocking. */
const workerHere = () => ({
  remote: makeCryptoWorker({ stretch: stretchHere, floor: { m: 8, t: 1, p: 1 } }),
  terminate: () => {},
})

function deviceOn(db: Database, server: FakeServer): Device {
  const holder = makeHolder({
    db,
    api: server.api,
    now: () => now,
    onOpen: async () => {},
    onLock: () => {},
    onReplaced: () => {},
    startWorker: workerHere,
  })
  const close = () => holder.close()
  return {
    db,
    holder,
    keyring: makeKeyring({ holder, onChanged: () => {}, onRenewed: close }),
    unlock: makeUnlocking(holder, makeLoginRoom(holder)).unlock,
    reload() {
      close()
      return deviceOn(db, server)
    },
    close,
  }
}
