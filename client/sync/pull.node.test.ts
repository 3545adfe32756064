import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CursorRow } from '#client/db/schema.ts'
import type { Change, ChangePage } from '#shared/contract/feed.ts'
import { type StoreEpoch, slotId, storeEpoch } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import { pull } from './pull.ts'

const idOf = (n: number) => `${String(n).padStart(21, 'A')}A`
const epochOf = (n: number): StoreEpoch => storeEpoch.parse(idOf(n))

/** A server that holds `length` changes in one of its lives. */
function makeServer(pageSize: number) {
  const state = { epoch: 0, length: 0 }
  const changeAt = (seq: number): Change => ({
    kind: 'inbox',
    seq,
    item: { state: 'deleted', slotId: slotId.parse(idOf(seq)) },
  })
  const fetchPage = async (seq: number): Promise<ChangePage> => {
    const count = Math.max(0, Math.min(pageSize, state.length - seq))
    const changes = Array.from({ length: count }, (_, index) => changeAt(seq + index + 1))
    return { epoch: epochOf(state.epoch), head: state.length, changes }
  }
  return { state, fetchPage }
}

function makeDevice() {
  const held: { row: CursorRow | undefined; applied: number[] } = { row: undefined, applied: [] }
  const cursor = {
    get: async () => held.row,
    put: async (row: CursorRow) => {
      held.row = row
    },
  }
  return { held, cursor }
}

const now = () => 1_790_000_000_000

describe('pulling', () => {
  test('reads every page, in order, once', async () => {
    const server = makeServer(3)
    server.state.length = 8
    const device = makeDevice()
    const apply = async (change: Change) => void device.held.applied.push(change.seq)
    await pull({ cursor: device.cursor, fetchPage: server.fetchPage, apply, now })
    expect(device.held.applied).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(device.held.row).toMatchObject({ seq: 8, levelAt: now(), wentBack: false })
  })

  test('a server that knows less than it had confirmed is an alarm, and is read from its beginning', async () => {
    const server = makeServer(10)
    const device = makeDevice()
    const apply = async (change: Change) => void device.held.applied.push(change.seq)
    server.state.length = 5
    await pull({ cursor: device.cursor, fetchPage: server.fetchPage, apply, now })
    server.state.length = 2
    await pull({ cursor: device.cursor, fetchPage: server.fetchPage, apply, now })
    expect(device.held.row).toMatchObject({ seq: 2, wentBack: true })
  })

  test('whatever is cut, restored or repeated: what is applied since the last life is its whole list in order', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('grow' as const), by: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ kind: fc.constant('restore' as const), to: fc.integer({ min: 0, max: 6 }) }),
      fc.record({ kind: fc.constant('pull' as const), failAt: fc.integer({ min: 0, max: 20 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer({ min: 1, max: 7 }), async (steps, pageSize) => {
        const server = makeServer(pageSize)
        const device = makeDevice()
        let seen: number[] = []
        let alarmed = false
        const run = async (failAt: number) => {
          let left = failAt
          const apply = async (change: Change) => {
            if (failAt > 0 && --left < 0) throw new Problem('network')
            // A change that is applied again after a cut replaces its first application.
            seen = [...seen.slice(0, change.seq - 1), change.seq]
          }
          await pull({ cursor: device.cursor, fetchPage: server.fetchPage, apply, now }).catch(() => {})
        }
        for (const action of steps) {
          if (action.kind === 'grow') server.state.length += action.by
          if (action.kind === 'restore') {
            alarmed ||= device.held.row !== undefined
            server.state.epoch += 1
            server.state.length = action.to
          }
          if (action.kind === 'pull') await run(action.failAt)
        }
        await run(0)
        expect(seen.slice(0, server.state.length)).toEqual(
          Array.from({ length: server.state.length }, (_, index) => index + 1),
        )
        expect(device.held.row).toMatchObject({ seq: server.state.length, epoch: epochOf(server.state.epoch) })
        if (alarmed) expect(device.held.row?.wentBack).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
