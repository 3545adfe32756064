/** What saving a choice of files reads and writes. Pure: the page and the worker come to the same answer. */
import { predictLength } from 'client-zip'
import { safePaths } from '#shared/format/safe-name.ts'
import type { Layout } from '#shared/format/sizes.ts'
import type { Run } from './lane-orders.ts'

/** A file as the metadata names it. */
export interface NamedFile {
  readonly name: string
  readonly size: number
  readonly modified: number
}

/** A file that is saved, under a name that no system trips over. */
export interface FileToSave {
  /** Place in the metadata. */
  readonly index: number
  /** Relative path; unique among those that are saved together. */
  readonly path: string
  readonly size: number
  readonly modified: number
  /** Where it begins in the plaintext. */
  readonly offset: number
}

/** The chosen files in the plaintext's order, each once; indexes that do not exist are left out. */
export function filesToSave(files: readonly NamedFile[], chosen: readonly number[]): readonly FileToSave[] {
  const wanted = new Set(chosen)
  let next = 0
  const placed = files.map((file, index) => {
    const offset = next
    next += file.size
    return { ...file, index, offset }
  })
  const picked = placed.filter(({ index }) => wanted.has(index))
  const paths = safePaths(picked.map(({ name }) => name))
  return picked.map(({ index, size, modified, offset }, at) => {
    return { index, path: paths[at] ?? `file ${at + 1}`, size, modified, offset }
  })
}

/** One file is saved as itself, several as one archive. */
export type Download =
  | { readonly kind: 'file'; readonly file: FileToSave; readonly size: number }
  | { readonly kind: 'zip'; readonly files: readonly FileToSave[]; readonly size: number }

/** How files go through the browser's downloads, with the exact length of what it gets. */
export function planDownload(files: readonly FileToSave[]): Download {
  const [only] = files
  if (only !== undefined && files.length === 1) return { kind: 'file', file: only, size: only.size }
  return { kind: 'zip', files, size: Number(predictLength(files.map(zipEntry))) }
}

/** A file as the archive lists it. */
export function zipEntry({ path, size, modified }: FileToSave): { name: string; size: number; lastModified: Date } {
  return { name: path, size, lastModified: new Date(modified) }
}

/** Whether all of the transfer's files are asked for: then all of it is fetched, padding too, and there is a receipt. */
export function isWhole(files: readonly NamedFile[], chosen: readonly number[]): boolean {
  const wanted = new Set(chosen)
  return files.every((_, index) => wanted.has(index))
}

/** The chunks that hold these files, in runs of at most `longest` chunks. */
export function runsOf(
  layout: Layout,
  files: readonly FileToSave[],
  options: { whole: boolean; longest: number },
): readonly Run[] {
  const spans = options.whole
    ? [{ first: 0, end: layout.count }]
    : mergeSpans(files.flatMap(file => spanOf(layout, file)))
  return spans.flatMap(({ first, end }) => {
    const runs: Run[] = []
    for (let at = first; at < end; at += options.longest)
      runs.push({ first: at, count: Math.min(options.longest, end - at) })
    return runs
  })
}

interface Span {
  readonly first: number
  readonly end: number
}

function spanOf({ chunkSize }: Layout, { offset, size }: FileToSave): readonly Span[] {
  if (size === 0) return []
  return [{ first: Math.floor(offset / chunkSize), end: Math.ceil((offset + size) / chunkSize) }]
}

function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = []
  for (const span of spans) {
    const last = merged.at(-1)
    if (last !== undefined && span.first <= last.end)
      merged[merged.length - 1] = { first: last.first, end: Math.max(last.end, span.end) }
    else merged.push(span)
  }
  return merged
}
