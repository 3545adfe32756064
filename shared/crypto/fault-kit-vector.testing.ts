/** One vector of the fault kit as a file: header lines, an empty line, the bytes of `.key`, then those of `.enc`. */
import { isProblemCode, type ProblemCode } from '#shared/contract/problems.ts'
import { type Bytes, concat, utf8, utf8Text } from '#shared/format/bytes.ts'

/** What FORMAT's table says about a bundle: `ok`, or the class that it fails as. */
export type Expected = 'ok' | ProblemCode | `damaged-at-chunk ${number}`

export interface Vector {
  readonly expect: Expected
  /** Chunks that do not open by themselves. */
  readonly damaged: readonly number[]
  /** All plaintext that a reader which can seek lets out, one chunk after another. */
  readonly releasedLength: number
  /** Hex. */
  readonly releasedSha256: string
  /** Who opens it: a name of the keys file, `passphrase TEXT`, `link HEX` or `link HEX passphrase TEXT`. */
  readonly access: string
  /** Name of the person that is asked for as the sender. */
  readonly sender?: string
  /** The class as `.dcrypt`, where a newline in the envelope ends it early. */
  readonly dcrypt?: ProblemCode
  /** Made by somebody who holds the content key: a reader that cannot seek may let forged chunks out before its end. */
  readonly insider?: boolean
  /** How the bytes are made from those that stand here: see fault-kit-recipe. */
  readonly recipe?: string
  /** Hex; for recipes that seal. */
  readonly contentKey?: string
  readonly comment: string
  readonly key: Uint8Array
  readonly enc: Uint8Array
}

/** The vector's file. */
export function encodeVector(vector: Vector): Bytes {
  const lines: readonly (readonly [string, string | number | undefined])[] = [
    ['expect', vector.expect === 'ok' ? 'ok' : 'error'],
    ['error', vector.expect === 'ok' ? undefined : vector.expect],
    ['damaged', vector.damaged.length > 0 ? vector.damaged.join(' ') : undefined],
    ['released-length', vector.releasedLength],
    ['released-sha256', vector.releasedSha256],
    ['access', vector.access],
    ['sender', vector.sender],
    ['dcrypt', vector.dcrypt],
    ['insider', vector.insider === true ? 'yes' : undefined],
    ['recipe', vector.recipe],
    ['content-key', vector.contentKey],
    ['key-length', vector.key.length],
    ['comment', vector.comment],
  ]
  const header = lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`])).join('')
  return concat(utf8(`${header}\n`), vector.key, vector.enc)
}

/** Reads a vector's file; throws where it is none. */
export function parseVector(file: Uint8Array): Vector {
  const end = file.findIndex((byte, at) => byte === 10 && file[at + 1] === 10)
  const lines = new Map((utf8Text(file.subarray(0, end)) ?? '').split('\n').map(readLine))
  const must = (name: string): string => {
    const value = lines.get(name)
    if (value === undefined) throw new Error(`a vector without ${name}`)
    return value
  }
  const body = file.subarray(end + 2)
  const keyLength = Number(must('key-length'))
  return {
    expect: expectedOf(must('expect') === 'ok' ? 'ok' : must('error')),
    damaged: (lines.get('damaged') ?? '').split(' ').filter(Boolean).map(Number),
    releasedLength: Number(must('released-length')),
    releasedSha256: must('released-sha256'),
    access: must('access'),
    comment: must('comment'),
    ...optional(lines),
    key: body.subarray(0, keyLength),
    enc: body.subarray(keyLength),
  }
}

function readLine(line: string): readonly [string, string] {
  const colon = line.indexOf(': ')
  return [line.slice(0, colon), line.slice(colon + 2)]
}

function expectedOf(text: string): Expected {
  const [code, chunk] = text.split(' ')
  if (code === 'ok') return 'ok'
  if (!isProblemCode(code)) throw new Error(`no class: ${text}`)
  return code === 'damaged-at-chunk' ? `damaged-at-chunk ${Number(chunk)}` : code
}

function optional(lines: ReadonlyMap<string, string>): Partial<Vector> {
  const [sender, dcrypt, recipe, contentKey] = ['sender', 'dcrypt', 'recipe', 'content-key'].map(name =>
    lines.get(name),
  )
  return {
    ...(sender === undefined ? {} : { sender }),
    ...(isProblemCode(dcrypt) ? { dcrypt } : {}),
    ...(lines.has('insider') ? { insider: true } : {}),
    ...(recipe === undefined ? {} : { recipe }),
    ...(contentKey === undefined ? {} : { contentKey }),
  }
}
