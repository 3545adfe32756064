/** What `datacrypt encrypt` seals: files, or standard input. */
import { lookup } from 'mrmime'
import { intakeOf } from '#shared/crypto/intake.ts'
import { type FileEntry, totalSize } from '#shared/format/metadata.ts'
import { collect } from './collect.ts'
import type { Arguments } from './encrypt-arguments.ts'
import { type Plaintext, plaintextOf } from './plaintext.ts'
import type { Setting } from './setting.ts'

export interface Source {
  readonly plaintext: Plaintext
  /** Bytes of all files; `null` where that is known at the end alone. */
  readonly size: number | null
  /** Where the size is not known, the largest that there is stands for it. */
  readonly files: readonly FileEntry[]
  /** What is not sent, each with the reason. */
  readonly leftOut: readonly string[]
}

export async function sourceOf(setting: Setting, { paths, name }: Arguments): Promise<Source> {
  if (paths === null) return inputSource(setting, name)
  const { files, leftOut } = await collect(paths)
  const entries = files.map(({ entry }) => entry)
  return { plaintext: plaintextOf(files), size: totalSize(entries), files: entries, leftOut }
}

function inputSource(setting: Setting, name: string): Source {
  const entry = { name, size: Number.MAX_SAFE_INTEGER, type: lookup(name) ?? '', modified: setting.now() }
  const { fill, close } = intakeOf(setting.input)
  const plaintext = { fill, close, claim: async () => null, finish: async () => undefined }
  return { plaintext, size: null, files: [entry], leftOut: [] }
}
