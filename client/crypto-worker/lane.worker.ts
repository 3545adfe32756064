/** A lane in a worker of its own. */
import { expose, transfer } from 'comlink'
import { recordNonces } from '#shared/crypto/nonce-recorder.ts'
import { makeLane } from './lane.ts'
import type { Lane } from './lane-orders.ts'
import { registerProblemTransfer } from './problem-transfer.ts'

if (__TEST_BUILD__) recordNonces({ channel: new BroadcastChannel('datacrypt-nonces') })
registerProblemTransfer()
const lane = makeLane()
const door: Lane = {
  ...lane,
  async seal(order) {
    const run = await lane.seal(order)
    return transfer(
      run,
      run.sealed.map(chunk => chunk.buffer),
    )
  },
}
expose(door)
