/** Searching in what this device has opened: names, people, messages. Nothing of it leaves the device. */
import type { InboxRow, SentRow } from '#client/app/views.ts'

/** Without case and accents, so that "tomas" finds Tomás. */
export function fold(text: string): string {
  return text.trim().normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Rows in which every word of `wanted` occurs somewhere; all of them where nothing is asked for. */
export function search<Row>(rows: readonly Row[], wanted: string, wordsOf: (row: Row) => string): readonly Row[] {
  const words = fold(wanted).split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter(row => {
    const text = fold(wordsOf(row))
    return words.every(word => text.includes(word))
  })
}

/** Who sent it, what it is called, its message and its files. */
export function inboxText({ from, content }: InboxRow): string {
  return [from.name, from.email, content?.what, content?.note, ...names(content?.files)].join('\n')
}

/** Who gets it, what it is called, its message and its files. */
export function sentText({ recipients, content }: SentRow): string {
  const people = recipients.flatMap(({ name, email }) => [name, email])
  return [...people, content?.what, content?.note, ...names(content?.files)].join('\n')
}

function names(files: readonly { readonly name: string }[] | undefined): readonly string[] {
  return files?.map(file => file.name) ?? []
}
