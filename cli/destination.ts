/** Where a sealed transfer goes: two files, one file, or standard output. */
import { createReadStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleHead } from '#shared/format/bundle.ts'
import { hiddenName, putInPlace, removeLeftovers, type Targets } from './outputs.ts'
import type { Setting } from './setting.ts'
import { writeAll } from './write-all.ts'

/** `.enc` is written into `handle` from `start` on; then `finish` adds the envelope and gives the files their names. */
export interface Destination {
  readonly handle: FileHandle
  readonly start: number
  finish(envelopeText: string): Promise<void>
}

/** `BASE.enc` and `BASE.key`. */
export async function twoFiles(targets: Targets, base: string): Promise<Destination> {
  const enc = await targets.create(`${base}.enc`)
  const key = await targets.create(`${base}.key`)
  return {
    handle: enc.handle,
    start: 0,
    async finish(envelopeText) {
      await key.handle.writeFile(envelopeText)
      await putInPlace([enc, key])
    },
  }
}

/** One `.dcrypt`; `room` bytes at its front are left for the envelope, and filled up with spaces. */
export async function oneFile(targets: Targets, path: string, room: number): Promise<Destination> {
  const file = await targets.create(path)
  return {
    handle: file.handle,
    start: room + 1,
    async finish(envelopeText) {
      await writeAll(file.handle, bundleHead(envelopeText.padEnd(room)), 0)
      await putInPlace([file])
    },
  }
}

/** A `.dcrypt` on standard output. The envelope comes first and is known last: the ciphertext waits in a file. */
export async function standardOutput(setting: Setting, targets: Targets): Promise<Destination> {
  const { handle, temporary } = await targets.create(join(tmpdir(), hiddenName('datacrypt')), { mode: 0o600 })
  return {
    handle,
    start: 0,
    async finish(envelopeText) {
      await setting.write(bundleHead(envelopeText))
      for await (const piece of createReadStream(temporary, { highWaterMark: 2 ** 19 })) await setting.write(piece)
      await handle.close()
      removeLeftovers()
    },
  }
}
