/** One long day of two people: everything that the app has secrets for, each of them planted or noted on the way. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import type { BrowserContext, Page } from 'playwright-core'
import { type Seat, takeSeat } from './browser.ts'
import { canary, type Secret, secretBytes, secretText } from './canary.ts'
import { cookiesOf, openProfile, plantInBrowser, readRows } from './canary-browser.ts'
import { noteLoginSecrets, noteMailed, notePrivateKey, noteRecoveryKey } from './canary-notes.ts'
import { startWatchedServer, type WatchedServer } from './canary-server.ts'
import { download, listSaved } from './downloads.ts'
import { appCodeAt, codeFromMail } from './factors.ts'
import { atInbox, fillForm, goTo, openTransfer, send, typeRegistration } from './people.ts'
import { codeFor } from './server.ts'

/** What somebody sends. */
const parcelOf = (who: string) => ({
  file: canary(`${who} file name`),
  content: canary(`${who} content`),
  title: canary(`${who} title`),
  message: canary(`${who} message`),
})

const ines = {
  name: canary('Ines'),
  email: `${canary('ines')}@example.org`,
  password: canary('first password'),
  second: canary('second password'),
  third: canary('third password'),
  passphrase: canary('passphrase of the key file'),
  parcel: parcelOf('ines'),
  /** Written, and never sent. */
  draft: { title: canary('draft of a title'), message: canary('draft of a message') },
  mistyped: canary('mistyped password'),
}
const bao = {
  name: canary('Bao'),
  email: `${canary('bao')}@example.org`,
  password: canary('password of bao'),
  parcel: parcelOf('bao'),
}
type Parcel = typeof ines.parcel

export interface Day {
  readonly server: WatchedServer
  /** The folder of Ines's browser. */
  readonly profile: string
  /** All that was planted or noted. */
  readonly secrets: Secret[]
  /** Every address that any browser asked for. */
  readonly urls: string[]
  watch(context: BrowserContext): void
  close(): Promise<void>
}

/** One step that is slow costs the whole day, so that each has more time than in shorter journeys. */
const patience = 40_000

