/** A ground for tests: the real store and the real adapters of one machine, a clock moved by hand, seeded randomness. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argon2Floor, transferLimits } from '#shared/contract/limits.ts'
import { openFileBlobs } from '../blob/files.ts'
import { openLocalBus } from '../bus/local.ts'
import { openMemoryLimits } from '../limits/memory.ts'
import { openFolderMailer } from '../mail/folder.ts'
import type { Mailer, WrittenLetter } from '../mail/mail.ts'
import { openSqliteStore } from '../store/sqlite/store.ts'
import type { Store } from '../store/store.ts'
import type { Ground, Rules } from './ground.ts'
import { makeServices, type Services } from './services.ts'

export interface Clock {
  readonly now: () => number
  pass(milliseconds: number): void
}

/** A clock that stands, far from the machine's own, until it is moved. */
export function handClock(start = Date.UTC(2031, 0, 1)): Clock {
  let at = start
  return {
    now: () => at,
    pass: milliseconds => {
      at += milliseconds
    },
  }
}

/** The same bytes each run, different ones each call. */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let count = 0
  return length => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () =>
      createHash('sha256').update(`${seed} ${count++}`).digest(),
    )
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length))
  }
}

export type Blobs = Awaited<ReturnType<typeof openFileBlobs>>

export interface TestGround extends Services {
  readonly clock: Clock
  readonly folder: string
  readonly blobs: Blobs
  /** Every letter that the mailer was handed, each time. */
  readonly delivered: WrittenLetter[]
  /** What was told to the log: `event: problem or message`. */
  readonly warnings: string[]
  /** Waits until the mail queue is quiet, then gives the letters to an address, oldest first. */
  lettersTo(email: string): Promise<readonly WrittenLetter[]>
  close(): Promise<void>
}

export interface TestGroundOptions {
  readonly rules?: Partial<Rules>
  readonly secure?: boolean
  /** Puts something between the services and the store. */
  readonly around?: (store: Store) => Store
  readonly mailer?: (inner: Mailer) => Mailer
  readonly seed?: string
}

export const testRules: Rules = {
  registration: 'open',
  invitationCodes: [],
  maxTransferBytes: 64 * 1024 ** 2,
  quotaBytes: 128 * 1024 ** 2,
  expiryMin: transferLimits.expiryMin,
  expiryDefault: transferLimits.expiryDefault,
  expiryMax: transferLimits.expiryMax,
  kdfMemory: argon2Floor.m,
  bcryptCost: 4,
}

export async function openGround(options: TestGroundOptions = {}): Promise<TestGround> {
  const clock = handClock()
  const { now } = clock
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-services-'))
  const random = seededRandom(options.seed ?? 'services')
  const secret = random(32)
  const inner = await openSqliteStore(join(folder, 'store.sqlite'))
  const blobs = await openFileBlobs({ folder: join(folder, 'blobs'), secret, now })
  const delivered: WrittenLetter[] = []
  const warnings: string[] = []
  const warn = (event: string, error: unknown) => {
    warnings.push(`${event}: ${error instanceof Error ? error.message : ''}`)
  }
  const ground: Ground = {
    store: options.around?.(inner) ?? inner,
    blobs,
    bus: openLocalBus(),
    limits: openMemoryLimits(now),
    rules: { ...testRules, ...options.rules },
    secret,
    now,
    random,
    warn,
  }
  const kept = await openFolderMailer(join(folder, 'mail'), { now })
  const recording = recordLetters(kept, delivered)
  const services = await makeServices(ground, {
    mailer: options.mailer?.(recording) ?? recording,
    publicUrl: () => 'http://localhost:5000',
    secure: options.secure ?? false,
    directBlobs: blobs,
  })
  return {
    ...services,
    clock,
    folder,
    blobs,
    delivered,
    warnings,
    async lettersTo(email) {
      await services.mailouts.run()
      return delivered.filter(letter => letter.to === email)
    },
    async close() {
      await services.mailouts.stop()
      await inner.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function recordLetters(inner: Mailer, delivered: WrittenLetter[]): Mailer {
  return {
    ...inner,
    async deliver(letter) {
      await inner.deliver(letter)
      delivered.push(letter)
    },
  }
}
