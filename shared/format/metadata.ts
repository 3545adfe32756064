/** What a transfer holds: the text that is sealed into `meta`. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, utf8 } from './bytes.ts'
import { type Members, members, parseObject } from './members.ts'

/** Longest text, in bytes, spaces included. */
export const maxMetadata = 2 * 1024 * 1024
/** Most files of one transfer. */
export const maxFiles = 10_000
const block = 256

export interface FileEntry {
  /** Relative path with `/`; never a path to write to outside the folder that the user chose. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** MIME type, or "" where it is not known. */
  readonly type: string
  /** Epoch milliseconds. */
  readonly modified: number
}

export interface Metadata {
  /** When it was sealed, epoch milliseconds; shown instead of anything that a server says. */
  readonly created: number
  readonly files: readonly FileEntry[]
  readonly title?: string
  readonly note?: string
  /** The last signed checkpoint of the key directory that the sender saw. */
  readonly checkpoint?: string
}

/** Reads the text; throws `envelope-damaged` where its schema or a limit does not hold. */
export function parseMetadata(text: Uint8Array): Metadata {
  if (text.length > maxMetadata) throw new Problem('envelope-damaged')
  const from = members(parseObject(text), 'envelope-damaged')
  const files = from.list('files')
  if (files.length > maxFiles) throw new Problem('envelope-damaged', { data: { member: 'files' } })
  const metadata: Metadata = {
    created: from.integer('created'),
    files: files.map(parseFile),
    ...optional(from, 'title'),
    ...optional(from, 'note'),
    ...optional(from, 'checkpoint'),
  }
  const member = faultOf(metadata)
  if (member !== null) throw new Problem('envelope-damaged', { data: { member } })
  return metadata
}

function parseFile(json: unknown): FileEntry {
  const from = members(json, 'envelope-damaged')
  return {
    name: from.text('name'),
    size: from.integer('size'),
    type: from.text('type'),
    modified: from.integer('modified'),
  }
}

function optional<Name extends string>(from: Members, name: Name): { [key in Name]?: string } {
  const found: { [key in Name]?: string } = {}
  if (from.has(name)) found[name] = from.text(name)
  return found
}

function faultOf({ title, note, files }: Metadata): 'title' | 'note' | 'files' | 'name' | null {
  if (title !== undefined && !isTitle(title)) return 'title'
  if (note === '') return 'note'
  if (files.length === 0 && note === undefined) return 'files'
  return files.every(file => isName(file.name)) ? null : 'name'
}

/** Whether `title` is one line of 1 to 200 characters without control characters. */
export function isTitle(title: string): boolean {
  // Two UTF-16 units a character at most: a long text is refused before it is split.
  return title !== '' && title.length <= 400 && [...title].length <= 200 && !hasControl(title)
}

/** Whether `name` is a relative path that FORMAT allows: no empty, `.` or `..` segment, no control character, no `\`. */
export function isName(name: string): boolean {
  if (name.length > 4096 || hasControl(name) || name.includes('\\') || !isWellFormed(name)) return false
  return utf8(name).length <= 4096 && name.split('/').every(isSegment)
}

function isSegment(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..' && utf8(segment).length <= 255
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true
  }
  return false
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

/**
 * The text of `metadata`, filled with spaces to a multiple of 256 bytes. Throws `nothing-to-send` without files and
 * note, `name-refused` for a name that is not allowed or collides, `too-large` above a limit, `bad-request` else.
 */
export function encodeMetadata(metadata: Metadata): Bytes {
  refuseFaults(metadata)
  const { created, files, title, note, checkpoint } = metadata
  const entries = files.map(({ name, size, type, modified }) => ({ name, size, type, modified }))
  const text = utf8(JSON.stringify({ created, files: entries, title, note, checkpoint }))
  const padded = new Uint8Array(Math.ceil(text.length / block) * block).fill(0x20)
  if (padded.length > maxMetadata) throw new Problem('too-large')
  padded.set(text)
  return padded
}

function refuseFaults(metadata: Metadata): void {
  const fault = faultOf(metadata)
  if (fault === 'files') throw new Problem('nothing-to-send')
  if (fault === 'name' || collides(metadata.files)) throw new Problem('name-refused')
  if (metadata.files.length > maxFiles) throw new Problem('too-large')
  const numbers = [metadata.created, ...metadata.files.flatMap(file => [file.size, file.modified])]
  const wrong = numbers.some(number => !Number.isSafeInteger(number) || number < 0)
  if (fault !== null || wrong) throw new Problem('bad-request', { data: fault === null ? {} : { member: fault } })
}

/** Whether two files have one name, or one name is a folder of another. */
function collides(files: readonly FileEntry[]): boolean {
  const names = new Set(files.map(file => file.name))
  return names.size < files.length || files.some(file => foldersOf(file.name).some(folder => names.has(folder)))
}

function foldersOf(name: string): readonly string[] {
  const segments = name.split('/')
  return segments.slice(1).map((_, depth) => segments.slice(0, depth + 1).join('/'))
}

/** Bytes of all files together; above 2^53 it is only known to be too much. */
export function totalSize(files: readonly FileEntry[]): number {
  return files.reduce((sum, file) => sum + file.size, 0)
}

/** Where each file's bytes lie in the plaintext, in the metadata's order. */
export function fileSlices(metadata: Metadata): readonly { readonly offset: number; readonly size: number }[] {
  let next = 0
  return metadata.files.map(({ size }) => {
    const offset = next
    next += size
    return { offset, size }
  })
}
