/**
 * Writes down every key and nonce that WebCrypto encrypts under, and fails where a pair comes again with other bytes.
 * For test builds alone: a release's bundler drops it, since only code under `__TEST_BUILD__` calls it.
 */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, concat } from '#shared/format/bytes.ts'

/** One encryption: marks in hex, the same for the same key or bytes wherever they are met. */
export interface NonceUse {
  readonly key: string
  readonly nonce: string
  /** The last block of the ciphertext: GCM's tag, or what CBC has chained everything into. */
  readonly end: string
}

export interface NonceRecorder {
  /** Every encryption, in order. */
  uses(): readonly NonceUse[]
  /** Those whose key and nonce had been used before, with whatever bytes. */
  repeats(): readonly NonceUse[]
  /** Takes the recorder off again. */
  stop(): void
}

/**
 * Puts a recorder on `subtle`. An encryption that repeats a pair with other bytes rejects with `internal` instead of
 * giving its ciphertext out. Recorders that share a `channel` know of each other's encryptions; where two of them
 * clash, both refuse everything from then on.
 */
export function recordNonces(options: { subtle?: SubtleCrypto; channel?: BroadcastChannel } = {}): NonceRecorder {
  const { subtle = crypto.subtle, channel } = options
  const original = subtle.encrypt
  const encrypt = original.bind(subtle)
  const markOf = marker(encrypt)
  const ledger = makeLedger()

  subtle.encrypt = async (algorithm, key, data) => {
    const nonce = nonceOf(algorithm)
    const cipher = await encrypt(algorithm, key, data)
    if (nonce === null) return cipher
    const use = { key: await markOf(key), nonce, end: hex(new Uint8Array(cipher).subarray(-16)) }
    channel?.postMessage(use)
    if (!ledger.note(use)) throw new Problem('internal', { data: { reason: 'nonce used twice' } })
    return cipher
  }
  const listen = ({ data }: MessageEvent<NonceUse>): void => {
    if (!ledger.note(data)) console.error('a nonce was used twice under one key, by two workers')
  }
  channel?.addEventListener('message', listen)

  return {
    uses: ledger.uses,
    repeats: ledger.repeats,
    stop() {
      subtle.encrypt = original
      channel?.removeEventListener('message', listen)
    },
  }
}

function makeLedger() {
  const ends = new Map<string, string>()
  const uses: NonceUse[] = []
  const repeats: NonceUse[] = []
  let broken = false
  return {
    uses: () => uses,
    repeats: () => repeats,
    /** Whether all is well: no pair has come with other bytes, now or before. */
    note(use: NonceUse): boolean {
      const pair = `${use.key} ${use.nonce}`
      const known = ends.get(pair)
      uses.push(use)
      if (known !== undefined) repeats.push(use)
      broken ||= known !== undefined && known !== use.end
      ends.set(pair, use.end)
      return !broken
    },
  }
}

/** The nonce or IV in hex; `null` for algorithms that have none. */
function nonceOf(algorithm: Parameters<SubtleCrypto['encrypt']>[0]): string | null {
  if (typeof algorithm !== 'object' || !('iv' in algorithm)) return null
  const { iv } = algorithm
  return hex(iv instanceof ArrayBuffer ? new Uint8Array(iv) : new Uint8Array(iv.buffer, iv.byteOffset, iv.byteLength))
}

/** Tells keys apart that cannot be exported, clones of one key being the same: by what they make of one fixed block. */
function marker(encrypt: SubtleCrypto['encrypt']): (key: CryptoKey) => Promise<string> {
  const marks = new WeakMap<CryptoKey, Promise<string>>()
  async function make(key: CryptoKey): Promise<string> {
    // Sixteen bytes: no nonce of ours in GCM, which are all of twelve.
    const iv: Bytes = concat(new Uint8Array(15), Uint8Array.of(1))
    return hex(new Uint8Array(await encrypt({ name: key.algorithm.name, iv }, key, new Uint8Array(0))))
  }
  return key => {
    const mark = marks.get(key) ?? make(key)
    marks.set(key, mark)
    return mark
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
