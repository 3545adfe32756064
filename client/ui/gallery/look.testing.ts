/** Takes a picture of each screen and runs axe on it: `npx tsx client/ui/gallery/look.testing.ts OUT [only]`. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { buildGallery, serveGallery } from './build.testing.ts'

const id = (n: number) => `${String(n).padStart(21, 'x')}A`

/** Name and address of each screen. */
const screens: Readonly<Record<string, string>> = {
  register: '/register?state=visitor',
  login: '/login?state=visitor',
  verify: '/verify?state=verifying',
  unlock: '/unlock?state=locked',
  factor: '/login?state=visitor&step=app,passkey,recovery-code',
  'factor-mail': '/login?state=visitor&step=mail',
  'login-locked': '/login?state=locked',
  recover: '/recover?state=visitor',
  'recover-here': '/recover?state=locked',
  'recover-factor': '/recover?state=visitor&recover=code&step=app,recovery-code',
  'recover-proven': '/recover?state=visitor&recover=proven',
  'recover-no-kit': '/recover?state=visitor&recover=proven&kit=none',
  'start-over': '/recover/new?state=visitor&recover=proven',
  welcome: '/welcome?kit=none',
  inbox: '/inbox',
  'inbox-empty': '/inbox?empty',
  'inbox-loading': '/inbox?loading',
  'inbox-offline': '/inbox?offline',
  new: `/inbox/${id(101)}`,
  running: `/inbox/${id(102)}`,
  saved: `/inbox/${id(104)}`,
  damaged: `/inbox/${id(106)}`,
  long: `/inbox/${id(107)}`,
  expired: `/inbox/${id(108)}`,
  sent: '/sent',
  'sent-one': `/sent/${id(301)}`,
  outbox: '/outbox',
  send: '/send',
  people: '/people',
  person: `/people/${id(2)}`,
  'person-verified': `/people/${id(1)}`,
  'person-changed': `/people/${id(5)}`,
  identity: '/identity',
  'identity-no-kit': '/identity?kit=none',
  'identity-proven': '/identity?kit=proven',
  'own-alarm': '/inbox?alarm',
  settings: '/settings?update',
  'settings-empty': '/settings?empty',
  'settings-loading': '/settings?loading',
  'settings-offline': '/settings?offline',
  'settings-out': '/settings?out',
  alarm: '/settings?back',
  'not-found': '/nowhere',
}

type Step = (page: Page) => Promise<void>

const press =
  (...names: readonly string[]): Step =>
  async page => {
    for (const name of names) await page.getByRole('button', { name, exact: true }).click()
    await page.getByRole('dialog').or(page.getByRole('alertdialog')).last().waitFor()
  }

/** What is done on a page before its picture is taken; a picture of the window alone, since dialogs stand in it. */
const dialogs: Readonly<Record<string, readonly [path: string, step: Step]>> = {
  'settings-end-others': ['/settings', press('End all others')],
  'settings-app': ['/settings?empty', press('Set up an authenticator app')],
  'settings-codes': ['/settings', press('Change second factor', 'New recovery codes')],
  'settings-remove-app': ['/settings', press('Change second factor', 'Remove the app')],
  'settings-factor': ['/settings', press('Change second factor')],
  'settings-passkey': ['/settings', press('Add a passkey')],
  'settings-password': ['/settings', press('Change password')],
  'settings-confirm': ['/settings?confirm', press('Export everything')],
  'settings-stolen': ['/settings', press('Password or device stolen: what to do')],
  'settings-kit': [
    '/settings',
    async page => {
      await press('Password or device stolen: what to do', 'Suggest a passphrase', 'Replace everything')(page)
      await page.getByRole('button', { name: 'I have kept it' }).waitFor()
    },
  ],
  'settings-name': ['/settings', press('Change name')],
  'settings-email': ['/settings', press('Change e-mail', 'Send a code')],
  'settings-email-code': [
    '/settings',
    async page => {
      await press('Change e-mail')(page)
      await page.getByRole('textbox', { name: 'New e-mail' }).fill('ines@example.org')
      await page.getByRole('textbox', { name: 'Password', exact: true }).fill('a password')
      await press('Send a code')(page)
      await page.getByRole('textbox', { name: 'Code' }).waitFor()
    },
  ],
  'settings-delete': ['/settings', press('Delete account')],
  'settings-token': ['/settings', press('New token', 'Make token')],
  'settings-token-made': [
    '/settings',
    async page => {
      await press('New token')(page)
      await page.getByRole('textbox', { name: 'Name of the token' }).fill('Nightly')
      await page.getByText('Look people up', { exact: true }).click()
      await press('Make token')(page)
      await page.getByRole('button', { name: 'Copy token' }).waitFor()
    },
  ],
}

