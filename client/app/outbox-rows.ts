/** Rows of the outbox: how one is made from an order, and read back. */
import { Problem } from '#shared/contract/problems.ts'
import { exponentFor, layoutOf, padme } from '#shared/format/sizes.ts'
import type { OutboxCell } from './cell-schemas.ts'
import { refreshPerson } from './contacts.ts'
import { type Core, newKey, refuseAlarmed } from './core.ts'
import { type OpenOutbox, type OpenPerson, outbox } from './kinds.ts'
import { changeRow, readRow } from './rows.ts'
import type { SendOrder } from './views.ts'

/**
 * Writes the row of an order and gives its id. Throws `nothing-to-send`, `only-yourself`, `identity-changed`,
 * `own-identity-changed`; the form keeps what was typed then.
 */
export async function newRow(core: Core, order: SendOrder): Promise<string> {
  if (order.files.length === 0 && (order.note ?? '') === '') throw new Problem('nothing-to-send')
  const recipients = order.recipients.filter(userId => userId !== core.userId)
  if (recipients.length === 0) throw new Problem('only-yourself')
  await refuseAlarmed(core)
  const pinned = await Promise.all(recipients.map(userId => refreshPerson(core, userId)))
  const changed = pinned.find(person => person.row.changed)
  if (changed !== undefined) throw new Problem('identity-changed', { data: { userId: changed.row.userId } })
  const id = newKey()
  const value = cellOf(order, pinned)
  await changeRow(core, outbox, id, () => ({
    row: {
      id,
      createdAt: core.now(),
      state: 'sealing' as const,
      paused: false,
      createKey: newKey(),
      completeKey: newKey(),
      transferId: null,
      partSize: 0,
      length: lengthOf(order),
    },
    value,
  }))
  return id
}

function cellOf(order: SendOrder, recipients: readonly OpenPerson[]): OutboxCell {
  return {
    ...(order.title ? { title: order.title } : {}),
    ...(order.note ? { note: order.note } : {}),
    ...(order.downloads === undefined ? {} : { downloads: order.downloads }),
    files: order.files.map(({ path, file }) => ({
      name: path,
      size: file.size,
      type: file.type,
      modified: file.lastModified,
    })),
    recipients: recipients.map(({ row, value: { name, email, identityHash } }) => ({
      userId: row.userId,
      name,
      email,
      identityHash,
    })),
    life: order.life,
    fault: null,
    sealed: null,
  }
}

/** Sizes are arithmetic: the ciphertext's length is known before a byte is sealed. */
function lengthOf(order: SendOrder): number {
  const size = order.files.reduce((sum, { file }) => sum + file.size, 0)
  const plaintextLength = (order.padding ?? true) ? padme(size) : size
  return layoutOf({ suite: order.suite ?? 'gcm', exponent: exponentFor(plaintextLength), plaintextLength }).length
}

/** A row that has to be there; throws `cancelled` where somebody has taken it away. */
export async function mustRead(core: Core, id: string): Promise<OpenOutbox> {
  const held = await readRow(core, outbox, id)
  if (held === null) throw new Problem('cancelled')
  return held
}
