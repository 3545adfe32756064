/** Gives files their places under a folder, through no link and over nothing that was not asked for. */
import { link, lstat, mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '#shared/contract/problems.ts'
import { about } from './failures.ts'
import { place, refuseTaken } from './outputs.ts'

/** What takes one step back. */
export type Undo = () => Promise<unknown>

/** The folders above a relative path, from the top. */
function foldersOf(path: string): readonly string[] {
  const segments = path.split('/').slice(0, -1)
  return segments.map((_, depth) => segments.slice(0, depth + 1).join('/'))
}

/** Throws `conflict` where a link or a file stands for a folder, or a file may not be replaced. */
export async function refuseObstacles(root: string, paths: readonly string[], force: boolean): Promise<void> {
  const folders = new Set(paths.flatMap(foldersOf))
  for (const folder of folders) await refuseNoFolder(join(root, folder))
  for (const path of paths) await refuseTaken(join(root, path), force)
}

async function refuseNoFolder(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found === null || found.isDirectory()) return
  const sentence = `"${path}" is ${found.isSymbolicLink() ? 'a link' : 'a file'} where a folder is needed.`
  throw new Problem('conflict', { data: { sentence } })
}

interface Move {
  /** The finished file, under its hidden name. */
  readonly from: string
  readonly root: string
  /** Relative to `root`, safe. */
  readonly path: string
  readonly force: boolean
}

/** Moves one file into its place. Adds to `undo` whatever it changed. */
export async function moveIntoPlace({ from, root, path, force }: Move, undo: Undo[]): Promise<void> {
  for (const folder of foldersOf(path)) await makeFolder(join(root, folder), undo)
  const target = join(root, path)
  const kept = `${from}.old`
  // A second name keeps what is replaced, so that the target is there at every moment.
  const replaces = force && (await about(target, keep(target, kept)))
  await about(target, place(from, target, force))
  undo.push(() => (replaces ? rename(kept, target) : rm(target)))
}

async function makeFolder(path: string, undo: Undo[]): Promise<void> {
  await refuseNoFolder(path)
  const made = await about(path, mkdir(path, { recursive: true }))
  if (made !== undefined) undo.push(() => rmdir(path))
}

async function keep(target: string, kept: string): Promise<boolean> {
  await refuseTaken(target, true)
  return link(target, kept).then(
    () => true,
    () => false,
  )
}

/** Removes the folders from `path` up to `top`, which was made for it. */
export async function removeMade(path: string, top: string): Promise<void> {
  await rmdir(path)
  if (path.length > top.length) await removeMade(dirname(path), top)
}