export async function openDay(): Promise<Day> {
  const server = await startWatchedServer()
  const profile = await mkdtemp(join(tmpdir(), 'datacrypt-profile-'))
  const contexts: BrowserContext[] = []
  const urls: string[] = []
  return {
    server,
    profile,
    secrets: plantedFromTheStart(),
    urls,
    watch(context) {
      contexts.push(context)
      context.setDefaultTimeout(patience)
      context.on('request', request => urls.push(request.url()))
    },
    async close() {
      await Promise.all(contexts.map(context => context.close()))
      await server.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

/** What was seen of Ines's device. */
export interface Seen {
  /** What her locked page could read of the app's database, as text. */
  readonly lockedRows: string
  /** Names and contents of the files in the zip of everything. */
  readonly exported: Buffer
}

/** Lives it. At its end Ines's browser is locked and closed, and she is back on another device. */
export async function live(day: Day): Promise<Seen> {
  const { server, secrets } = day
  const hers = await openProfile(server.publicUrl, day.profile, secrets)
  const his = await takeSeat(server.publicUrl)
  for (const context of [hers.context(), his.context]) day.watch(context)
  await enter(day, hers, ines)
  await enter(day, his.page, bao)
  const recoveryKey = await makeKit(hers)
  secrets.push(noteRecoveryKey(recoveryKey))
  const [code = ''] = await setUpFactors(day, hers)
  await showToken(day, await makeToken(hers))
  await exchange(hers, his.page, bao.email, ines.parcel)
  await exchange(his.page, hers, ines.email, bao.parcel)
  await lookAround(hers)
  await changeKeys(hers)
  const exported = await saveEverything(day, hers)
  await leaveDraft(hers)
  await lock(hers)
  await plantInBrowser(hers, secrets)
  const lockedRows = await readRows(hers)
  secrets.push(...(await cookiesOf(hers.context())))
  await hers.context().close()
  const back = await comeBack(day, { recoveryKey, code })
  secrets.push(...(await cookiesOf(back.context)), ...(await cookiesOf(his.context)))
  const letters = await Promise.all([ines.email, bao.email].map(server.lettersTo))
  secrets.push(...noteMailed(letters.flat().map(letter => letter.text)))
  secrets.push(...noteLoginSecrets(server.exchanges.map(({ body }) => body)))
  await Promise.all([his, back].map(({ context }) => context.close()))
  return { lockedRows, exported }
}

function plantedFromTheStart(): Secret[] {
  const parcels = [ines.parcel, bao.parcel].flatMap(parcel => [
    secretText('file name', parcel.file),
    secretText('content', parcel.content),
    secretText('title', parcel.title),
    secretText('message', parcel.message),
  ])
  const passwords = [ines.password, ines.second, ines.third, ines.mistyped, bao.password]
  return [
    ...parcels,
    secretText('draft', ines.draft.title),
    secretText('draft', ines.draft.message),
    ...passwords.map(password => secretText('password', password)),
    secretText('passphrase', ines.passphrase),
    secretText('own name', ines.name),
    secretText('own address', ines.email),
    secretText("contact's name", bao.name),
    secretText("contact's address", bao.email),
  ]
}

async function enter({ server }: Day, page: Page, who: { name: string; email: string; password: string }) {
  await page.goto('/register')
  await typeRegistration(page, who)
  await page.getByLabel('Code').fill(await codeFor(server, who.email))
  await page.getByRole('button', { name: 'Confirm address' }).click()
  await page.getByRole('button', { name: 'Later' }).click()
  await atInbox(page)
}

/** Makes a kit and tries it; gives its key as it is written on the paper. */
async function makeKit(page: Page): Promise<string> {
  await goTo(page, 'Identity')
  await page.getByRole('button', { name: 'Make the kit' }).click()
  const groups = page.getByRole('list', { name: 'Recovery key, eight groups' }).getByRole('listitem')
  await groups.nth(7).waitFor()
  const key = (await groups.locator('[aria-hidden=true]').allInnerTexts()).join('-')
  await page.getByRole('button', { name: 'I have written it down' }).click()
  await page.getByRole('textbox', { name: 'Recovery key' }).fill(key)
  await page.getByRole('button', { name: 'Try the kit' }).click()
  await page.getByText(/It opened your keys on/).waitFor()
  return key
}

/** An authenticator app, and a passkey; gives the recovery codes. */
async function setUpFactors({ secrets }: Day, page: Page): Promise<readonly string[]> {
  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
  const shown = (await page.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).textContent()) ?? ''
  const seed = shown.replaceAll(' ', '')
  secrets.push(secretText('authenticator secret', seed, shown))
  secrets.push(secretBytes('authenticator secret', decodeBase32IgnorePadding(seed)))
  await page.getByLabel('Code from the app').fill(appCodeAt(seed, Date.now()))
  await page.getByRole('button', { name: 'Confirm code' }).click()
  const list = page.getByRole('list', { name: 'Recovery codes' })
  await list.waitFor()
  const codes = await list.locator('[aria-hidden=true]').allInnerTexts()
  secrets.push(...codes.map(code => secretText('recovery code', code, code.replace('-', ''))))
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name of the passkey').fill('This laptop')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Remove passkey This laptop' }).waitFor()
  return codes
}

async function makeToken(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByLabel('Name of the token').fill('Nightly')
  await page.getByText('See and download transfers').click()
  await page.getByRole('button', { name: 'Make token' }).click()
  const token = (await page.locator('code').textContent()) ?? ''
  await page.getByRole('button', { name: 'I have kept it' }).click()
  return token
}

/** As a program does: in a header, once for what it may and once for what it may not. */
async function showToken({ server, secrets }: Day, token: string): Promise<void> {
  secrets.push(secretText('API token', token, token.replace('dct_', '')))
  secrets.push(secretBytes('API token', Buffer.from(token.replace('dct_', ''), 'base64url')))
  for (const call of ['transfers.envelopeOfTransfer', 'account.me']) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    await fetch(`${server.publicUrl}/trpc/${call}`, { method: 'POST', headers, body: '{}' })
  }
}

/** One sends, the other reads it and saves it; the receipt comes back. */
async function exchange(from: Page, to: Page, email: string, parcel: Parcel): Promise<void> {
  const { file, content, title, message } = parcel
  const files = [{ name: `${file}.txt`, buffer: Buffer.from(content) }]
  await send(from, { to: [email], files, title, message })
  await goTo(to, 'Inbox')
  await openTransfer(to, title)
  await to.getByText(message).first().waitFor()
  await download(to, () => to.getByRole('button', { name: 'Download' }).click())
  await goTo(from, 'Sent')
  await from.getByText('Receipt checked').first().waitFor()
}

