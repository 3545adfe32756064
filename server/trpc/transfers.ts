/** Sending and receiving. */
import * as contract from '#shared/contract/transfer.ts'
import { personal, router } from './base.ts'

export const transfersRouter = router({
  create: personal
    .input(contract.createInput)
    .mutation(({ ctx, input }) => ctx.services.uploads.create(ctx.who, input)),
  grants: personal.input(contract.grantInput).mutation(({ ctx, input }) => ctx.services.uploads.grants(ctx.who, input)),
  uploadState: personal
    .input(contract.transferInput)
    .query(({ ctx, input }) => ctx.services.uploads.state(ctx.who, input.transferId)),
  complete: personal
    .input(contract.completeInput)
    .mutation(({ ctx, input }) => ctx.services.uploads.complete(ctx.who, input)),
  abort: personal
    .input(contract.transferInput)
    .mutation(({ ctx, input }) => ctx.services.uploads.abort(ctx.who, input.transferId)),
  envelopeOfSlot: personal
    .input(contract.slotInput)
    .query(({ ctx, input }) => ctx.services.downloads.envelopeOfSlot(ctx.who, input.slotId)),
  envelopeOfTransfer: personal
    .input(contract.transferInput)
    .query(({ ctx, input }) => ctx.services.downloads.envelopeOfTransfer(ctx.who, input.transferId)),
  lease: personal.input(contract.leaseInput).mutation(({ ctx, input }) => ctx.services.downloads.lease(ctx.who, input)),
  downloadGrant: personal
    .input(contract.leaseGrantInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.grant(ctx.who, input)),
  receipt: personal
    .input(contract.receiptInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.receipt(ctx.who, input)),
  revoke: personal
    .input(contract.revokeInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.revoke(ctx.who, input)),
  removeReceived: personal
    .input(contract.slotInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.removeReceived(ctx.who, input.slotId)),
  removeSent: personal
    .input(contract.transferInput)
    .mutation(({ ctx, input }) => ctx.services.downloads.removeSent(ctx.who, input.transferId)),
})
