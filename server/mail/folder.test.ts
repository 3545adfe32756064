import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFolderMailer } from './folder.ts'
import { describeMailer, makeLetter } from './mail.contract.ts'

const emlsIn = async (folder: string) => (await readdir(folder)).filter(name => name.endsWith('.eml')).sort()

describeMailer('folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-mail-'))
  return {
    mailer: await openFolderMailer(folder),
    received: async () => {
      const names = await emlsIn(folder)
      return Promise.all(names.map(async name => simpleParser(await readFile(join(folder, name)))))
    },
    close: async () => rm(folder, { recursive: true }),
  }
})

describe('folder of letters alone', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'datacrypt-letters-'))
  })
  afterEach(async () => rm(folder, { recursive: true }))

  it('names files by time and id, and lists the newest first', async () => {
    let time = Date.UTC(2026, 10, 22, 16, 54, 40, 123)
    const mailer = await openFolderMailer(folder, { now: () => time, from: 'post@files.example' })
    const [first, second] = [makeLetter({ mailId: 'a-b_c' }), makeLetter({ mailId: 'd', subject: 'Later' })]
    await mailer.deliver(first)
    time += 1000
    await mailer.deliver(second)
    expect(await emlsIn(folder)).toEqual(['20261122T165440123Z-a-b_c.eml', '20261122T165441123Z-d.eml'])
    const { to, subject, text } = first
    const kept = { id: 'a-b_c', to, subject, text, date: time - 1000 }
    expect(await mailer.readLetter('a-b_c')).toEqual(kept)
    expect(await mailer.listLetters()).toEqual([{ ...kept, id: 'd', subject: 'Later', date: time }, kept])
    expect(await mailer.readLetter('../a-b_c')).toBeNull()
  })

  it('keeps a letter once, and forgets what a crash has left', async () => {
    const mailer = await openFolderMailer(folder)
    const letter = makeLetter()
    await mailer.deliver(letter)
    await mailer.deliver(letter)
    await writeFile(join(folder, '.tmp-x'), 'half a lett')
    await writeFile(join(folder, '20260101T000000000Z-y.json'), '{}')
    expect((await mailer.listLetters()).map(kept => kept.id)).toEqual([letter.mailId])
  })

  it('says unavailable, not for good, where the folder is gone', async () => {
    const mailer = await openFolderMailer(join(folder, 'letters'))
    await rm(join(folder, 'letters'), { recursive: true })
    const refusal = { code: 'unavailable', data: { permanent: false } }
    await expect(mailer.deliver(makeLetter())).rejects.toMatchObject(refusal)
  })
})
