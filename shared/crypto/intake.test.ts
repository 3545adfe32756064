import { expect, test } from 'vitest'
import { inPieces, pattern } from './forge.testing.ts'
import { intakeOf } from './intake.ts'

test.each([1, 3, 10, 100])('exact reads of a stream that comes in pieces of %i', async size => {
  const intake = intakeOf(inPieces(pattern(50), size))
  expect(await intake.take(7)).toEqual(pattern(50).slice(0, 7))
  expect(await intake.take(0)).toEqual(pattern(0))
  expect(await intake.take(40)).toEqual(pattern(50).slice(7, 47))
  expect(await intake.take(40)).toEqual(pattern(50).slice(47))
  expect(await intake.take(1)).toEqual(pattern(0))
})

test('a stream that is let go before its end is cancelled and unlocked', async () => {
  let cancelled = false
  const stream = new ReadableStream<Uint8Array>({
    pull: controller => controller.enqueue(pattern(10)),
    cancel: () => {
      cancelled = true
    },
  })
  const intake = intakeOf(stream)
  await intake.take(5)
  await intake.close()
  expect([cancelled, stream.locked]).toEqual([true, false])
})
