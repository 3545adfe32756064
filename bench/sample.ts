/** Files that are measured with. */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

const step = 4 * 1024 * 1024

export interface Sample {
  readonly path: string
  readonly bytes: number
  /** SHA-256 in hex. */
  readonly digest: string
}

/** A file that nothing compresses. */
export async function makeSample(path: string, bytes: number): Promise<Sample> {
  const file = await open(path, 'w')
  for (let done = 0; done < bytes; done += step) await file.write(randomBytes(Math.min(step, bytes - done)))
  await file.close()
  return { path, bytes, digest: await sha256Of(path) }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer)
  return hash.digest('hex')
}
