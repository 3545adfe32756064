/** Sealing a row of the outbox: once, or what was sealed before. */
import type { Sealed } from '#client/crypto-worker/orders.ts'
import type { UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import { type Core, refuseAlarmed } from './core.ts'
import { type OpenPerson, outbox, people } from './kinds.ts'
import { mustRead } from './outbox-rows.ts'
import { changeHeldRow, readRow } from './rows.ts'
import type { Running } from './running.ts'
import type { PickedFile } from './views.ts'

export interface SendParts {
  readonly core: Core
  readonly running: Running
  /** Identity hash of the sender, base64url. */
  readonly myHash: string
  /** Where sealed bytes wait: on disk, or in memory where the browser has no such place. */
  readonly shelf: 'opfs' | 'memory'
  /** Told when something has been sent. */
  readonly onSent: () => void
  /** Hears when the network is back. */
  readonly bell: EventTarget
}

/** Files of transfers that this page is sealing; after a reload they have to be picked again. */
export type Picked = Map<string, { files: readonly PickedFile[]; suite: 'gcm' | 'cbc'; padding: boolean }>

/** One row on its way. */
export interface Run extends SendParts {
  readonly id: string
  readonly picked: Picked
  readonly signal: AbortSignal
}

export interface UnderWay {
  /** The worker knows of the job from now on: only then can an upload read from it. */
  readonly asked: Promise<void>
  readonly sealed: Promise<Sealed>
}

export type Sealing = (partSize: number | null) => UnderWay

/** Seals once, or takes what was sealed before. A failed sealing may be begun again, under a new content key. */
export function makeSealing(job: Run): Sealing {
  let running: UnderWay | null = null
  return partSize => {
    running ??= startSealing(job, partSize, () => {
      running = null
    })
    return running
  }
}

function startSealing(job: Run, partSize: number | null, onFailed: () => void): UnderWay {
  let tell = () => {}
  const posted = new Promise<void>(resolve => {
    tell = resolve
  })
  const sealed = seal(job, partSize, tell).catch(error => {
    onFailed()
    throw error
  })
  const asked = Promise.race([posted, sealed.then(() => {})])
  // Whoever waits hears of a failure; nobody may be waiting yet.
  for (const promise of [sealed, asked]) promise.catch(() => {})
  return { asked, sealed }
}

async function seal(job: Run, partSize: number | null, onAsked: () => void): Promise<Sealed> {
  const { core, id, picked, running } = job
  const held = await mustRead(core, id)
  if (held.value.sealed !== null) return { ...held.value.sealed, length: held.row.length }
  const source = picked.get(id)
  if (source === undefined) throw new Problem('interrupted')
  await refuseAlarmed(core)
  const cards = await Promise.all(held.value.recipients.map(({ userId }) => pinnedPerson(core, userId)))
  const { title, note } = held.value
  const sealing = core.worker.seal(
    {
      ...source,
      jobId: id,
      shelf: job.shelf,
      recipients: cards.map(person => person.value.card),
      now: core.now(),
      ...(title === undefined ? {} : { title }),
      ...(note === undefined ? {} : { note }),
      ...(partSize === null ? {} : { partSize }),
    },
    running.listen(id, held.row.length),
  )
  onAsked()
  const sealed = await sealing
  const { length: _, ...kept } = sealed
  // In memory nothing outlives this page, so that nothing may look as if it did.
  if (job.shelf === 'opfs') {
    await changeHeldRow(core, outbox, id, () => ({ row: { state: 'sealed' as const }, value: { sealed: kept } }))
  }
  return sealed
}

/** Just refreshed when the row was made; a pin that was marked since holds the transfer back. */
async function pinnedPerson(core: Core, userId: UserId): Promise<OpenPerson> {
  const person = await readRow(core, people, userId)
  if (person === null || person.row.changed) throw new Problem('identity-changed', { data: { userId } })
  return person
}
