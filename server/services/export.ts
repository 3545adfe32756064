/** Everything that this server holds about a person, for the person: theirs to keep, and to take elsewhere. */
import type { CardJson, KdfParams, SealedKeys, Wrap } from '#shared/contract/account.ts'
import type { Person } from '#shared/contract/contact.ts'
import type { SecurityView } from '#shared/contract/factors.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { SessionView, TokenView } from '#shared/contract/sessions.ts'
import type { ReceiptJson } from '#shared/contract/transfer.ts'
import type { SlotRecord, TransferRecord, UserRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import type { FactorSettings } from './factor-settings.ts'
import type { Ground } from './ground.ts'
import type { SessionList } from './session-list.ts'
import type { Who } from './sessions.ts'
import type { Tokens } from './tokens.ts'
import { type People, readPeople } from './views.ts'

/** Times are epoch milliseconds, sizes bytes. Hashes by which bearers and passwords are checked are left out. */
export interface AccountExport {
  readonly format: 'datacrypt-account/1'
  readonly exportedAt: number
  readonly profile: Person & { readonly createdAt: number; readonly kdf: KdfParams }
  /** Null where no identity was published. */
  readonly keys: { readonly card: CardJson; readonly sealed: SealedKeys; readonly wraps: readonly Wrap[] } | null
  readonly cards: readonly CardJson[]
  readonly factors: SecurityView
  /** Since when each known browser has been known. */
  readonly knownDevices: readonly number[]
  readonly sessions: readonly SessionView[]
  readonly tokens: readonly TokenView[]
  readonly sent: readonly SentExport[]
  readonly received: readonly ReceivedExport[]
}

export interface SentExport {
  readonly transferId: string
  readonly state: TransferRecord['state']
  readonly length: number
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly downloads: number | null
  readonly recipients: readonly (Person & SlotExport)[]
  /** FORMAT.md's envelope without its stanzas, and the sender's own stanza: JSON text, null before it was complete. */
  readonly envelope: string | null
  readonly senderStanza: string | null
}

interface SlotExport {
  readonly downloadedAt: number | null
  readonly revokedAt: number | null
  readonly receipt: ReceiptJson | null
}

export interface ReceivedExport extends SlotExport {
  readonly slotId: string
  readonly transferId: string
  readonly from: Person
  readonly createdAt: number
  readonly expiresAt: number
  readonly deletedAt: number | null
  readonly downloads: readonly { readonly takenAt: number; readonly servedAt: number | null }[]
  readonly stanza: string
}

export interface ExportParts {
  readonly factorSettings: Pick<FactorSettings, 'view'>
  readonly sessionList: Pick<SessionList, 'list'>
  readonly tokens: Pick<Tokens, 'list'>
}

export function makeExport(ground: Ground, parts: ExportParts) {
  const { store } = ground
  return async (who: Who): Promise<AccountExport> => {
    await ground.limits.spend(budgets.exports, who.userId)
    const user = await store.users.get(who.userId)
    if (user === null || user.leaving !== undefined) throw new Problem('logged-out')
    const transfers = await store.transfers.ofSender(who.userId)
    const slots = await store.slots.ofOwner(who.userId)
    const known = [...transfers.flatMap(transfer => transfer.recipients), ...slots.map(slot => slot.sender)]
    const people = await readPeople(store, known)
    const sent: SentExport[] = []
    for (const transfer of transfers) {
      sent.push(sentExport(transfer, await store.slots.ofTransfer(transfer.transferId), people))
    }
    return {
      format: 'datacrypt-account/1',
      exportedAt: ground.now(),
      ...aboutPerson(user),
      cards: await store.cards.ofUser(who.userId),
      factors: await parts.factorSettings.view(who),
      sessions: await parts.sessionList.list(who),
      tokens: await parts.tokens.list(who),
      sent,
      received: slots.map(slot => receivedExport(slot, people)),
    }
  }
}

function aboutPerson(user: UserRecord): Pick<AccountExport, 'profile' | 'keys' | 'knownDevices'> {
  const { userId, name, email, createdAt, kdf, keys, devices = [] } = user
  return {
    profile: { userId, name, email, createdAt, kdf },
    keys: keys ?? null,
    knownDevices: devices.map(device => device.since),
  }
}

function sentExport(transfer: TransferRecord, slots: readonly SlotRecord[], people: People): SentExport {
  const { transferId, state, length, createdAt, downloads } = transfer
  const complete = 'envelope' in transfer ? transfer : null
  return {
    transferId,
    state,
    length,
    createdAt,
    expiresAt: complete?.expiresAt ?? null,
    downloads,
    recipients: transfer.recipients.map(userId => ({
      ...(people.get(userId) ?? { userId, name: '', email: '' }),
      ...slotExport(slots.find(slot => slot.owner === userId)),
    })),
    envelope: complete?.envelope ?? null,
    senderStanza: complete?.senderStanza ?? null,
  }
}

function receivedExport(slot: SlotRecord, people: People): ReceivedExport {
  const { slotId, transferId, sender, createdAt, expiresAt, deletedAt, leases, stanza } = slot
  return {
    slotId,
    transferId,
    from: people.get(sender) ?? { userId: sender, name: '', email: '' },
    createdAt,
    expiresAt,
    deletedAt,
    downloads: leases.map(({ takenAt, servedAt }) => ({ takenAt, servedAt })),
    stanza,
    ...slotExport(slot),
  }
}

function slotExport(slot: SlotRecord | undefined): SlotExport {
  const receipt = slot?.receipt ?? null
  return { downloadedAt: receipt?.at ?? null, revokedAt: slot?.revokedAt ?? null, receipt: receipt?.receipt ?? null }
}
