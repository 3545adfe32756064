import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { describe, expect, it } from 'vitest'
import { describeMailer, makeLetter } from './mail.contract.ts'
import { openSmtpMailer } from './smtp.ts'

const from = 'post@files.example'

async function listening(server: SMTPServer | Server): Promise<number> {
  const inner = server instanceof SMTPServer ? server.server : server
  server.listen(0, '127.0.0.1')
  await once(inner, 'listening')
  return (inner.address() as AddressInfo).port
}

const closed = (server: SMTPServer | Server) => new Promise<void>(resolve => server.close(() => resolve()))

/** An SMTP server that keeps what it takes. */
async function openServer(options: SMTPServerOptions = {}) {
  const mails: ParsedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      simpleParser(stream).then(mail => {
        mails.push(mail)
        done()
      }, done)
    },
    ...options,
  })
  server.on('error', () => undefined)
  const port = await listening(server)
  return { mails, server, url: `smtp://127.0.0.1:${port}` }
}

const answer = (code: number) => Object.assign(new Error('no'), { responseCode: code })

describeMailer('smtp', async () => {
  const { mails, server, url } = await openServer()
  const mailer = openSmtpMailer({ url, from })
  return {
    mailer,
    received: async () => mails,
    close: async () => {
      await mailer.close()
      await closed(server)
    },
  }
})

describe('smtp alone', () => {
  async function deliverTo(options: SMTPServerOptions, login = '') {
    const { server, url, mails } = await openServer(options)
    try {
      const mailer = openSmtpMailer({ url: url.replace('//', `//${login}`), from, now: () => Date.UTC(2026, 0, 2) })
      await mailer.deliver(makeLetter({ mailId: 'letter-1' }))
      await mailer.close()
      return mails
    } finally {
      await closed(server)
    }
  }

  it('writes the sender, the id and the date', async () => {
    const [mail] = await deliverTo({})
    expect(mail?.from?.value[0]?.address).toBe(from)
    expect(mail?.messageId).toBe('<letter-1@files.example>')
    expect(mail?.date).toEqual(new Date(Date.UTC(2026, 0, 2)))
  })

  it.each([
    [450, false],
    [421, false],
    [550, true],
    [553, true],
  ])('refused with %i at RCPT: permanent %s', async (code, permanent) => {
    const refusing = deliverTo({ onRcptTo: (_address, _session, done) => done(answer(code)) })
    await expect(refusing).rejects.toMatchObject({ code: 'unavailable', data: { permanent } })
  })

  it.each([
    [452, false],
    [554, true],
  ])('refused with %i after the letter: permanent %s', async (code, permanent) => {
    const refusing = deliverTo({
      onData: (stream, _session, done) => {
        stream.on('end', () => done(answer(code))).resume()
      },
    })
    await expect(refusing).rejects.toMatchObject({ code: 'unavailable', data: { permanent } })
  })

  it('logs in, and keeps the letter for later where the log-in is refused', async () => {
    const withPassword = (right: string): SMTPServerOptions => ({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => (auth.password === right ? done(null, { user: 'u' }) : done(answer(535))),
    })
    expect(await deliverTo(withPassword('s@cret'), 'u:s%40cret@')).toHaveLength(1)
    const refused = deliverTo(withPassword('other'), 'u:s%40cret@')
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', data: { permanent: false } })
  })

  it('gives up on a server that is silent', async () => {
    const silent = createServer()
    const port = await listening(silent)
    const sockets: { destroy(): void }[] = []
    silent.on('connection', socket => sockets.push(socket))
    const mailer = openSmtpMailer({ url: `smtp://127.0.0.1:${port}`, from, timeout: 100 })
    const refusal = { code: 'unavailable', data: { permanent: false } }
    await expect(mailer.deliver(makeLetter())).rejects.toMatchObject(refusal)
    for (const socket of sockets) socket.destroy()
    await closed(silent)
  })

  it('rejects where nobody listens', async () => {
    const gone = createServer()
    const port = await listening(gone)
    await closed(gone)
    const mailer = openSmtpMailer({ url: `smtp://127.0.0.1:${port}`, from })
    const refusal = { code: 'unavailable', data: { permanent: false } }
    await expect(mailer.deliver(makeLetter())).rejects.toMatchObject(refusal)
  })
})
