/** Reads the members of a JSON object one by one, each failing with the code that its place in FORMAT's table asks for. */
import { Problem, type ProblemCode } from '#shared/contract/problems.ts'
import { decodeBase64 } from './base64.ts'
import { type Bytes, utf8, utf8Text } from './bytes.ts'

/** A parsed JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Typed access to one JSON object; every method throws `Problem(code)` where the member is not what it asks for. */
export interface Members {
  text(name: string): string
  /** An integer from `min` (0) to `max` (2^53 - 1), by its value. */
  integer(name: string, limits?: { min?: number; max?: number }): number
  /** base64url, of exactly `length` bytes where that is given. */
  bytes(name: string, length?: number): Bytes
  list(name: string): readonly unknown[]
  value(name: string): unknown
  has(name: string): boolean
}

/** Whether `value` is a JSON object: not a list, not `null`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * What a parser is let loose on. The largest that a writer makes are 10,000 files of four members and 1,000 stanzas; the
 * rest is room for members that we do not know. Without a bound, 4 MiB of brackets become 170 MiB of objects.
 */
const mostValues = 250_000
const deepest = 500

const [quote, backslash, comma, openList, closeList, openObject, closeObject] = utf8('"\\,[]{}')

/** Whether JSON text stays within the bounds; of text that is no JSON it may say either. */
function isModest(bytes: Uint8Array): boolean {
  let values = 1
  let depth = 0
  let inText = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (inText) {
      if (byte === backslash) at++
      else if (byte === quote) inText = false
    } else if (byte === quote) inText = true
    else if (byte === comma) values++
    else if (byte === openList || byte === openObject) {
      values++
      depth++
    } else if (byte === closeList || byte === closeObject) depth--
    if (values > mostValues || depth > deepest) return false
  }
  return true
}

/** The JSON object in strict UTF-8 `bytes`, or `null`: also where it holds more values than any writer has a use for. */
export function parseObject(bytes: Uint8Array): JsonObject | null {
  const text = isModest(bytes) ? utf8Text(bytes) : null
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** The object's own member, never one that it inherits. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Opens `value` for reading; throws `Problem(code)` where it is not an object. */
export function members(value: unknown, code: ProblemCode): Members {
  if (!isObject(value)) throw new Problem(code)
  const want = <T>(name: string, found: T | null): T => {
    if (found === null) throw new Problem(code, { data: { member: name } })
    return found
  }
  return {
    text: name => want(name, textOf(own(value, name))),
    integer: (name, limits = {}) => want(name, integerOf(own(value, name), limits)),
    bytes: (name, length) => want(name, bytesOf(own(value, name), length)),
    list: name => want(name, listOf(own(value, name))),
    value: name => own(value, name),
    has: name => Object.hasOwn(value, name),
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function integerOf(value: unknown, { min = 0, max = Number.MAX_SAFE_INTEGER }): number | null {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) return null
  // Minus zero is zero by its value, and must not come back as "-0" anywhere.
  return value + 0
}

function bytesOf(value: unknown, length: number | undefined): Bytes | null {
  const bytes = typeof value === 'string' ? decodeBase64(value) : null
  return bytes !== null && length !== undefined && bytes.length !== length ? null : bytes
}

function listOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null
}
