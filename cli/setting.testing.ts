/** A command's surroundings without a process. */
import { runCommandLine } from './run.ts'
import type { Setting } from './setting.ts'

export interface Heard {
  readonly code: number
  readonly out: string
  readonly said: readonly string[]
}

/** Runs a command line in this process; `answers` are what somebody types, `null` a missing terminal. */
export async function runHere(
  args: readonly string[],
  given: { input?: Uint8Array; env?: Record<string, string>; answers?: readonly string[] } = {},
): Promise<Heard> {
  const out: Uint8Array[] = []
  const said: string[] = []
  const answers = given.answers?.values()
  const setting: Setting = {
    env: given.env ?? {},
    input: onePiece(given.input ?? new Uint8Array(0)),
    write: async bytes => void out.push(Uint8Array.from(bytes)),
    say: line => said.push(line),
    outputIsTerminal: false,
    errorsAreTerminal: false,
    redraw: () => undefined,
    ask: async () => answers?.next().value ?? null,
    chunkWorkers: null,
    now: Date.now,
    random: length => crypto.getRandomValues(new Uint8Array(length)),
  }
  const code = await runCommandLine(args, setting)
  return { code, said, out: Buffer.concat(out).toString() }
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
