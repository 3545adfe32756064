/** Carries a `Problem` across Comlink as a `Problem`: its code and data, never its cause. */
import { type TransferHandler, transferHandlers } from 'comlink'
import { Problem, problemFrom } from '#shared/contract/problems.ts'

const name = 'throw'

/** Call it once on each side, before anything is exposed or wrapped. Calling it again changes nothing. */
export function registerProblemTransfer(): void {
  const original = transferHandlers.get(name)
  if (original === undefined || registered.has(original)) return
  const handler = problemHandler(original)
  registered.add(handler)
  transferHandlers.set(name, handler)
}

const registered = new WeakSet<TransferHandler<unknown, unknown>>()

function problemHandler(original: TransferHandler<unknown, unknown>): TransferHandler<unknown, unknown> {
  return {
    canHandle: original.canHandle,
    serialize(thrown) {
      const problem = thrownProblem(thrown)
      return problem === null ? original.serialize(thrown) : [{ problem: problem.toJSON() }, []]
    },
    deserialize(serialized) {
      const problem = isCarried(serialized) ? problemFrom(serialized.problem) : null
      if (problem !== null) throw problem
      return original.deserialize(serialized)
    },
  }
}

function thrownProblem(thrown: unknown): Problem | null {
  const isThrown = typeof thrown === 'object' && thrown !== null && 'value' in thrown
  return isThrown && thrown.value instanceof Problem ? thrown.value : null
}

function isCarried(serialized: unknown): serialized is { problem: unknown } {
  return typeof serialized === 'object' && serialized !== null && 'problem' in serialized
}
