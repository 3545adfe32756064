/** Small records under the account key, each bound to its person, record, type and version. */
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, utf8, utf8Text } from '#shared/format/bytes.ts'
import type { OpenKeys } from './key-open.ts'
import type { Cell } from './orders.ts'
import { bindingOf, openBox, sealBox } from './sealed-box.ts'

/** A record before it is sealed; `value` is anything that JSON holds. */
export type PlainCell = Omit<Cell, 'sealed'> & { readonly value: unknown }

/** Seals records; the answer keeps their order. */
export function sealCells(keys: OpenKeys, cells: readonly PlainCell[]): Promise<readonly Cell[]> {
  return Promise.all(
    cells.map(async ({ type, record, version, value }) => {
      const plain = utf8(JSON.stringify(value))
      const sealed = await sealBox(keys.accountKey, { plain, binding: cellBinding(keys, { type, record, version }) })
      return { type, record, version, sealed }
    }),
  )
}

/** Opens records, in their order; one that does not open, or belongs elsewhere, is `null`. */
export function openCells(keys: OpenKeys, cells: readonly Cell[]): Promise<readonly unknown[]> {
  return Promise.all(
    cells.map(async cell => {
      const plain = await openBox(keys.accountKey, { sealed: cell.sealed, binding: cellBinding(keys, cell) })
      return plain === null ? null : parseValue(plain)
    }),
  )
}

/** Seals records anew under other keys, in their order; one that `from` does not open is `null`. */
export function moveCells(
  { from, to }: { from: OpenKeys; to: OpenKeys },
  cells: readonly Cell[],
): Promise<readonly (Cell | null)[]> {
  return Promise.all(
    cells.map(async cell => {
      const plain = await openBox(from.accountKey, { sealed: cell.sealed, binding: cellBinding(from, cell) })
      if (plain === null) return null
      const { type, record, version } = cell
      return { type, record, version, sealed: await sealBox(to.accountKey, { plain, binding: cellBinding(to, cell) }) }
    }),
  )
}

function parseValue(plain: Bytes): unknown {
  try {
    return JSON.parse(utf8Text(plain) ?? '')
  } catch {
    return null
  }
}

function cellBinding({ userId }: OpenKeys, { type, record, version }: Omit<Cell, 'sealed'>): Bytes {
  // A record's name may hold any text: base64url of it keeps the words of the binding apart.
  return bindingOf(userId, encodeBase64(utf8(record)), encodeBase64(utf8(type)), version)
}