const widths = [
  { name: '390', width: 390, height: 844, touch: true },
  { name: '768', width: 768, height: 1024, touch: true },
  { name: '1280', width: 1280, height: 900, touch: false },
] as const

const [, , out = '/tmp/gallery', only = ''] = process.argv

/** All, or those that are named; `settings*` names what begins so. */
function wanted(name: string): boolean {
  const asked = only.split(',')
  return only === '' || asked.some(one => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name))
}

interface Shot {
  readonly name: string
  readonly url: string
  readonly size: (typeof widths)[number]
  readonly scheme: 'light' | 'dark'
}

async function open(browser: Browser, shot: Shot): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: shot.size.width, height: shot.size.height },
    colorScheme: shot.scheme,
    reducedMotion: 'reduce',
    ...(shot.size.touch ? { hasTouch: true, isMobile: true } : {}),
  })
  const page = await context.newPage()
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') console.log(`${shot.name}: ${message.text()}`)
  })
  page.on('pageerror', error => console.log(`${shot.name}: ${error.message}`))
  await page.goto(shot.url)
  await page.locator('h1').first().waitFor()
  if (shot.name === 'send') await fillSend(page)
  await dialogs[shot.name]?.[1](page)
  // A dialog that takes another's place is painted in the frame after.
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  return page
}

async function fillSend(page: Page): Promise<void> {
  const to = page.getByRole('combobox', { name: 'To' })
  await to.fill('tomas@albarran-foto.example')
  await to.press('Enter')
  await page.getByRole('button', { name: 'Remove Tomás Albarrán' }).waitFor()
  await to.fill('m.osei@lindenklinik.example')
  await to.press(',')
  await page.getByRole('button', { name: 'Remove Miriam Osei' }).waitFor()
  await page.locator('input[type=file]:not([webkitdirectory])').setInputFiles([
    { name: 'Leieavtale – signert.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(2_400_000) },
    { name: 'façade-détail_03.dwg', mimeType: '', buffer: Buffer.alloc(18_700) },
  ])
}

async function look(page: Page, shot: Shot): Promise<number> {
  const file = join(out, `${shot.name}-${shot.size.name}-${shot.scheme}.png`)
  await page.screenshot({ path: file, fullPage: dialogs[shot.name] === undefined })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  if (wide) console.log(`${shot.name} ${shot.size.name}: wider than the window`)
  const client = await page.context().newCDPSession(page)
  await client.send('Page.setBypassCSP', { enabled: true })
  await page.evaluate(axe.source)
  const found = await page.evaluate(
    '(async () => (await axe.run({ exclude: ["[data-live-announcer]"] })).violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 160)).slice(0, 3).join(" | ")))()',
  )
  const lines = Array.isArray(found) ? found : []
  for (const line of lines) console.log(`${shot.name} ${shot.size.name} ${shot.scheme}: ${line}`)
  return lines.length + (wide ? 1 : 0)
}

const dist = join(out, 'dist')
await mkdir(out, { recursive: true })
await buildGallery(dist)
const { origin, stop } = await serveGallery(dist)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
let wrong = 0
const paths = Object.entries(dialogs).map(([name, [path]]) => [name, path] as const)
for (const [name, path] of [...Object.entries(screens), ...paths]) {
  if (!wanted(name)) continue
  for (const size of widths) {
    for (const scheme of ['light', 'dark'] as const) {
      const shot: Shot = { name, url: `${origin}${path}`, size, scheme }
      const page = await open(browser, shot)
      wrong += await look(page, shot)
      await page.context().close()
    }
  }
}
await browser.close()
stop()
console.log(wrong === 0 ? 'Nothing to mend.' : `${wrong} things to mend.`)
process.exitCode = wrong === 0 ? 0 : 1
