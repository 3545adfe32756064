/** Letters as files in a folder: for a server without mail, whose owner reads them there. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import * as z from 'zod/mini'
import { Problem } from '#shared/contract/problems.ts'
import type { Mailer, WrittenLetter } from './mail.ts'
import { messageOf } from './message.ts'

/** A letter in the folder. `date` is epoch milliseconds. */
export interface KeptLetter {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly date: number
  readonly text: string
}

/** What the folder holds, for a development mailbox. */
export interface Mailbox {
  /** The newest first. */
  listLetters(): Promise<readonly KeptLetter[]>
  /** Null where there is no such letter. */
  readLetter(id: string): Promise<KeptLetter | null>
}

export interface FolderMailerOptions {
  readonly from?: string
  readonly now?: () => number
}

const keptLetter = z.object({ id: z.string(), to: z.string(), subject: z.string(), date: z.number(), text: z.string() })

const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })

/**
 * Opens the folder, making it where there is none. Each letter is `<time>-<mailId>.eml` (RFC 5322), with the fields that
 * the mailbox shows in a `.json` beside it; one that is delivered twice is kept once.
 */
export async function openFolderMailer(folder: string, options: FolderMailerOptions = {}): Promise<Mailer & Mailbox> {
  const { from = 'datacrypt@localhost', now = Date.now } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const keep = async (letter: WrittenLetter) => {
    const date = now()
    const message = await compose(letter, { from, date: new Date(date) })
    if ((await nameOf(folder, letter.mailId)) !== null) return
    const name = `${new Date(date).toISOString().replaceAll(/[-:.]/g, '')}-${letter.mailId}`
    const kept: KeptLetter = { id: letter.mailId, to: letter.to, subject: letter.subject, date, text: letter.text }
    await writeWhole(folder, `${name}.json`, JSON.stringify(kept))
    // Last: a letter is there once its .eml is.
    await writeWhole(folder, `${name}.eml`, message)
  }
  return {
    deliver: letter => keep(letter).catch(failed),
    listLetters: () => listLetters(folder),
    readLetter: async id => {
      const name = await nameOf(folder, id)
      return name === null ? null : readKept(folder, name)
    },
    close: async () => undefined,
  }
}

async function compose(letter: WrittenLetter, head: { from: string; date: Date }): Promise<Uint8Array> {
  const { message } = await transport.sendMail(messageOf(letter, head))
  if (!(message instanceof Uint8Array)) throw new TypeError('The letter was not composed as a buffer')
  return message
}

/** Names without their ending, oldest first: they begin with the time. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder)
  return files.flatMap(file => (file.endsWith('.eml') ? [file.slice(0, -'.eml'.length)] : [])).sort()
}

async function nameOf(folder: string, id: string): Promise<string | null> {
  return (await namesIn(folder)).find(name => name.slice(name.indexOf('-') + 1) === id) ?? null
}

async function listLetters(folder: string): Promise<readonly KeptLetter[]> {
  const names = await namesIn(folder)
  return Promise.all(names.toReversed().map(name => readKept(folder, name)))
}

async function readKept(folder: string, name: string): Promise<KeptLetter> {
  return keptLetter.parse(JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')))
}

async function writeWhole(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(folder, `.tmp-${randomBytes(9).toString('base64url')}`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(folder, name))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function failed(error: unknown): never {
  if (error instanceof Problem) throw error
  throw new Problem('unavailable', { data: { permanent: false }, cause: error })
}
