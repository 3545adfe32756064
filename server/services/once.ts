/** Idempotency keys: a write that is repeated answers as it did the first time. */
import type { IdempotencyKey, UserId } from '#shared/contract/ids.ts'
import { idempotencyLife } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import { type Ground, plainHash } from './ground.ts'

export interface Write<Input> {
  readonly userId: UserId
  readonly key: IdempotencyKey
  readonly call: string
  readonly input: Input
}

/**
 * Runs `act` unless this key has an answer, which is then given again. The same key with another input is a `conflict`.
 * A crash between the effect and its record is why every `act` has to find its own traces and go on from there.
 */
export async function once<Input, Answer>(
  ground: Ground,
  write: Write<Input>,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const call = `${write.call} ${plainHash(JSON.stringify(write.input))}`
  const held = await ground.store.answers.get(write.userId, write.key)
  if (held !== null) return readAnswer<Answer>(held, call)
  const answer = await act()
  const keepUntil = ground.now() + idempotencyLife
  const record = { userId: write.userId, key: write.key, call, answer: JSON.stringify({ answer }), keepUntil }
  if (await ground.store.answers.insert(record)) return answer
  const first = await ground.store.answers.get(write.userId, write.key)
  return first === null ? answer : readAnswer<Answer>(first, call)
}

function readAnswer<Answer>(record: { call: string; answer: string }, call: string): Answer {
  if (record.call !== call) throw new Problem('conflict')
  return (JSON.parse(record.answer) as { answer: Answer }).answer
}
