/** Secrets that nobody gave: made once, kept in the data folder, readable by its owner alone. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

const secretsFile = z.object({ secretKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

/** The key of keyed hashes and grants, 32 bytes: the given one, or the data folder's own. */
export async function readSecretKey(given: string | undefined, dataFolder: string): Promise<Uint8Array> {
  const text = given ?? (await keptKey(dataFolder))
  return new Uint8Array(Buffer.from(text, 'base64url'))
}

async function keptKey(dataFolder: string): Promise<string> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const path = join(dataFolder, 'secrets.json')
  const made = JSON.stringify({ secretKey: randomBytes(32).toString('base64url') })
  await createOnce(path, made)
  return secretsFile.parse(JSON.parse(await readFile(path, 'utf8'))).secretKey
}

/** Written whole under another name, then linked: of two servers that start at once, one makes the file. */
async function createOnce(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await file.close()
    await rm(draft, { force: true })
  }
}
