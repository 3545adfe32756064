/** The outbox up: a transfer is begun, its parts go out, and with its envelope it is complete. Every step is repeatable. */
import { type Api, ask } from '#client/api/trpc.ts'
import type { IdempotencyKey, TransferId, UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { CompleteInput, Created, CreateInput, Grant, Part } from '#shared/contract/transfer.ts'

/** Begins a transfer; the same key gives the same transfer. */
export function beginTransfer(api: Api, input: CreateInput): Promise<Created> {
  return ask(api.transfers.create.mutate(input))
}

export interface PushOrder {
  readonly transferId: TransferId
  readonly completeKey: IdempotencyKey
  /** Puts the parts that are missing; runs beside sealing where that still goes on. */
  readonly upload: (
    order: { length: number; partSize: number; present: readonly Part[] },
    door: { grants(parts: readonly Part[]): Promise<readonly Grant[]> },
  ) => Promise<void>
  /** The envelope and whose stanza is which, once sealing is done. */
  readonly sealed: () => Promise<{ envelope: string; stanzas: readonly { userId: UserId; index: number }[] }>
}

/**
 * Brings a begun transfer to its end; answers when it expires. Throws `expired` where the server has swept it: it has
 * to begin anew.
 */
export async function pushTransfer(api: Api, order: PushOrder): Promise<{ expiresAt: number }> {
  const { transferId } = order
  const state = await ask(api.transfers.uploadState.query({ transferId }))
  if (state.state === 'gone') throw new Problem('expired')
  if (state.state === 'ready') return { expiresAt: state.expiresAt }
  const { length, partSize, parts: present } = state
  const grants = (parts: readonly Part[]) => ask(api.transfers.grants.mutate({ transferId, parts: [...parts] }))
  await order.upload({ length, partSize, present }, { grants })
  const { envelope, stanzas } = await order.sealed()
  const input: CompleteInput = { idempotencyKey: order.completeKey, transferId, envelope, stanzas: [...stanzas] }
  return ask(api.transfers.complete.mutate(input))
}
