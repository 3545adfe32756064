/** What every mailer must do; each adapter's test runs this suite against its real service. */
import type { ParsedMail } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeId, randomBytes, userId } from '#shared/contract/ids.ts'
import type { Mailer, WrittenLetter } from './mail.ts'

export interface MailerUnderTest {
  readonly mailer: Mailer
  /** Everything that has arrived at the other side, parsed. */
  readonly received: () => Promise<readonly ParsedMail[]>
  readonly close: () => Promise<void>
}

export function makeLetter(changes: Partial<WrittenLetter> = {}): WrittenLetter {
  const mailId = makeId(userId, randomBytes)
  const words = { subject: 'Files for you', text: 'Some words.\n', html: '<p>Some words.</p>\n' }
  return { mailId, to: 'ada@example.org', ...words, ...changes }
}

export function describeMailer(name: string, open: () => Promise<MailerUnderTest>): void {
  describe(`mail: ${name}`, () => {
    let subject: MailerUnderTest
    let mailer: Mailer
    beforeAll(async () => {
      subject = await open()
      mailer = subject.mailer
    })
    afterAll(async () => subject.close())
    const arrived = async (letter: WrittenLetter) =>
      (await subject.received()).filter(mail => mail.messageId?.startsWith(`<${letter.mailId}@`))

    it('delivers every character of a letter, plain and HTML', async () => {
      const text = `Zoë, 你好 👩‍👩‍👧\n\n.\n..dots\nFrom here on\n${'long '.repeat(400)}\n`
      const letter = makeLetter({ subject: 'Ünïcode — 你好', text, html: '<p>Zoë &amp; 你好</p>\n' })
      await mailer.deliver(letter)
      const [mail] = await arrived(letter)
      expect(mail).toMatchObject({ subject: letter.subject, text, html: letter.html })
      expect(mail?.to).toMatchObject({ text: letter.to })
      expect(mail?.from?.value).toEqual([{ name: 'DataCrypt', address: expect.stringContaining('@') }])
      expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
      expect(mail?.date).toBeInstanceOf(Date)
      expect(mail?.attachments).toEqual([])
    })

    it('gives the same letter the same Message-ID', async () => {
      const letter = makeLetter()
      await mailer.deliver(letter)
      await mailer.deliver(letter)
      expect(new Set((await arrived(letter)).map(mail => mail.messageId)).size).toBe(1)
    })

    it('delivers 20 letters at once', async () => {
      const letters = Array.from({ length: 20 }, (_, i) => makeLetter({ subject: `Letter ${i}` }))
      await Promise.all(letters.map(letter => mailer.deliver(letter)))
      for (const letter of letters) expect((await arrived(letter))[0]?.subject).toBe(letter.subject)
    })

    it.each([
      ['a line break', 'ada@example.org\r\nBcc: eve@example.org'],
      ['a bare line feed', 'ada@example.org\nBcc: eve@example.org'],
      ['angle brackets', 'ada@example.org> <eve@example.org'],
      ['two addresses', 'ada@example.org, eve@example.org'],
      ['NUL', 'ada@example.org\0'],
      ['nothing', ''],
    ])('refuses an address with %s', async (_, to) => {
      const letter = makeLetter({ to })
      await expect(mailer.deliver(letter)).rejects.toMatchObject({ code: 'bad-request' })
      expect(await arrived(letter)).toEqual([])
    })

    it('lets no subject or id begin another line of the head', async () => {
      const letter = makeLetter({ subject: 'Hello\r\nBcc: eve@example.org' })
      await mailer.deliver(letter)
      const [mail] = await arrived(letter)
      expect(mail?.headers.has('bcc')).toBe(false)
      expect(mail?.subject).toContain('Hello')
      for (const mailId of ['a\r\nBcc: eve@example.org', '../up', '']) {
        await expect(mailer.deliver(makeLetter({ mailId }))).rejects.toMatchObject({ code: 'bad-request' })
      }
    })
  })
}
