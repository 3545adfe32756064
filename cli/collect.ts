/** Finds the files to seal and the names that they are sent under. */
import type { Dirent, Stats } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { basename, resolve, sep } from 'node:path'
import { lookup } from 'mrmime'
import { Problem } from '#shared/contract/problems.ts'
import { utf8Text } from '#shared/format/bytes.ts'
import { type FileEntry, isName, maxFiles } from '#shared/format/metadata.ts'
import { about } from './failures.ts'

/** A file to seal, where it lies, and as it was when it was found. */
export interface Found {
  readonly path: string
  readonly entry: FileEntry
  readonly mtimeMs: number
}

export interface Collected {
  readonly files: readonly Found[]
  /** What cannot be sent, each with the reason. */
  readonly leftOut: readonly string[]
}

interface Harvest {
  readonly files: Map<string, Found>
  readonly leftOut: string[]
}

/**
 * Everything under `paths`: folders whole, in the order of names; links named on the command line are followed, others
 * are left out as empty folders are. Throws `name-refused`, `too-large`, `bad-request`, and what the system says.
 */
export async function collect(paths: readonly string[]): Promise<Collected> {
  const harvest: Harvest = { files: new Map(), leftOut: [] }
  for (const path of paths) {
    const stats = await about(path, stat(path))
    const name = basename(resolve(path))
    if (stats.isDirectory()) await collectFolder(harvest, { path, name })
    else if (stats.isFile()) addFile(harvest, { path, name, stats })
    else throw new Problem('bad-request', { data: { sentence: `"${path}" is neither a file nor a folder` } })
  }
  refuseNested(harvest.files)
  return { files: [...harvest.files.values()], leftOut: harvest.leftOut }
}

interface Place {
  readonly path: string
  /** As it is sent; empty for the file system's root. */
  readonly name: string
}

async function collectFolder(harvest: Harvest, { path, name }: Place): Promise<void> {
  const found = await about(path, readdir(path, { withFileTypes: true, encoding: 'buffer' }))
  if (found.length === 0) harvest.leftOut.push(`"${path}" is an empty folder`)
  const members = found.map(member => ({ member, text: nameText(member.name, path) }))
  members.sort((a, b) => (a.text < b.text ? -1 : 1))
  for (const { member, text } of members) {
    const place = { path: `${path.endsWith(sep) ? path : path + sep}${text}`, name: name ? `${name}/${text}` : text }
    await collectMember(harvest, member, place)
  }
}

async function collectMember(harvest: Harvest, member: Dirent<Buffer>, place: Place): Promise<void> {
  if (member.isDirectory()) return collectFolder(harvest, place)
  if (member.isFile()) return addFile(harvest, { ...place, stats: await about(place.path, lstat(place.path)) })
  harvest.leftOut.push(`"${place.path}" is ${member.isSymbolicLink() ? 'a link' : 'no file'}`)
}

function nameText(name: Buffer, folder: string): string {
  const text = utf8Text(name)
  if (text !== null) return text
  const shown = `${folder}${sep}${name.toString('latin1')}`
  throw new Problem('name-refused', { data: { path: shown, reason: 'it is not UTF-8' } })
}

function addFile({ files }: Harvest, { path, name, stats }: Place & { stats: Stats }): void {
  if (!isName(name)) throw new Problem('name-refused', { data: { path } })
  if (files.has(name)) throw new Problem('name-refused', { data: { path, reason: 'another file has the same name' } })
  if (files.size >= maxFiles) throw new Problem('too-large', { data: { sentence: 'A transfer holds 10,000 files.' } })
  const modified = Math.max(0, Math.floor(stats.mtimeMs))
  const entry = { name, size: stats.size, type: lookup(name) ?? '', modified }
  files.set(name, { path, entry, mtimeMs: stats.mtimeMs })
}

function refuseNested(files: ReadonlyMap<string, Found>): void {
  for (const [name, { path }] of files) {
    for (let slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
      if (!files.has(name.slice(0, slash))) continue
      throw new Problem('name-refused', { data: { path, reason: 'a file has the name of its folder' } })
    }
  }
}
