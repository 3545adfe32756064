/** Names that a stranger chose, made fit to be saved: on every system, inside the folder, and showing what they are. */
import { utf8 } from './bytes.ts'

/** Longest segment in UTF-8: under the 255 of file systems, with room for " (2)" and what browsers append. */
const maxBytes = 200
/** An extension longer than this is not one. */
const maxExtension = 20
const fallback = 'file'

/** Controls, invisible and reordering characters: they hide what a name really ends in. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu
const forbidden = /[:<>"/\\|?*]/g
/** Device names of Windows, with or without an extension. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i
/** Files that Windows acts upon by being looked at: they get an ending that nothing opens. */
const actedUpon =
  /(\.(lnk|scf|url|library-ms|search-ms|searchconnector-ms|settingcontent-ms)|^desktop\.ini|^autorun\.inf|^thumbs\.db)$/i

/**
 * One file name (not a path) that every system takes: NFC, without controls, reordering and zero-width characters,
 * without the characters, device names, dots and spaces that Windows refuses; at most 200 bytes of UTF-8, the
 * extension kept. Never empty. Names that systems act upon unasked get `.txt` behind them.
 */
export function safeName(name: string): string {
  const plain = name.normalize('NFC').replace(invisible, '').replace(/\s/gu, ' ').replace(forbidden, '_')
  const trimmed = trim(plain)
  const inert = actedUpon.test(trimmed) ? `${trimmed}.txt` : trimmed
  const named = reserved.test(inert) ? `_${inert}` : inert
  return trim(shorten(named, maxBytes)) || fallback
}

function trim(name: string): string {
  // A leading dash reads as an option on command lines; a leading dot would hide the file.
  return name
    .replace(/[. ]+$/, '')
    .replace(/^ +/, '')
    .replace(/^[.-]/, '_')
}

/** Cuts a name to `limit` bytes of UTF-8 between characters, and keeps its extension. */
function shorten(name: string, limit: number): string {
  if (utf8(name).length <= limit) return name
  const { stem, extension } = split(name)
  const room = limit - utf8(extension).length
  let kept = ''
  let length = 0
  for (const { segment } of new Intl.Segmenter('en').segment(stem)) {
    length += utf8(segment).length
    if (length > room) break
    kept += segment
  }
  return kept.replace(/[. ]+$/, '') + extension
}

/** A name's stem and its extension with the dot; a name that begins with its only dot has none. */
function split(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.')
  const short = dot > 0 && utf8(name.slice(dot)).length <= maxExtension
  return short ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' }
}

/** A relative path, segment by segment; `.` and `..` do not survive. */
export function safePath(path: string): string {
  return path.split('/').map(safeName).join('/')
}

/** The name with a number before its extension: "report (2).pdf". Stays within the limit. */
export function numbered(name: string, count: number): string {
  const mark = ` (${count})`
  const { stem, extension } = split(shorten(name, maxBytes - mark.length))
  return `${stem}${mark}${extension}`
}

/**
 * Paths for files that are saved together: each safe, no two alike on a system that ignores case or composition, and
 * none a folder of another. In the order of `paths`.
 */
export function safePaths(paths: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  const folders = new Set<string>()
  const safe = paths.map(safePath)
  for (const path of safe) for (const folder of foldersOf(path)) folders.add(fold(folder))
  const next = new Map<string, number>()
  return safe.map(path => {
    let free = path
    // Counting goes on where it stood: ten thousand equal names would else take fifty million tries.
    let count = next.get(fold(path)) ?? 1
    while (taken.has(fold(free)) || folders.has(fold(free))) free = numberedPath(path, ++count)
    next.set(fold(path), count)
    taken.add(fold(free))
    return free
  })
}

/** {@link numbered} for the last segment of a path. */
export function numberedPath(path: string, count: number): string {
  const slash = path.lastIndexOf('/') + 1
  return path.slice(0, slash) + numbered(path.slice(slash), count)
}

function fold(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase()
}

function foldersOf(path: string): readonly string[] {
  const segments = path.split('/')
  return segments.slice(1).map((_, depth) => segments.slice(0, depth + 1).join('/'))
}
