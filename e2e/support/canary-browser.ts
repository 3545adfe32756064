/** The browser of the canary's day: its profile is a folder, its passkeys are listened to, and it is planted in. */
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { flags } from './browser.ts'
import { canary, type Secret, secretBytes, secretText } from './canary.ts'
import { plugAuthenticator } from './factors.ts'

/** A browser whose profile is a folder, and a passkey device in it whose secrets are noted. */
export async function openProfile(url: string, folder: string, secrets: Secret[]): Promise<Page> {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: flags,
    baseURL: url,
    locale: 'en-GB',
    viewport: { width: 1280, height: 900 },
  })
  await context.exposeFunction('notePrf', (prf: number[]) =>
    secrets.push(secretBytes("passkey's secret", Uint8Array.from(prf))),
  )
  await context.addInitScript(listenToPasskeys)
  const page = context.pages()[0] ?? (await context.newPage())
  await plugAuthenticator(page)
  return page
}

/** Runs in the page: tells what the passkey's PRF gives to the app. */
function listenToPasskeys(): void {
  const container = CredentialsContainer.prototype
  const { notePrf } = window as unknown as { notePrf(prf: number[]): Promise<void> }
  const told = async (credential: Credential | null) => {
    const results = (credential as PublicKeyCredential | null)?.getClientExtensionResults()
    const first = results?.prf?.results?.first
    if (first instanceof ArrayBuffer) await notePrf([...new Uint8Array(first)])
    return credential
  }
  const { create, get } = container
  container.create = async function (options) {
    return told(await create.call(this, options))
  }
  container.get = async function (options) {
    return told(await get.call(this, options))
  }
}

/** A string in each of the places where a page can keep something, to be found there. */
export async function plantInBrowser(page: Page, secrets: Secret[]): Promise<void> {
  const planted = Object.fromEntries(browserPlaces.map(place => [place, canary(`planted in ${place}`)]))
  secrets.push(...browserPlaces.map(place => secretText(`planted in ${place}`, planted[place] ?? '')))
  await page.evaluate(async texts => {
    localStorage.setItem('planted', texts['local storage'] ?? '')
    const cache = await caches.open('planted')
    await cache.put('/planted', new Response(texts['cache storage']))
    const root = await navigator.storage.getDirectory()
    const file = await (await root.getFileHandle('planted', { create: true })).createWritable()
    await file.write(texts['private files'] ?? '')
    await file.close()
    const open = indexedDB.open('planted')
    open.addEventListener('upgradeneeded', () => open.result.createObjectStore('planted'))
    await new Promise(done => open.addEventListener('success', done))
    const writing = open.result.transaction('planted', 'readwrite', { durability: 'strict' })
    writing.objectStore('planted').put({ cell: texts.database }, 1)
    await new Promise(done => writing.addEventListener('complete', done))
  }, planted)
}

export const browserPlaces = ['local storage', 'cache storage', 'private files', 'database']

/** Everything in the app's database, as text: bytes as Latin-1. */
export function readRows(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const open = indexedDB.open('datacrypt')
    await new Promise(done => open.addEventListener('success', done))
    const texts: string[] = []
    for (const name of open.result.objectStoreNames) {
      const all = open.result.transaction(name).objectStore(name).getAll()
      await new Promise(done => all.addEventListener('success', done))
      const text = JSON.stringify(all.result, (_key, value) =>
        value instanceof Uint8Array ? String.fromCharCode(...value) : value,
      )
      texts.push(`${name}: ${text}`)
    }
    return texts.join('\n')
  })
}

export async function cookiesOf(context: BrowserContext): Promise<Secret[]> {
  return (await context.cookies()).map(({ value }) => secretText('cookie', value))
}
