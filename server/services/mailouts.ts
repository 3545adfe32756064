/** The mail queue: a letter is kept until a mail server has accepted it, and tried again with growing waits. */

import type { Letter } from '#shared/contract/letter.ts'
import { idempotencyLife, times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import { writeLetter } from '../mail/letters.ts'
import type { Mailer } from '../mail/mail.ts'
import type { MailRecord } from '../store/records.ts'
import { openAtRest, sealAtRest } from './at-rest.ts'
import type { Ground } from './ground.ts'

export interface Mailouts {
  /** Queues a letter; the same id is the same letter. It goes out by itself. */
  post(mailId: string, letter: Letter): Promise<void>
  /** Sends what is due; calls do not overlap. */
  run(): Promise<void>
  /** Waits for what is on its way. */
  stop(): Promise<void>
}

export interface MailoutOptions {
  readonly mailer: Mailer
  readonly publicUrl: () => string
  /** Tries before a letter is given up and said so in the log: about three days. */
  readonly maxTries?: number
}

const page = 50
/** While a letter is with the mail server nobody else takes it. */
const claim = 2 * times.minute

export function makeMailouts(ground: Ground, options: MailoutOptions): Mailouts {
  const { mail } = ground.store
  const maxTries = options.maxTries ?? 40
  let running: Promise<void> | null = null
  let again = false

  const sendOne = async (record: MailRecord): Promise<void> => {
    if (record.acceptedAt !== undefined) return mail.delete(record.mailId)
    const claimed = { ...record, tries: record.tries + 1, nextAt: ground.now() + claim }
    if (!(await mail.swap(claimed))) return
    try {
      await options.mailer.deliver(
        writeLetter(
          withCode(record.letter, code => openCode(ground, record.mailId, code)),
          { mailId: record.mailId, publicUrl: options.publicUrl() },
        ),
      )
      await forget({ ...claimed, version: record.version + 1 })
    } catch (error) {
      ground.warn('mail not accepted', error)
      if (isPermanent(error)) return mail.delete(record.mailId)
      await putBack({ ...claimed, version: record.version + 1 })
    }
  }
  const forget = async (record: MailRecord): Promise<void> => {
    // A letter about a transfer may be posted again by a call that is repeated: it is remembered as long as those are.
    if (record.letter.kind !== 'new-transfer') return mail.delete(record.mailId)
    const acceptedAt = ground.now()
    await mail.swap({ ...record, acceptedAt, nextAt: acceptedAt + idempotencyLife })
  }
  const putBack = async (record: MailRecord): Promise<void> => {
    if (record.tries >= maxTries) return mail.delete(record.mailId)
    await mail.swap({ ...record, nextAt: ground.now() + waitAfter(record.tries) })
  }
  const sweep = async (): Promise<void> => {
    let sent = 0
    do {
      again = false
      const due = await mail.due(ground.now(), page)
      for (const record of due) await sendOne(record)
      sent = due.length
    } while (again || sent === page)
  }
  const run = (): Promise<void> => {
    again = running !== null
    running ??= sweep().finally(() => {
      running = null
    })
    return running
  }
  return {
    async post(mailId, letter) {
      const now = ground.now()
      const kept = withCode(letter, code => sealAtRest(ground, atRest(mailId), Buffer.from(code)))
      await mail.insert({ version: 0, mailId, letter: kept, tries: 0, nextAt: now, queuedAt: now })
      run().catch(error => ground.warn('mail queue', error))
    },
    run,
    stop: async () => {
      await running
    },
  }
}

/** A code that waits in the queue is a secret still: neither the table nor the database's log shows it. */
function withCode(letter: Letter, change: (code: string) => string): Letter {
  return 'code' in letter ? { ...letter, code: change(letter.code) } : letter
}

const atRest = (mailId: string) => ({ purpose: 'mailed-code', owner: mailId })

/** A letter that an older program queued has its digits in clear. */
function openCode(ground: Ground, mailId: string, code: string): string {
  if (/^\d{8}$/.test(code)) return code
  return Buffer.from(openAtRest(ground, atRest(mailId), code)).toString()
}

/** Whether the mail server refused this letter for good. */
const isPermanent = (error: unknown) => error instanceof Problem && error.data.permanent === true

/** 10 s, 20 s, 40 s … two hours at most. */
const waitAfter = (tries: number) => Math.min(2 * times.hour, 5 * times.second * 2 ** tries)
