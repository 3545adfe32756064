import { describe, expect, it } from 'vitest'
import { slotId } from '#shared/contract/ids.ts'
import type { Letter } from '#shared/contract/letter.ts'
import { writeLetter } from './letters.ts'

const options = { mailId: 'id', publicUrl: 'https://files.example/' }
const slot = slotId.parse('AAAAAAAAAAAAAAAAAAAAAA')
const to = 'ada@example.org'
const letters: readonly Letter[] = [
  { kind: 'code', to, code: '01234567', minutes: 10 },
  { kind: 'known-address', to },
  { kind: 'new-transfer', to, from: 'bao@example.org', slotId: slot },
]

describe('letters', () => {
  it('carries the code in the text alone', () => {
    const letter = writeLetter({ kind: 'code', to, code: '01234567', minutes: 10 }, options)
    expect(letter).toMatchObject({ mailId: 'id', to })
    expect(letter.subject).not.toContain('01234567')
    expect(letter.text).toContain('\n    01234567\n')
    expect(letter.html).toContain('>01234567<')
    expect(letter.text).toContain('10 minutes')
  })

  it('links to the slot, and says who it is from', () => {
    const letter = writeLetter({ kind: 'new-transfer', to, from: 'bao@example.org', slotId: slot }, options)
    expect(letter.subject).toBe('bao@example.org has sent you files')
    expect(letter.text).toContain('https://files.example/inbox/AAAAAAAAAAAAAAAAAAAAAA\n')
    expect(letter.html).toContain('href="https://files.example/inbox/AAAAAAAAAAAAAAAAAAAAAA"')
  })

  it('tells an owner that the account is there, and carries no code', () => {
    const letter = writeLetter({ kind: 'known-address', to }, options)
    expect(letter.text).toContain('https://files.example')
    expect(letter.text).not.toMatch(/\d{6}/)
  })

  it.each(letters)('$kind: says the same in plain text and HTML, loads nothing and does not shout', letter => {
    const { subject, text, html } = writeLetter(letter, options)
    for (const paragraph of text.trim().split('\n\n')) {
      const words = paragraph.trim().replace(/^[^:]+: (?=https)/, '')
      expect(html).toContain(words)
    }
    expect(html).not.toMatch(/<(img|script|link|iframe|style)|src=|url\(|@import|\bcolor:|background/i)
    expect(html.match(/https?:\/\/[^/"<]+/g) ?? []).not.toContainEqual(
      expect.not.stringContaining('https://files.example'),
    )
    expect(subject + text).not.toMatch(/!|oops|please|simply/i)
    expect(subject).not.toMatch(/[\r\n]/)
  })

  it.each(['a@b.c\r\nBcc: eve@example.org', 'a@b.c\n', '<a@b.c>', 'a@b.c>, <eve@b.c', 'no address'])(
    'refuses %j as an address, or keeps no line break of it',
    hostile => {
      const write = (letter: Letter) => {
        try {
          return writeLetter(letter, options)
        } catch (error) {
          return error
        }
      }
      for (const letter of [{ kind: 'known-address', to: hostile } as const, newTransferFrom(hostile)]) {
        const written = write(letter)
        if (hostile.trim() === 'a@b.c') expect(written).toMatchObject({ subject: expect.not.stringContaining('\n') })
        else expect(written).toMatchObject({ code: 'bad-request' })
      }
    },
  )

  it('escapes what an address may hold', () => {
    const { html, text } = writeLetter(newTransferFrom("o'neill&amp@example.org"), options)
    expect(html).toContain('o&#39;neill&amp;amp@example.org')
    expect(text).toContain("o'neill&amp@example.org")
  })
})

function newTransferFrom(from: string): Letter {
  return { kind: 'new-transfer', to, from, slotId: slot }
}
