/** The development mailbox: the letters of the one-machine default, on a page for this machine alone. */
import { type Request, type RequestHandler, Router } from 'express'
import { Problem } from '#shared/contract/problems.ts'

/** A letter as the page shows it. */
export interface ShownLetter {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly date: number
  readonly text: string
}

export interface Letters {
  listLetters(): Promise<readonly ShownLetter[]>
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
const localHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** Only for a caller on this machine who asked for it by a local name; a page elsewhere that resolves here has another. */
const onlyHere: RequestHandler = (request, _response, next) => {
  const here = loopback.has(request.socket.remoteAddress ?? '') && localHost.test(request.headers.host ?? '')
  next(here && !isForwarded(request) ? undefined : new Problem('not-found'))
}

const isForwarded = (request: Request) =>
  request.headers.forwarded !== undefined || request.headers['x-forwarded-for'] !== undefined

/** GET /dev/mail: newest letter first, as HTML without scripts. */
export function mailboxRoutes(letters: Letters): Router {
  const router = Router()
  router.use(onlyHere)
  router.get('/', async (_request, response) => {
    const list = [...(await letters.listLetters())].sort((a, b) => b.date - a.date)
    response.setHeader('Cache-Control', 'no-store')
    response.type('html').send(page(list.map(article).join('') || '<p>No letters yet.</p>'))
  })
  router.get('/mailbox.css', (_request, response) => {
    response.type('css').send(css)
  })
  return router
}

const css = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:44rem;margin:2rem auto;padding:0 1rem}
article{border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:12px;padding:1rem 1.25rem;margin-block:1rem}
h2{font-size:1rem;margin:0}p{margin:.25rem 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.75rem 0 0}`

function page(body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Development mailbox · DataCrypt</title><link rel="stylesheet" href="/dev/mail/mailbox.css"></head>
<body><h1>Development mailbox</h1><p>Letters that DataCrypt would have mailed. Set SMTP_URL to send them.</p><main>${body}</main></body></html>`
}

function article(letter: ShownLetter): string {
  const when = new Date(letter.date).toISOString()
  return `<article><h2>${escapeHtml(letter.subject)}</h2><p>To ${escapeHtml(letter.to)} · <time>${when}</time></p>
<pre>${linked(letter.text)}</pre></article>`
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Letters hold no text that a stranger chose but addresses, so every link in them is our own. */
const linked = (text: string) => escapeHtml(text).replace(/\bhttps?:\/\/\S+/g, '<a href="$&">$&</a>')
