/** Second factors as a person holds them: an authenticator app, and a passkey device that the browser plays. */
import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import type { Page } from 'playwright-core'
import { vi } from 'vitest'
import { atInbox, logIn } from './people.ts'
import type { TestServer } from './server.ts'

/** The eight digits of the newest letter whose subject fits. */
export function codeFromMail(server: TestServer, email: string, subject: RegExp): Promise<string> {
  return vi.waitFor(async () => {
    const letter = (await server.lettersTo(email)).find(one => subject.test(one.subject))
    const code = letter?.text.match(/\b\d{8}\b/)?.[0]
    if (code === undefined) throw new Error(`no letter to ${email} about ${subject}`)
    return code
  })
}

/** Logs in where this person has never been: the mailed code follows the password. */
export async function logInOnNewDevice(
  server: TestServer,
  page: Page,
  person: { email: string; password: string },
): Promise<void> {
  await page.goto('/login')
  await logIn(page, person)
  await page.getByRole('heading', { name: 'One more check' }).waitFor()
  await page.getByLabel('Code from your mail').fill(await codeFromMail(server, person.email, /to log in/))
  await page.getByRole('button', { name: 'Log in' }).click()
  await atInbox(page)
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
