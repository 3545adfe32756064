/** Secrets that are planted, and the search for each of them in every form in which it may stand somewhere. */
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** A text that occurs nowhere else, longer than 24 bytes. */
export const canary = (what: string) => `${what.replaceAll(' ', '-')}-${randomBytes(12).toString('hex')}`

/** Something that was planted; `what` is how hits and the table of allowed cells call it. */
export interface Secret {
  readonly what: string
  readonly forms: readonly Buffer[]
}

/** A hit: what was found, and where. */
export interface Hit {
  readonly what: string
  readonly where: string
}

/** A text, as bytes of UTF-8 and UTF-16 in both orders, as in a URL, and in the forms of {@link secretBytes}. */
export function secretText(what: string, ...texts: readonly string[]): Secret {
  return { what, forms: unique(texts.flatMap(formsOfText)) }
}

/** Bytes: raw, hex, base64 and base64url wherever in a longer text they begin, and as a list of numbers. */
export function secretBytes(what: string, bytes: Uint8Array): Secret {
  return { what, forms: unique([...formsOfBytes(Buffer.from(bytes)), Buffer.from(bytes.join(','))]) }
}

function formsOfText(text: string): Buffer[] {
  const wide = Buffer.from(text, 'utf16le')
  const inUrl = encodeURIComponent(text)
  return [
    ...formsOfBytes(Buffer.from(text)),
    wide,
    Buffer.from(wide).swap16(),
    Buffer.from(inUrl),
    Buffer.from(inUrl.replaceAll('%20', '+')),
  ]
}

function formsOfBytes(bytes: Buffer): Buffer[] {
  // Base64 depends on where bytes begin, so the whole triples are looked for that follow each of the three beginnings.
  const triples = [0, 1, 2].map(skip => bytes.subarray(skip, skip + 3 * Math.floor((bytes.length - skip) / 3)))
  const hex = bytes.toString('hex')
  const texts = [hex, hex.toUpperCase(), ...triples.flatMap(one => [one.toString('base64'), one.toString('base64url')])]
  return [bytes, ...texts.map(text => Buffer.from(text))]
}

const unique = (forms: readonly Buffer[]) => [
  ...new Map(forms.map(form => [form.toString('latin1'), form] as const)).values(),
]

/** Which of the secrets stand in these bytes. */
export function findIn(bytes: Buffer, secrets: readonly Secret[]): string[] {
  return secrets.filter(({ forms }) => forms.some(form => bytes.includes(form))).map(({ what }) => what)
}

/** Searches a folder: the bytes of every file in it, and every path. */
export async function searchFolder(folder: string, secrets: readonly Secret[]): Promise<readonly Hit[]> {
  const hits: Hit[] = []
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name)
    const where = relative(folder, path)
    const bytes = file.isFile() ? await readFile(path) : Buffer.alloc(0)
    for (const what of findIn(Buffer.concat([Buffer.from(`${where}\n`), bytes]), secrets)) hits.push({ what, where })
  }
  return hits
}
