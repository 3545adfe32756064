/** Hostile input from a seed: values that nearly fit a schema, values that fit nothing, requests that are none. */

export type Pick = (below: number) => number

/** Mulberry32: the same numbers for the same seed. */
export function seededPick(seed: number): Pick {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

export function oneOf<T>(pick: Pick, list: readonly T[]): T {
  const chosen = list[pick(list.length)]
  if (chosen === undefined) throw new Error('an empty list')
  return chosen
}

const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown

/** What fits nothing. `__proto__` is made by parsing, so that it is a key of its own. */
const junk: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\u200b',
  '😀'.repeat(50),
  'x'.repeat(300),
  'x'.repeat(70_000),
  '../../etc/passwd',
  "' OR 1=1 --",
  '{{7*7}}',
  '<script>',
  '__proto__',
  'constructor',
  [],
  [[]],
  [null],
  {},
  { $gt: '' },
  { $where: 'sleep(1000)' },
  { $ne: null },
  { toString: 1 },
  { length: 1e9 },
  JSON.parse('{"__proto__":{"admin":true}}'),
  JSON.parse('{"constructor":{"prototype":{"admin":true}}}'),
  nested(200),
]

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly pattern?: string
}

const words = ['ada@example.org', 'nobody@example.org', 'x', 'A'.repeat(22), 'A'.repeat(43), '12345678', 'Ada Lovelace']

/** A value that a JSON Schema asks for, mostly: every so often a piece of it is something else. */
export function nearly(schema: Schema, pick: Pick): unknown {
  if (pick(12) === 0) return oneOf(pick, junk)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return oneOf(pick, schema.enum)
  const choice = schema.anyOf ?? schema.oneOf
  if (choice !== undefined) return nearly(oneOf(pick, choice), pick)
  switch (schema.type) {
    case 'object':
      return nearlyObject(schema, pick)
    case 'array':
      return Array.from({ length: (schema.minItems ?? 0) + pick(3) }, () => nearly(schema.items ?? {}, pick))
    case 'integer':
    case 'number':
      return oneOf(pick, [schema.minimum ?? 0, schema.maximum ?? 9, 1, 5, -1, 2 ** 53])
    case 'boolean':
      return pick(2) === 0
    case 'string':
      return nearlyText(schema, pick)
    default:
      return oneOf(pick, [...words, ...junk])
  }
}

function nearlyObject({ properties = {}, required = [] }: Schema, pick: Pick): Record<string, unknown> {
  const names = Object.keys(properties).filter(name => (required.includes(name) ? pick(20) > 0 : pick(2) > 0))
  const entries = names.map(name => [name, nearly(properties[name] ?? {}, pick)] as const)
  const extra = pick(8) === 0 ? ([[oneOf(pick, ['extra', '$set', 'userId', 'scope']), oneOf(pick, junk)]] as const) : []
  return Object.fromEntries([...entries, ...extra])
}

function nearlyText({ pattern = '', maxLength }: Schema, pick: Pick): string {
  const digits = /^\^\[0-9\]\{(\d+)\}\$$/.exec(pattern)?.[1]
  if (digits !== undefined) return String(10 ** Number(digits) - 1 - pick(1000))
  const length = Math.min(maxLength ?? 22, 4000)
  return pick(4) === 0 ? oneOf(pick, words) : 'A'.repeat(pick(6) === 0 ? length + 1 : length)
}

/** JSON text of a value, sometimes cut, doubled or spoilt. */
export function nearlyJson(value: unknown, pick: Pick): string {
  const text = JSON.stringify(value) ?? ''
  const cut = pick(Math.max(1, text.length))
  switch (pick(16)) {
    case 0:
      return text.slice(0, cut)
    case 1:
      return text + text
    case 2:
      return `${text.slice(0, cut)}\u0000${text.slice(cut)}`
    case 3:
      return `{"__proto__":${text || 'null'}}`
    case 4:
      return '['.repeat(5000 + pick(5000))
    default:
      return text
  }
}
