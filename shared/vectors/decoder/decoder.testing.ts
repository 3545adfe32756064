/** Speaks to the second reader of the format (decoder.py), which was written from the format's text alone. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import { decoderPython } from './python.testing.ts'

/** Paths of `NAME.key`, with or without its `.enc`, or of a `.dcrypt`. */
export type Files = { readonly key: string; readonly enc?: string } | { readonly bundle: string }

/** `enc`: PKCS#8 DER of the encryption keys in base64, newest first; `link`: 32 bytes in hex. */
export type DecoderAccess =
  | { readonly card: unknown; readonly enc: readonly string[] }
  | { readonly passphrase: string }
  | { readonly link: string; readonly passphrase?: string }

/** Hashes, `info`, `aad`, `ct` and `plaintext` are hex; `sender` and `recipient` identity hashes; HPKE's `key` base64 DER. */
export type Question =
  | (Files & { readonly op: 'open'; readonly access: DecoderAccess; readonly sender?: string })
  | (Files & { readonly op: 'receipt'; readonly receipt: string; readonly recipient?: string })
  | (Files & { readonly op: 'inspect' })
  | { readonly op: 'hpke-open'; readonly key: string; enc: string; ct: string; info: string; aad: string }
  | { readonly op: 'hpke-seal'; readonly key: string; plaintext: string; info: string; aad: string }

const file = z.object({ name: z.string(), size: z.number(), type: z.string(), modified: z.number() })
const text = z.optional(z.string())
const answer = z.object({
  id: z.number(),
  /** `ok`, an error class of the format, `refused` (HPKE), or `crash`: the reader's own fault, told in `detail`. */
  result: z.string(),
  detail: text,
  chunk: z.optional(z.number()),
  /** How many of the files' bytes were let out before the result, and their SHA-256. */
  released: z.optional(z.number()),
  sha256: text,
  transfer: text,
  metadata: z.optional(
    z.object({ created: z.number(), files: z.array(file), title: text, note: text, checkpoint: text }),
  ),
  sender: text,
  proven: z.optional(z.boolean()),
  fingerprint: text,
  stanzas: z.optional(z.array(z.tuple([z.string(), z.boolean()]))),
  recipient: text,
  received: z.optional(z.number()),
  plaintext: text,
  enc: text,
  ct: text,
})
export type Answer = z.infer<typeof answer>

export interface Decoder {
  ask(question: Question): Promise<Answer>
  close(): Promise<void>
}

/** Starts the reader; the first time on a machine it takes a minute for its packages. Close it when done. */
export async function startDecoder(): Promise<Decoder> {
  const script = fileURLToPath(new URL('./decoder.py', import.meta.url))
  return conversation(spawn(await decoderPython(), ['-B', script]))
}

function conversation(child: ChildProcessWithoutNullStreams): Decoder {
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()
  let asked = 0
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaints += piece
  })
  // A write after its end is told by `close`, with the reason.
  child.stdin.on('error', () => {})
  createInterface({ input: child.stdout }).on('line', line => {
    const said = z.parse(answer, JSON.parse(line))
    waiting.get(said.id)?.resolve(said)
    waiting.delete(said.id)
  })
  const exited = new Promise<void>(resolve => {
    const end = () => {
      for (const { reject } of waiting.values()) reject(new Error(`the second reader ended: ${complaints}`))
      waiting.clear()
      resolve()
    }
    child.once('close', end).once('error', end)
  })
  return {
    ask: question =>
      new Promise((resolve, reject) => {
        const id = asked++
        waiting.set(id, { resolve, reject })
        child.stdin.write(`${JSON.stringify({ id, ...question })}\n`)
      }),
    close: () => {
      child.stdin.end()
      return exited
    },
  }
}
