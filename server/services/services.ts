/** All services of one server, made from their ground; what the edges are given. */
import type { DirectBlobs } from '../blob/blob.ts'
import type { Mailer } from '../mail/mail.ts'
import { type AccessTokens, makeAccessTokens } from './access.ts'
import { type AccountChanges, makeAccountChanges } from './account-changes.ts'
import { type Accounts, makeAccounts } from './accounts.ts'
import { type Callers, makeCallers } from './callers.ts'
import { makeChanges } from './changes.ts'
import { type Cleanup, makeCleanup } from './cleanup.ts'
import { type Devices, makeDevices } from './devices.ts'
import { type Downloads, makeDownloads } from './downloads.ts'
import { type AccountExport, makeExport } from './export.ts'
import { type FactorSettings, makeFactorSettings } from './factor-settings.ts'
import { type Factors, makeFactors } from './factors.ts'
import { type Feed, makeFeed } from './feed.ts'
import type { Ground } from './ground.ts'
import { type Keys, makeKeys } from './keys.ts'
import { type Leaving, makeLeaving } from './leaving.ts'
import { type Login, makeLogin } from './login.ts'
import { type Mailouts, makeMailouts } from './mailouts.ts'
import { makeNotices, type Notices } from './notices.ts'
import { makePasskeys } from './passkeys.ts'
import { makePasswords, type Passwords } from './passwords.ts'
import { openPlaces } from './places.ts'
import { makeRecovery, type Recovery } from './recovery.ts'
import { makeSessionList, type SessionList } from './session-list.ts'
import { makeSessions, type Sessions, type Who } from './sessions.ts'
import { makeTokens, type Tokens } from './tokens.ts'
import { makeTotp } from './totp.ts'
import { makeUploads, type Uploads } from './uploads.ts'

export interface Services {
  readonly ground: Ground
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly sessionList: SessionList
  readonly login: Login
  readonly factors: Factors
  readonly factorSettings: FactorSettings
  readonly callers: Callers
  readonly access: AccessTokens
  readonly tokens: Tokens
  readonly devices: Devices
  readonly notices: Notices
  readonly passwords: Passwords
  readonly keys: Keys
  readonly recovery: Recovery
  readonly accountChanges: AccountChanges
  readonly exportData: (who: Who) => Promise<AccountExport>
  readonly leaving: Leaving
  readonly uploads: Uploads
  readonly downloads: Downloads
  readonly feed: Feed
  readonly mailouts: Mailouts
  readonly cleanup: Cleanup
  /** Where the blob store's URLs are this server's own. */
  readonly directBlobs: DirectBlobs | null
}

export interface ServiceOptions {
  readonly directBlobs: DirectBlobs | null
  readonly mailer: Mailer
  readonly publicUrl: () => string
  /** Whether people reach the app by https. */
  readonly secure: boolean
}

export async function makeServices(ground: Ground, options: ServiceOptions): Promise<Services> {
  const passwords = await makePasswords(ground.rules.bcryptCost)
  const sessions = makeSessions(ground, { secure: options.secure, places: openPlaces() })
  const devices = makeDevices(ground, options)
  const mailouts = makeMailouts(ground, options)
  const notices = makeNotices(ground, { mailouts })
  const totp = makeTotp(ground)
  const passkeys = makePasskeys(options)
  const factors = makeFactors(ground, { totp, passkeys })
  const access = makeAccessTokens(ground)
  const tokens = makeTokens(ground, { notices, sessions })
  const changes = makeChanges(ground)
  const accounts = makeAccounts(ground, { passwords, devices, sessions, mailouts })
  const sessionList = makeSessionList(ground, { sessions })
  const factorSettings = makeFactorSettings(ground, { totp, passkeys, notices, sessions })
  const leaving = makeLeaving(ground, { sessions, changes, mailouts })
  return {
    ground,
    sessions,
    sessionList,
    login: makeLogin(ground, { passwords, sessions, devices, factors, mailouts, notices }),
    factors,
    factorSettings,
    callers: makeCallers({ sessions, access, tokens }),
    access,
    tokens,
    devices,
    notices,
    passwords,
    mailouts,
    directBlobs: options.directBlobs,
    accounts,
    keys: makeKeys(ground, { changes, passwords, sessions, notices }),
    recovery: makeRecovery(ground, { changes, passwords, sessions, notices, devices, factors, mailouts }),
    accountChanges: makeAccountChanges(ground, { accounts, passwords, sessions, mailouts, notices }),
    exportData: makeExport(ground, { factorSettings, sessionList, tokens }),
    leaving,
    uploads: makeUploads(ground, { changes, mailouts }),
    downloads: makeDownloads(ground, { changes }),
    feed: makeFeed(ground),
    cleanup: makeCleanup(ground, { changes, leaving, mailouts }),
  }
}