/** Pages whose heading is what somebody wrote, or who somebody is. */
async function lookAround(page: Page): Promise<void> {
  await goTo(page, 'Sent')
  await page
    .getByRole('link', { name: new RegExp(ines.parcel.title) })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: ines.parcel.title }).waitFor()
  await goTo(page, 'People')
  await page
    .getByRole('link', { name: new RegExp(bao.name) })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: bao.name }).waitFor()
}

/** A new encryption key, a new password, and the keys opened by the passkey. */
async function changeKeys(page: Page): Promise<void> {
  await goTo(page, 'Identity')
  await page.getByRole('button', { name: 'Rotate now' }).click()
  await page.getByText('Key 2 is in use now').waitFor()
  await changePassword(page)
  await lock(page)
  await page.getByRole('button', { name: 'Show password' }).click()
  await page.getByLabel('Password', { exact: true }).fill(ines.mistyped)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await page.getByText('Wrong password').first().waitFor()
  await page.getByRole('link', { name: /Forgot it/ }).click()
  await page.getByRole('link', { name: 'Back to unlocking' }).click()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('navigation').first().waitFor()
}

/** Begins something and goes away from it: browsers keep what stands in fields, to restore a tab. */
async function leaveDraft(page: Page): Promise<void> {
  await fillForm(page, { to: [bao.email], ...ines.draft })
  await goTo(page, 'Inbox')
  await atInbox(page)
  await goTo(page, 'Send')
  await page.getByLabel(/^Message/).waitFor()
}

async function changePassword(page: Page): Promise<void> {
  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Change password' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('New password', { exact: true }).fill(ines.second)
  await dialog.getByRole('button', { name: 'Show password' }).click()
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('Changed just now').waitFor()
}

async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await page.getByRole('button', { name: 'Unlock' }).waitFor()
}

/** The private keys under a passphrase, which are opened here and noted; and all that there is as a zip. */
async function saveEverything({ secrets }: Day, page: Page): Promise<Buffer> {
  await goTo(page, 'Identity')
  await page.getByRole('button', { name: 'Private keys (PEM)…' }).click()
  await page.getByLabel('Passphrase', { exact: true }).fill(ines.passphrase)
  await page.getByRole('button', { name: 'Show password' }).click()
  const { path } = await download(page, () => page.getByRole('button', { name: 'Save the file' }).click())
  const blocks = (await readFile(path, 'utf8')).match(/-----BEGIN[\s\S]*?-----END.*-----/g) ?? []
  for (const pem of blocks) secrets.push(...notePrivateKey(pem, ines.passphrase))
  await goTo(page, 'Settings')
  const zip = await download(page, () => page.getByRole('button', { name: 'Export everything' }).click())
  const entries = Object.entries(await listSaved.zip(zip.path))
  return Buffer.concat(entries.flatMap(([name, bytes]) => [Buffer.from(`${name}\n`), bytes]))
}

/** On a device where she has never been: with a mailed code, a recovery code as second factor, and the kit. */
async function comeBack(day: Day, { recoveryKey, code }: { recoveryKey: string; code: string }): Promise<Seat> {
  const seat = await takeSeat(day.server.publicUrl)
  day.watch(seat.context)
  const { page } = seat
  await page.goto('/recover')
  await page.getByLabel('E-mail').fill(ines.email)
  await page.getByRole('button', { name: 'Send a code' }).click()
  await page.getByRole('heading', { name: 'Enter the code from your mail' }).waitFor()
  await page.getByLabel('Code').fill(await codeFromMail(day.server, ines.email, /come back/))
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('Use another way').click()
  await page.getByRole('button', { name: 'Recovery code' }).click()
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(code)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('textbox', { name: 'Recovery key' }).fill(recoveryKey)
  await page.getByLabel('New password', { exact: true }).fill(ines.third)
  await page.getByRole('button', { name: 'Set password and log in' }).click()
  await atInbox(page)
  await openTransfer(page, bao.parcel.title)
  return seat
}
