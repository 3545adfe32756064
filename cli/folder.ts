/** The folder that files are opened into: nothing in it has its name before everything is verified. */
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Problem } from '#shared/contract/problems.ts'
import type { FileEntry } from '#shared/format/metadata.ts'
import { safePaths } from '#shared/format/safe-name.ts'
import { about, problemOf } from './failures.ts'
import { type FileWriter, fileWriter, type PlainSink } from './file-writer.ts'
import { hiddenName, makeUnfinished, markFinished } from './outputs.ts'
import { moveIntoPlace, refuseObstacles, removeMade, type Undo } from './placing.ts'

export interface Folder {
  /** Where the files' bytes go. */
  readonly sink: PlainSink
  /** Gives every file its name; returns those that are not the sender's. */
  finish(): Promise<readonly Renamed[]>
  /** Takes everything back, where `finish` was not reached or failed. */
  discard(): Promise<void>
}

export interface Renamed {
  readonly name: string
  readonly path: string
}

interface Opening {
  readonly root: string
  readonly hidden: string
  readonly paths: readonly string[]
  readonly force: boolean
  readonly undo: Undo[]
  /** The uppermost folder that was made for this, once there is one. */
  made?: string | undefined
}

/** Makes the folder where it is missing. Throws `conflict` where something is in a file's way. */
export async function openFolder(root: string, files: readonly FileEntry[], force: boolean): Promise<Folder> {
  const paths = safePaths(files.map(({ name }) => name))
  const opening: Opening = {
    root: resolve(root),
    hidden: join(resolve(root), hiddenName('datacrypt')),
    paths,
    force,
    undo: [],
  }
  try {
    await prepare(opening)
  } catch (error) {
    await takeBack(opening)
    throw error
  }
  const writer = fileWriter(opening.hidden, files)
  return {
    sink: writer,
    finish: () => finish(opening, writer, files),
    async discard() {
      await writer.close()
      await takeBack(opening)
    },
  }
}

async function prepare(opening: Opening): Promise<void> {
  const { root, hidden, paths, force } = opening
  opening.made = await mkdir(root, { recursive: true }).catch((error: unknown) => {
    const taken = problemOf(error).code === 'conflict' || problemOf(error).code === 'not-found'
    if (!taken) return about(root, Promise.reject(error))
    throw new Problem('conflict', { data: { sentence: `"${root}" is not a folder` } })
  })
  await refuseObstacles(root, paths, force)
  await about(
    root,
    makeUnfinished(hidden, () => mkdir(hidden, { mode: 0o700 })),
  )
}

async function finish(opening: Opening, writer: FileWriter, files: readonly FileEntry[]): Promise<readonly Renamed[]> {
  const { hidden, root, paths, force, undo } = opening
  await writer.end()
  for (const [index, path] of paths.entries()) {
    await moveIntoPlace({ from: join(hidden, String(index)), root, path, force }, undo)
  }
  undo.length = 0
  opening.made = undefined
  await takeBack(opening)
  return files.flatMap(({ name }, index) => {
    const path = paths[index] ?? name
    return path === name ? [] : [{ name, path }]
  })
}

async function takeBack({ root, made, hidden, undo }: Opening): Promise<void> {
  for (const step of undo.reverse()) await step().catch(() => undefined)
  await rm(hidden, { recursive: true, force: true })
  markFinished(hidden)
  if (made !== undefined) await removeMade(root, made).catch(() => undefined)
}
