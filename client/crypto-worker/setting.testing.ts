/** What browser tests of the crypto worker start from: workers with keys, files, and a door to the test blobs. */
import type { KdfParams } from '#shared/contract/account.ts'
import { cardJson as cardSchema } from '#shared/contract/account.ts'
import type { DownloadGrant, Grant, Part } from '#shared/contract/transfer.ts'
import { generateIdentity, type Identity } from '#shared/crypto/identity.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { cardJson } from '#shared/format/card.ts'
import type { Fault } from './blob-door.testing.ts'
import type { CryptoWorker, DownloadDoor, JobEvent, SealOrder, UploadDoor } from './orders.ts'

/** As cheap as Argon2id gets. */
export const cheapKdf: KdfParams = { salt: encodeBase64(new Uint8Array(16).fill(7)), m: 8, t: 1, p: 1 }
export const userId = 'AAAAAAAAAAAAAAAAAAAAAA'
export const now = 1_790_000_000_000

/** Gives a worker an identity of its own and returns its card. */
export async function openIdentity(worker: CryptoWorker) {
  await worker.prepareLogin({ password: 'a long enough password', kdf: cheapKdf })
  return worker.createKeys({ userId, now })
}

/** Somebody who receives, with keys in this page. */
export async function somebody() {
  const { identity } = await generateIdentity({ now })
  return { identity, card: cardOf(identity) }
}

export function cardOf(identity: Identity) {
  return cardSchema.parse(cardJson(identity.card))
}

/** Bytes that differ from place to place and from file to file, always the same. */
export function patterned(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let state = seed * 2654435761
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    bytes[i] = state >>> 24
  }
  return bytes
}

export function fileOf(path: string, bytes: Uint8Array<ArrayBuffer>) {
  return { path, file: new File([bytes], path, { lastModified: now, type: 'application/octet-stream' }) }
}

export function orderOf(order: Partial<SealOrder> & Pick<SealOrder, 'files' | 'recipients'>): SealOrder {
  return { jobId: crypto.randomUUID(), suite: 'gcm', padding: false, now, shelf: 'opfs', ...order }
}

/** The job's events, for looking at afterwards. */
export function recorder(): { events: JobEvent[]; onEvent: (event: JobEvent) => void } {
  const events: JobEvent[] = []
  return { events, onEvent: event => events.push(event) }
}

/** A blob of the test server; `grants` counts how often somebody asked for leave. */
export function testBlob(id: string = crypto.randomUUID()) {
  let asked = 0
  const url = `/test-blobs/${id}`
  const upload: UploadDoor = {
    grants: async (parts: readonly Part[]): Promise<readonly Grant[]> => {
      asked++
      return parts.map(({ n }) => ({ n, url: `${url}/parts/${n}`, headers: { 'x-grant': String(asked) } }))
    },
  }
  const download: DownloadDoor = {
    grant: async (): Promise<DownloadGrant> => {
      asked++
      return { url, headers: { 'x-grant': String(asked) }, expiresAt: Date.now() + 300_000 }
    },
  }
  return {
    upload,
    download,
    asked: () => asked,
    fault: async (...faults: readonly Fault[]) => {
      await fetch(`${url}/faults`, { method: 'POST', body: JSON.stringify(faults) })
    },
    seen: async (): Promise<readonly string[]> => (await fetch(`${url}/seen`)).json(),
    store: async (bytes: Uint8Array<ArrayBuffer>) => {
      await fetch(`${url}/parts/1`, { method: 'PUT', body: bytes })
    },
    bytes: async (length: number) => {
      const answer = await fetch(url, { headers: { range: `bytes=0-${length + 99}` } })
      return new Uint8Array(await answer.arrayBuffer())
    },
  }
}
