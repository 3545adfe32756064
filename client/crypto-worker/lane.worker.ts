/** A lane in a worker of its own. */
import { expose, transfer } from 'comlink'
import { makeLane } from './lane.ts'
import type { Lane } from './lane-orders.ts'
import { registerProblemTransfer } from './problem-transfer.ts'

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
