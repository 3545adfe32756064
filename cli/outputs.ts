/** Files that appear whole or not at all: written under a hidden name beside their place, then renamed. */
import { rmSync } from 'node:fs'
import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '#shared/contract/problems.ts'
import { about } from './failures.ts'

/** What has to go when the command ends early, also by a signal. */
const leftovers = new Set<string>()
/** What is being made this moment: it may appear after it was looked for. */
const beingMade = new Set<Promise<unknown>>()

/** Removes everything unfinished at once; for the end of a command that failed or was stopped. */
export function removeLeftovers(): void {
  for (const path of leftovers) rmSync(path, { recursive: true, force: true })
  leftovers.clear()
}

/** {@link removeLeftovers} for a signal, which comes in the middle of anything. */
export async function removeInterrupted(): Promise<void> {
  await Promise.allSettled(beingMade)
  removeLeftovers()
}

/** Makes an unfinished file or folder at `path`. */
export async function makeUnfinished<T>(path: string, make: () => Promise<T>): Promise<T> {
  leftovers.add(path)
  const making = make()
  beingMade.add(making)
  try {
    return await making
  } finally {
    beingMade.delete(making)
  }
}

/** `path` is finished, or gone. */
export function markFinished(path: string): void {
  leftovers.delete(path)
}

/** A file on its way. */
export interface Output {
  readonly target: string
  readonly temporary: string
  readonly handle: FileHandle
  readonly force: boolean
}

/** Where a command's files go. */
export interface Targets {
  /** A new file, still under another name. Throws `conflict` where the target is there and may not be replaced. */
  create(target: string, options?: { mode?: number }): Promise<Output>
}

/** Files that replace others only with `force`. */
export function targetsOf({ force = false }: { force?: boolean | undefined }): Targets {
  return {
    async create(target, { mode = 0o666 } = {}) {
      await refuseTaken(target, force)
      const temporary = join(dirname(target), hiddenName(basename(target)))
      const handle = await about(
        target,
        makeUnfinished(temporary, () => open(temporary, 'wx+', mode)),
      )
      return { target, temporary, handle, force }
    },
  }
}

/** A name beside the target that nobody else takes. */
export function hiddenName(name: string): string {
  return `.${name.slice(0, 40)}.${crypto.randomUUID().slice(0, 13)}.tmp`
}

/** Throws `conflict` where `target` may not be written: it is there without `force`, or is a folder. */
export async function refuseTaken(target: string, force: boolean): Promise<void> {
  const found = await lstat(target).catch(() => null)
  if (found?.isDirectory()) throw new Problem('conflict', { data: { sentence: `"${target}" is a folder` } })
  if (found !== null && !force) throw new Problem('conflict', { data: { path: target } })
}

/** Closes the files and gives them their names, in this order; where one cannot have it, none keeps it. */
export async function putInPlace(outputs: readonly Output[]): Promise<void> {
  for (const { handle, target } of outputs) {
    await about(target, handle.sync())
    await handle.close()
  }
  const placed: string[] = []
  try {
    for (const output of outputs) {
      await about(output.target, place(output.temporary, output.target, output.force))
      if (!output.force) placed.push(output.target)
      markFinished(output.temporary)
    }
  } catch (error) {
    for (const target of placed) await rm(target, { force: true })
    throw error
  }
}

/** Renames; a file that came to lie at `target` meanwhile is replaced only with `force`. */
export async function place(from: string, target: string, force: boolean): Promise<void> {
  if (force) return rename(from, target)
  const linked = await link(from, target).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new Problem('conflict', { data: { path: target } })
      return false
    },
  )
  // Some file systems have no links; there the look before has to do.
  if (!linked) return rename(from, target)
  await rm(from)
}
