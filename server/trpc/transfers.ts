/** Sending and receiving. */
import * as contract from '#shared/contract/transfer.ts'
import { personal, router } from './base.ts'

const reads = personal('transfers:read')
const writes = personal('transfers:write')

export const transfersRouter = router({
  create: writes.input(contract.createInput).mutation(({ ctx, input }) => ctx.services.uploads.create(ctx.who, input)),
  grants: writes.input(contract.grantInput).mutation(({ ctx, input }) => ctx.services.uploads.grants(ctx.who, input)),
  uploadState: writes
    .input(contract.transferInput)
    .query(({ ctx, input }) => ctx.services.uploads.state(ctx.who, input.transferId)),
  complete: writes
    .input(contract.completeInput)
    .mutation(({ ctx, input }) => ctx.services.uploads.complete(ctx.who, input)),
  abort: writes
    .input(contract.transferInput)
    .mutation(({ ctx, input }) => ctx.services.uploads.abort(ctx.who, input.transferId)),
  envelopeOfSlot: reads
    .input(contract.slotInput)
    .query(({ ctx, input }) => ctx.services.downloads.envelopeOfSlot(ctx.who, input.slotId)),
  envelopeOfTransfer: reads
    .input(contract.transferInput)
    .query(({ ctx, input }) => ctx.services.downloads.envelopeOfTransfer(ctx.who, input.transferId)),
  lease: reads.input(contract.leaseInput).mutation(({ ctx, input }) => ctx.services.downloads.lease(ctx.who, input)),
  downloadGrant: reads
    .input(contract.leaseGrantInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.grant(ctx.who, input)),
  receipt: reads
    .input(contract.receiptInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.receipt(ctx.who, input)),
  revoke: writes
    .input(contract.revokeInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.revoke(ctx.who, input)),
  removeReceived: writes
    .input(contract.slotInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.removeReceived(ctx.who, input.slotId)),
  removeSent: writes
    .input(contract.transferInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.removeSent(ctx.who, input.transferId)),
})
