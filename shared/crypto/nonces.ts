/** Which chunks were sealed under which key: none twice, since a chunk's place is its nonce. */
import { Problem } from '#shared/contract/problems.ts'
import { maxChunks } from '#shared/format/sizes.ts'

/** Chunks that follow one another. */
export interface ChunkRun {
  readonly first: number
  readonly count: number
}

interface Ledger {
  /** One bit a chunk. */
  taken: Uint8Array
  /** Nothing more is sealed: the transfer is finished. */
  spent: boolean
}

/** The ledger goes with its key; a clone in another worker has one of its own, so whoever shares work out claims too. */
const ledgers = new WeakMap<object, Ledger>()

/**
 * Takes chunks for sealing, all or none. `holder` stands for one key: the key itself where it seals, or the sealing
 * that hands its chunks out. Throws `internal` where one of them was taken before, is beyond the last that a transfer
 * can have, or where the holder is spent: nothing may be sealed then, and the encryption starts anew.
 */
export function claimChunks(holder: object, run: ChunkRun): void {
  const ledger = ledgerOf(holder)
  const end = run.first + run.count
  const whole = Number.isSafeInteger(run.first) && Number.isSafeInteger(run.count)
  if (!whole || run.first < 0 || run.count < 1 || end > maxChunks) throw refused('no such chunk')
  if (ledger.spent) throw refused('sealing finished before')
  makeRoom(ledger, end)
  for (let index = run.first; index < end; index++) if (isTaken(ledger, index)) throw refused('chunk sealed before')
  for (let index = run.first; index < end; index++) take(ledger, index)
}

/** Ends it: no chunk is sealed under this holder from here on. */
export function spend(holder: object): void {
  ledgerOf(holder).spent = true
}

function ledgerOf(holder: object): Ledger {
  const found = ledgers.get(holder) ?? { taken: new Uint8Array(64), spent: false }
  ledgers.set(holder, found)
  return found
}

function makeRoom(ledger: Ledger, end: number): void {
  let size = ledger.taken.length
  while (size * 8 < end) size *= 2
  if (size === ledger.taken.length) return
  const wider = new Uint8Array(size)
  wider.set(ledger.taken)
  ledger.taken = wider
}

function isTaken({ taken }: Ledger, index: number): boolean {
  return ((taken[index >> 3] ?? 0) & (1 << (index & 7))) !== 0
}

function take({ taken }: Ledger, index: number): void {
  taken[index >> 3] = (taken[index >> 3] ?? 0) | (1 << (index & 7))
}

function refused(reason: string): Problem {
  return new Problem('internal', { data: { reason } })
}
