/**
 * Deleting an account. One swap makes the person gone: the record is emptied and their address free. What is left of
 * them is cleared away after it, step by step, each of which may be repeated; a crash in between is mended by cleanup.
 */
import type { SlotId, UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { SlotRecord, TransferRecord, UserRecord } from '../store/records.ts'
import { changeDocument } from './change.ts'
import type { Changes } from './changes.ts'
import { deleteBlob, tellOwner, tellSender } from './downloads.ts'
import { endAccess } from './endings.ts'
import type { Ground } from './ground.ts'
import type { Mailouts } from './mailouts.ts'
import { letterOf } from './ready.ts'
import type { Sessions, Who } from './sessions.ts'

export interface Leaving {
  /** Deletes the person's account; gives the cookie that clears the session. */
  remove(who: Who): Promise<{ cookie: string }>
  /** Goes on with what a crash left half done. */
  mend(): Promise<void>
}

export interface LeavingParts {
  readonly sessions: Sessions
  readonly changes: Changes
  readonly mailouts: Mailouts
}

const page = 100

export function makeLeaving(ground: Ground, parts: LeavingParts): Leaving {
  const { store } = ground
  /** The account is gone by now, whatever happens here: what fails is done again by {@link Leaving.mend}. */
  const clear = (user: UserRecord) =>
    clearAway(ground, parts, user).catch(error => ground.warn('leaving: to be done again', error))
  return {
    async remove(who) {
      const user = await changeDocument(store.users, who.userId, doc =>
        doc.leaving === undefined ? emptied(doc) : null,
      )
      if (user === null) throw new Problem('logged-out')
      await clear(user)
      return parts.sessions.end(who)
    },

    async mend() {
      const people = await store.users.withNews(page)
      for (const user of people) if (user.leaving !== undefined) await clear(user)
    },
  }
}

/** Nothing of the person but ids and times. No address looks like this one, so that nobody can have it. */
function emptied({ version, userId, email, loginHash, kdf, createdAt }: UserRecord): UserRecord {
  const gone = `gone.${userId}`
  return {
    version,
    userId,
    name: '',
    email: gone,
    loginHash,
    kdf,
    createdAt,
    leaving: { email },
    news: { changeId: gone },
  }
}

async function clearAway(ground: Ground, parts: LeavingParts, user: UserRecord): Promise<void> {
  const { store } = ground
  const { userId, leaving } = user
  if (leaving === undefined) return
  await endAccess(ground, parts.sessions, { userId })
  for (const transfer of await store.transfers.ofSender(userId)) await takeBack(ground, parts.changes, transfer)
  for (const slot of await store.slots.ofOwner(userId)) await empty(ground, parts.changes, slot)
  await store.cards.deleteOfUser(userId)
  await store.mail.deleteOfAddress(leaving.email)
  const letter = { kind: 'account-notice', to: leaving.email, what: 'account-deleted' } as const
  await parts.mailouts.post(`account-deleted-${userId}`, letter)
  await clearTraces(ground, parts, userId)
  await store.users.delete(userId)
}

/** Last: a call that was under way may have left something since. */
async function clearTraces(ground: Ground, parts: LeavingParts, userId: UserId): Promise<void> {
  await endAccess(ground, parts.sessions, { userId })
  await ground.store.answers.deleteOfUser(userId)
  await ground.store.changes.deleteOfUser(userId)
}

/** What the person sent: nobody can fetch it any more, and its recipients see that it was taken back. */
async function takeBack(ground: Ground, changes: Changes, { transferId }: TransferRecord): Promise<void> {
  const slots = await ground.store.slots.ofTransfer(transferId)
  for (const { slotId } of slots) await forgetLetter(ground, slotId)
  const ended = await changeDocument(ground.store.transfers, transferId, doc => takenBack(doc, slots, ground.now()))
  await changes.flushTransfer(transferId)
  if (ended !== null && 'blobGone' in ended && !ended.blobGone) await deleteBlob(ground, ended)
}

function takenBack(doc: TransferRecord, slots: readonly SlotRecord[], now: number): TransferRecord | null {
  if (doc.state === 'aborted') return null
  if (doc.state === 'uploading') return { ...doc, state: 'aborted', blobGone: false }
  const unread = { ...doc, envelope: '', senderStanza: '', hiddenFromSender: true }
  if (doc.state !== 'ready') return doc.envelope === '' ? null : unread
  const pending = [...doc.pending, ...slots.map(slot => tellOwner(slot, 'revoked'))]
  return { ...unread, state: 'revoked', revokedAt: now, blobGone: false, pending }
}

/** What the person received: its sender keeps that it was sent, and the receipt, and sees that the person is gone. */
async function empty(ground: Ground, changes: Changes, { slotId }: SlotRecord): Promise<void> {
  await changeDocument(ground.store.slots, slotId, slot => {
    if (slot.stanza === '') return null
    const pending = [...slot.pending, tellSender(slot, `${slotId}.gone`)]
    return { ...slot, stanza: '', leases: [], deletedAt: slot.deletedAt ?? ground.now(), pending }
  })
  await forgetLetter(ground, slotId)
  await changes.flushSlot(slotId)
}

/** It names both addresses as they were when it was written. */
const forgetLetter = ({ store }: Ground, slotId: SlotId) => store.mail.delete(letterOf(slotId))
