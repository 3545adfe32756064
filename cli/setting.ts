/** What a command has around it: arguments so that tests need no process. */
import type { Bytes } from '#shared/format/bytes.ts'

export interface Setting {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Standard input; read at most once. */
  readonly input: AsyncIterable<Uint8Array>
  /** Standard output; resolves once the bytes are taken. */
  write(bytes: Uint8Array): Promise<void>
  /** One line for a person, on standard error. */
  say(line: string): void
  /** Whether a person looks at standard output, at standard error. */
  readonly outputIsTerminal: boolean
  readonly errorsAreTerminal: boolean
  /** Overwrites the last line of standard error with `text`; only where a person looks at it. */
  redraw(text: string): void
  /** What a person types at the terminal, unseen; `null` where there is no terminal. */
  ask(question: string): Promise<string | null>
  /** Where the code of chunk-worker.ts lies; `null` works without workers. */
  readonly chunkWorkers: URL | null
  now(): number
  random(length: number): Bytes
}

/** One line on standard output. */
export function print(setting: Setting, line: string): Promise<void> {
  return setting.write(Buffer.from(`${line}\n`))
}
