/** What was received and sent: changes become rows, rows become what lists show. */
import { ask } from '#client/api/trpc.ts'
import type { OpenedContent } from '#client/crypto-worker/orders.ts'
import type { Change } from '#shared/contract/feed.ts'
import type { UserId } from '#shared/contract/ids.ts'
import type { InboxItem, SentItem, SentSlot } from '#shared/contract/transfer.ts'
import type { ReceivedCell, SentCell } from './cell-schemas.ts'
import { refreshPerson } from './contacts.ts'
import { type Core, faultOf, isPassing } from './core.ts'
import { people, received, sent } from './kinds.ts'
import { changeRow, readRow } from './rows.ts'

/** Writes one change of the server's list into the local rows. Rejects only where trying again may help. */
export function applyChange(core: Core, change: Change): Promise<void> {
  switch (change.kind) {
    case 'inbox':
      return applyInbox(core, change.item)
    case 'sent':
      return applySent(core, change.item)
    case 'card':
      return applyCard(core, change.item.userId)
  }
}

/** Somebody known here has another card: it is judged by the pin, which nothing else changes. Strangers' cards wait. */
async function applyCard(core: Core, userId: UserId): Promise<void> {
  const own = userId === core.userId
  if (!own && (await readRow(core, people, userId)) === null) return
  try {
    if (own) await core.onOwnCard()
    else await refreshPerson(core, userId)
  } catch (error) {
    if (isPassing(error)) throw error
  }
}

type Inbox = Exclude<InboxItem, { state: 'deleted' }>

async function applyInbox(core: Core, item: InboxItem): Promise<void> {
  if (item.state === 'deleted') return core.db.received.delete(item.slotId)
  const held = await readRow(core, received, item.slotId)
  const kept = held?.value.content ?? null
  const opened: ItemContent | null = kept === null && item.state === 'ready' ? await openItem(core, item) : kept
  const repeated = opened !== null && 'transfer' in opened && (await isRepeated(core, item, opened.transfer))
  await changeRow(core, received, item.slotId, current => ({
    row: {
      slotId: item.slotId,
      sender: item.from.userId,
      createdAt: item.createdAt,
      expiresAt: item.expiresAt,
      length: item.length,
      state: item.state,
      seen: current?.row.seen ?? repeated,
      transfer: opened !== null && 'transfer' in opened ? opened.transfer : '',
    },
    value: receivedValue(item, current?.value ?? null, opened),
  }))
}

type ItemContent = OpenedContent | NonNullable<ReceivedCell['content']> | { fault: ReceivedCell['fault'] }

function receivedValue(item: Inbox, held: ReceivedCell | null, opened: ItemContent | null): ReceivedCell {
  const content = opened !== null && 'transfer' in opened ? opened : null
  return {
    from: item.from,
    content: content === null ? null : { ...content, files: [...content.files] },
    fault: opened !== null && 'fault' in opened ? opened.fault : null,
    saved: held?.saved ?? null,
    receiptAt: item.downloadedAt ?? held?.receiptAt ?? null,
  }
}

/** Opens an item's envelope against the sender's pinned identity; a fault of the item is its content then. */
async function openItem(core: Core, item: Inbox): Promise<ItemContent> {
  try {
    const sender = await senderHash(core, item)
    const envelope = await ask(core.api.transfers.envelopeOfSlot.query({ slotId: item.slotId }))
    const { sender: _, ...content } = await core.worker.openContent({ envelope, sender })
    return content
  } catch (error) {
    if (isPassing(error)) throw error
    return { fault: faultOf(error) }
  }
}

/** A sender whose identity changed is opened against the pin: what the new identity signed is not proven. */
async function senderHash(core: Core, item: Inbox): Promise<string> {
  const pinned = await readRow(core, people, item.from.userId)
  return (pinned ?? (await refreshPerson(core, item.from.userId))).value.identityHash
}

/** The same transfer again, under another name of the server's: never shown as new (FORMAT.md, `.key`). */
async function isRepeated(core: Core, item: Inbox, transfer: string): Promise<boolean> {
  const same = await core.db.received.where('transfer').equals(transfer).toArray()
  return same.some(row => row.slotId !== item.slotId && row.sender === item.from.userId)
}

async function applySent(core: Core, item: SentItem): Promise<void> {
  if (item.state === 'deleted') return core.db.sent.delete(item.transferId)
  const held = await readRow(core, sent, item.transferId)
  const envelope = once(() => ask(core.api.transfers.envelopeOfTransfer.query({ transferId: item.transferId })))
  const content = held?.value.content ?? (await openOwn(core, envelope))
  const receipts = { ...held?.value.receipts }
  for (const slot of item.slots) {
    if (slot.state === 'downloaded') receipts[slot.slotId] ??= await judgeReceipt(core, slot, envelope)
  }
  const { transferId, createdAt, expiresAt, length, state } = item
  await changeRow(core, sent, transferId, () => ({
    row: { transferId, createdAt, expiresAt, length, state },
    value: { content, slots: item.slots, receipts },
  }))
}

async function openOwn(core: Core, envelope: () => Promise<string>): Promise<SentCell['content']> {
  try {
    const { title, note, files, kid } = await core.worker.openContent({ envelope: await envelope() })
    return {
      files: [...files],
      kid,
      ...(title === undefined ? {} : { title }),
      ...(note === undefined ? {} : { note }),
    }
  } catch (error) {
    if (isPassing(error)) throw error
    return null
  }
}

async function judgeReceipt(
  core: Core,
  slot: SentSlot & { state: 'downloaded' },
  envelope: () => Promise<string>,
): Promise<'checked' | 'refused'> {
  try {
    const pinned = await readRow(core, people, slot.to.userId)
    const { card } = (pinned ?? (await refreshPerson(core, slot.to.userId))).value
    await core.worker.checkReceipt({ receipt: slot.receipt, envelope: await envelope(), recipient: card })
    return 'checked'
  } catch (error) {
    if (isPassing(error)) throw error
    return 'refused'
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}
