/**
 * Secrets are planted all along a long day of two people, and then looked for in everything that a server and a locked
 * browser keep, log, ask for and answer (THREATS T8, T20). What may be found is in the table of allowed cells.
 */
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { canary, findIn, type Hit, searchFolder, secretBytes, secretText } from './support/canary.ts'
import { browserPlaces } from './support/canary-browser.ts'
import { type Day, live, openDay, type Seen } from './support/canary-journey.ts'
import type { Exchange } from './support/canary-server.ts'

const places = [
  'server files',
  'letters',
  'log',
  'urls',
  'request headers',
  'request bodies',
  'answer headers',
  'answers',
  'locked browser',
  'export',
] as const
type Place = (typeof places)[number]

const everybody = ['own name', 'own address', "contact's name", "contact's address"]
const addresses = ['own address', "contact's address"]

/** What may stand where, and why: found anywhere else it is a leak. Each of these is looked for, and has to be found. */
const allowed: readonly { where: Place; what: readonly string[]; why: string }[] = [
  { where: 'server files', what: everybody, why: 'an account is a name and an address, which letters go to' },
  { where: 'letters', what: addresses, why: 'whom a letter is for, and whom a transfer is from' },
  { where: 'letters', what: ['mailed code'], why: 'that is what these letters are for' },
  { where: 'request headers', what: ['cookie', 'API token'], why: 'bearers are shown in a header, never in a URL' },
  { where: 'request bodies', what: everybody, why: 'registering, and looking people up by address' },
  { where: 'request bodies', what: ['login secret'], why: 'it stands in for the password, which stays on the device' },
  { where: 'request bodies', what: ['mailed code', 'recovery code'], why: 'typed to be checked, and spent by it' },
  { where: 'answer headers', what: ['cookie'], why: 'a session begins' },
  { where: 'answers', what: everybody, why: 'to who has just looked somebody up, or was sent something by them' },
  { where: 'answers', what: ['authenticator secret', 'recovery code', 'API token'], why: 'to their owner, once' },
  {
    where: 'locked browser',
    what: ['own name', 'own address'],
    why: 'the unlock screen says whose keys these are; forms that the browser fills in by itself remember them, too',
  },
  {
    where: 'locked browser',
    what: browserPlaces.map(place => `planted in ${place}`),
    why: 'proof that it is searched',
  },
  { where: 'export', what: everybody, why: 'whom one is, and whom one knows' },
  {
    where: 'export',
    what: ['title', 'message', 'file name'],
    why: 'what one sent and was sent: the zip is its owner’s',
  },
]

let day: Day
let hits: ReadonlyMap<Place, readonly Hit[]>
const refused = canary('refused request')

beforeAll(async () => {
  day = await openDay()
  const seen = await live(day)
  await annoy(day)
  hits = await searchEverywhere(day, seen)
}, 400_000)

afterAll(() => day.close())

/** Makes the server say something: requests that it cannot read, and a letter that it cannot write down. */
async function annoy({ server }: Day): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-probe': refused, cookie: `datacrypt-session=${refused}` }
  const call = (path: string, body: string) => fetch(`${server.directUrl}${path}`, { method: 'POST', headers, body })
  for (const path of ['/trpc/account.logIn', '/api/auth/login', `/api/blobs/${refused}?grant=${refused}`]) {
    await call(path, `{"email":\n${refused}\n`)
    await call(path, JSON.stringify({ email: refused, loginSecret: refused, password: refused }))
  }
  const mail = join(server.folder, 'mail')
  await rename(mail, `${mail}-away`)
  await writeFile(mail, '')
  await call('/trpc/recovery.begin', JSON.stringify({ email: 'nobody@example.org' }))
  await vi.waitFor(() => expect(server.log().toString()).toContain('mail not accepted'), 10_000)
  await rename(mail, `${mail}-was-a-file`)
  await rename(`${mail}-away`, mail)
}

async function searchEverywhere({ server, secrets, urls, profile }: Day, { lockedRows, exported }: Seen) {
  const all = [...secrets, secretText('refused request', refused)]
  const found = (bytes: Buffer, where: string): Hit[] => findIn(bytes, all).map(what => ({ what, where }))
  const passing = (part: (exchange: Exchange) => Buffer) =>
    server.exchanges.flatMap(exchange => found(part(exchange), exchange.url))
  // Once with the database's log as a crash would leave it, once as a stop leaves the folder.
  const running = await searchFolder(server.folder, all)
  await server.stop()
  const files = [...running, ...(await searchFolder(server.folder, all))]
  const isLetter = ({ where }: Hit) => where.startsWith('mail/')
  const asked = new Set([...urls, ...server.exchanges.map(({ url }) => url)])
  return new Map<Place, readonly Hit[]>([
    ['server files', files.filter(hit => !isLetter(hit))],
    ['letters', files.filter(isLetter)],
    ['log', found(server.log(), 'log')],
    ['urls', [...asked].flatMap(url => found(Buffer.from(url), url))],
    ['request headers', passing(({ headers }) => headers)],
    ['request bodies', passing(({ body }) => body)],
    ['answer headers', passing(({ answerHeaders }) => answerHeaders)],
    ['answers', passing(({ answer }) => answer)],
    ['export', found(exported, 'the zip')],
    [
      'locked browser',
      [...(await searchFolder(profile, all)), ...found(Buffer.from(lockedRows, 'latin1'), 'rows of the app')],
    ],
  ])
}

