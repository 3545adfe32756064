/** Second factors as a person holds them: an authenticator app, and a passkey device that the browser plays. */
import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import type { Page } from 'playwright-core'
import { vi } from 'vitest'
import { atInbox, logIn } from './people.ts'
import type { TestServer } from './server.ts'

/** Digits of every code letter whose subject fits, newest first. */
async function codesFromMail(
  server: Pick<TestServer, 'lettersTo'>,
  email: string,
  subject: RegExp,
): Promise<readonly string[]> {
  const letters = (await server.lettersTo(email)).filter(one => subject.test(one.subject))
  return letters.flatMap(letter => letter.text.match(/\b\d{8}\b/)?.[0] ?? [])
}

/** The code of the newest such letter, once there is one. Where an older one may be there, see {@link mailedCode}. */
export function codeFromMail(server: Pick<TestServer, 'lettersTo'>, email: string, subject: RegExp): Promise<string> {
  return mailedCode(server, { email, subject }, async () => undefined, 1)
}

/** Does what makes the server mail a code, and waits for that letter: older ones may be there. */
export async function mailedCode(
  server: Pick<TestServer, 'lettersTo'>,
  asked: { email: string; subject: RegExp },
  act: () => Promise<unknown>,
  least?: number,
): Promise<string> {
  const wanted = least ?? (await codesFromMail(server, asked.email, asked.subject)).length + 1
  await act()
  return vi.waitFor(
    async () => {
      const [newest, ...older] = await codesFromMail(server, asked.email, asked.subject)
      if (newest === undefined || older.length + 1 < wanted) throw new Error(`no new letter to ${asked.email}`)
      return newest
    },
    { timeout: 10_000 },
  )
}

const loginCode = /to log in/

/** Types the password, then the code that is mailed. */
export async function logInByMail(
  server: TestServer,
  page: Page,
  person: { email: string; password: string },
): Promise<void> {
  const code = await mailedCode(server, { email: person.email, subject: loginCode }, async () => {
    await logIn(page, person)
    await page.getByRole('heading', { name: 'One more check' }).waitFor()
  })
  await page.getByLabel('Code from your mail').fill(code)
  await page.getByRole('button', { name: 'Log in' }).click()
  await atInbox(page)
}

/** Logs in where this person has never been: the mailed code follows the password. */
export async function logInOnNewDevice(
  server: TestServer,
  page: Page,
  person: { email: string; password: string },
): Promise<void> {
  await page.goto('/login')
  await logInByMail(server, page, person)
}

/** The code that an authenticator app shows at `at` (epoch milliseconds) for the secret as it is shown. */
export function appCodeAt(secret: string, at: number): string {
  const key = decodeBase32IgnorePadding(secret.replace(/[\s-]/g, '').toUpperCase())
  return generateHOTP(key, BigInt(Math.floor(at / 30_000)), 6)
}

/** A platform authenticator with user verification; `prf`: whether it can unlock keys. */
export async function plugAuthenticator(page: Page, options: { prf?: boolean } = {}): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf: options.prf ?? true,
    },
  })
}
