/** Files for a journey: written to disk from a seed, and hashed on the way. */
import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from './patience.ts'

const mebibyte = 1024 * 1024

export interface Sample {
  readonly name: string
  readonly path: string
  readonly size: number
  /** SHA-256, hexadecimal. */
  readonly digest: string
}

/** Writes a file whose bytes follow from `seed` alone. */
export async function writeSample(
  folder: string,
  { name, size, seed }: { name: string; size: number; seed: number },
): Promise<Sample> {
  const path = join(folder, name)
  const pattern = createCipheriv('aes-256-ctr', Buffer.alloc(32, seed), Buffer.alloc(16))
  const hash = createHash('sha256')
  const file = await open(path, 'w')
  try {
    for (let left = size; left > 0; left -= mebibyte) {
      const bytes = pattern.update(Buffer.alloc(Math.min(left, mebibyte)))
      hash.update(bytes)
      await file.write(bytes)
    }
  } finally {
    await file.close()
  }
  return { name, path, size, digest: hash.digest('hex') }
}

/** SHA-256 of a file on disk, hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(path)) hash.update(bytes)
  return hash.digest('hex')
}

/** Waits until a download lies there whole and gives its path: browsers write beside it, or into it, until it is. */
export function landed(folder: string, { name, size }: { name: string; size?: number }): Promise<string> {
  return until(
    `${name} in the downloads`,
    async () => {
      const names = await readdir(folder)
      if (!names.includes(name) || names.some(other => /\.(part|wkdownload)$/.test(other))) return null
      const path = join(folder, name)
      const { size: now } = await stat(path)
      return now > 0 && (size === undefined || now === size) ? path : null
    },
    120_000,
  )
}