describe('the search', () => {
  const word = canary('word')
  const bytes = Buffer.from(word)
  const ways: readonly (readonly [string, (text: string) => Buffer | string])[] = [
    ['plain', text => text],
    ['UTF-16, little end first', text => Buffer.from(text, 'utf16le')],
    ['UTF-16, big end first', text => Buffer.from(text, 'utf16le').swap16()],
    ['hex', text => Buffer.from(text).toString('hex')],
    ['HEX', text => Buffer.from(text).toString('hex').toUpperCase()],
    ['base64', text => Buffer.from(text).toString('base64')],
    ['base64url', text => Buffer.from(text).toString('base64url')],
    ['a URL', text => encodeURIComponent(text)],
  ]

  test.each(ways)('finds a text as %s, wherever it begins', (_way, write) => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const text = write(`${before}${word} and more`)
      expect(findIn(Buffer.from(text as string), [secretText('word', word)])).toEqual(['word'])
    }
    expect(findIn(Buffer.from(write('something else') as string), [secretText('word', word)])).toEqual([])
  })

  test('finds bytes as a list of numbers', () => {
    const text = JSON.stringify({ key: [...Buffer.from('ab'), ...bytes] })
    expect(findIn(Buffer.from(text), [secretBytes('word', bytes)])).toEqual(['word'])
  })
})

test('every kind of secret was met on that day', () => {
  const kinds = new Map<string, number>()
  for (const { what } of day.secrets) kinds.set(what, (kinds.get(what) ?? 0) + 1)
  expect(Object.fromEntries(kinds)).toMatchObject({
    'file name': 2,
    content: 2,
    title: 2,
    message: 2,
    password: 5,
    draft: 2,
    passphrase: 1,
    'recovery key': 1,
    'recovery code': 10,
    'private key': 3,
    'private key as PKCS#8': 3,
    'mailed code': 3,
  })
  for (const kind of ["passkey's secret", 'authenticator secret', 'API token', 'cookie', 'login secret']) {
    expect(kinds.get(kind), kind).toBeGreaterThan(0)
  }
})

describe('nothing but what may stand there', () => {
  test.each(places)('in: %s', place => {
    const fine = new Set(allowed.filter(cell => cell.where === place).flatMap(cell => cell.what))
    expect(hits.get(place)?.filter(({ what }) => !fine.has(what))).toEqual([])
  })

  const cells = allowed.map(cell => [`${cell.where}: ${cell.what.join(', ')}`, cell.why, cell] as const)
  test.each(cells)('but %s: %s', (_name, _why, { where, what }) => {
    const found = new Set(hits.get(where)?.map(hit => hit.what))
    expect(what.filter(one => !found.has(one))).toEqual([])
  })
})

describe('what passes between browsers and the server', () => {
  const answersWith = (kind: string) => {
    const each = day.secrets.filter(({ what }) => what === kind)
    return each.map(secret => day.server.exchanges.filter(({ answer }) => findIn(answer, [secret]).length > 0).length)
  }

  test('shows a recovery code, a token and the secret of an app once', () => {
    expect(answersWith('recovery code')).toEqual(Array(10).fill(1))
    // The bytes behind the text are never sent.
    expect(answersWith('API token').toSorted()).toEqual([1, 1])
    expect(answersWith('authenticator secret').toSorted()).toEqual([0, 1])
  })

  test('goes to our own origin alone, and names no page that it came from', () => {
    const elsewhere = day.urls.filter(url => !url.startsWith(`${day.server.publicUrl}/`) && !/^(blob|data):/.test(url))
    expect(elsewhere).toEqual([])
    expect(day.urls.length).toBeGreaterThan(100)
    const referrers = day.server.exchanges.flatMap(({ url, headers }) => {
      const [, referrer] = /^referer\n(.*)$/im.exec(headers.toString()) ?? []
      return referrer === undefined ? [] : [`${url} from ${referrer.replace(day.server.publicUrl, '')}`]
    })
    // A service worker that is looked at for a newer one names itself.
    const itself = '/service-worker.js from /service-worker.js'
    expect(referrers.filter(one => one !== itself)).toEqual([])
  })
})
