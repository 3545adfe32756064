/** Environment -> Config. Each knob: what it is for, its schema, its default, its variable. */
import * as z from 'zod'
import { argon2Floor, transferLimits } from '#shared/contract/limits.ts'

const bytes = z.coerce.number().int().min(1)
/** What the contract lets a sender choose at all. */
const lifetime = z.coerce.number().int().min(transferLimits.expiryMin).max(transferLimits.expiryMax)

const commaList = z
  .string()
  .default('')
  .transform(text =>
    text
      .split(',')
      .map(item => item.trim())
      .filter(Boolean),
  )
/** Of http or https, written as browsers write it. */
const isOrigin = (text: string) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text

/** One row a knob; `docs/operations.md` is written from it. */
export const knobs = {
  port: {
    variable: 'PORT',
    doc: 'Port to serve on.',
    schema: z.coerce.number().int().min(0).max(65_535).default(5000),
  },
  host: { variable: 'HOST', doc: 'Address to bind to.', schema: z.string().default('127.0.0.1') },
  publicUrl: {
    variable: 'PUBLIC_URL',
    doc: 'Address at which people reach the app, without a slash at its end. Letters link to it.',
    schema: z.url({ protocol: /^https?$/ }).optional(),
  },
  corsOrigins: {
    variable: 'CORS_ORIGINS',
    doc: 'Further origins that serve the app, separated by commas: their pages may do all that our own may.',
    schema: commaList.pipe(z.array(z.string().refine(isOrigin, 'origins as https://host:port, nothing after it'))),
  },
  proxies: {
    variable: 'PROXIES',
    doc: "Proxies of one's own in front of the server: callers are counted by what the outermost writes into X-Forwarded-For.",
    schema: z.coerce.number().int().min(0).max(5).default(0),
  },
  dataFolder: { variable: 'DATA_DIR', doc: 'Folder of the embedded store.', schema: z.string().default('./data') },
  registration: {
    variable: 'REGISTRATION',
    doc: 'Who may register: anybody, who has an invitation code, nobody.',
    schema: z.enum(['open', 'invitation', 'closed']).default('open'),
  },
  invitationCodes: {
    variable: 'INVITATION_CODES',
    doc: 'Codes that let people register, separated by commas.',
    schema: commaList,
  },
  maxTransferBytes: {
    variable: 'MAX_TRANSFER_BYTES',
    doc: 'Largest ciphertext of one transfer.',
    schema: bytes.default(64 * 1024 ** 3),
  },
  quotaBytes: {
    variable: 'QUOTA_BYTES',
    doc: "Bytes that one account's live transfers may take together.",
    schema: bytes.default(256 * 1024 ** 3),
  },
  expiryMin: {
    variable: 'EXPIRY_MIN_MS',
    doc: 'Shortest life that a sender may choose.',
    schema: lifetime.default(transferLimits.expiryMin),
  },
  expiryDefault: {
    variable: 'EXPIRY_DEFAULT_MS',
    doc: 'Life that is offered first.',
    schema: lifetime.default(transferLimits.expiryDefault),
  },
  expiryMax: {
    variable: 'EXPIRY_MAX_MS',
    doc: 'Longest life that a sender may choose.',
    schema: lifetime.default(transferLimits.expiryMax),
  },
  smtpUrl: {
    variable: 'SMTP_URL',
    doc: 'Mail server, as smtp:// or smtps://; without it letters go to a folder.',
    schema: z.url({ protocol: /^smtps?$/ }).optional(),
  },
  mailFrom: {
    variable: 'MAIL_FROM',
    doc: 'Sender address of letters.',
    schema: z.email().default('no-reply@datacrypt.localhost'),
  },
  kdfMemory: {
    variable: 'KDF_MEMORY_KIB',
    doc: 'Argon2id memory announced for new accounts; clients refuse less than 65,536, so smaller values serve tests alone.',
    schema: z.coerce.number().int().min(8).max(262_144).default(argon2Floor.m),
  },
  bcryptCost: {
    variable: 'BCRYPT_COST',
    doc: 'Cost of the hash over the stretched login secret.',
    schema: z.coerce.number().int().min(4).max(16).default(12),
  },
  secretKey: {
    variable: 'SECRET_KEY',
    doc: 'Key of keyed hashes and grants, 32 bytes as base64url; made once in the data folder where it is missing.',
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}$/, '32 random bytes as base64url')
      .optional(),
  },
  logLevel: {
    variable: 'LOG_LEVEL',
    doc: 'Least level that is logged.',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  },
  clientFolder: {
    variable: 'CLIENT_DIR',
    doc: 'Folder of the built app.',
    schema: z.string().optional(),
  },
} as const

type Knobs = typeof knobs
export type Config = { readonly [Name in keyof Knobs]: z.output<Knobs[Name]['schema']> }

/** Thrown with one readable line a wrong variable; the start stops on it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Parses the environment; throws {@link ConfigError} that lists every variable that is wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const wrong: string[] = []
  const entries = Object.entries(knobs).map(([name, knob]) => {
    const text = environment[knob.variable]
    const parsed = knob.schema.safeParse(text === '' ? undefined : text)
    if (!parsed.success) wrong.push(`${knob.variable}: ${parsed.error.issues.map(issue => issue.message).join('; ')}`)
    return [name, parsed.data]
  })
  if (wrong.length > 0)
    throw new ConfigError(`The configuration has ${wrong.length} wrong value(s):\n  ${wrong.join('\n  ')}`)
  const config = Object.fromEntries(entries) as Config
  if (config.expiryMin > config.expiryDefault || config.expiryDefault > config.expiryMax) {
    throw new ConfigError('EXPIRY_MIN_MS, EXPIRY_DEFAULT_MS and EXPIRY_MAX_MS have to be in this order.')
  }
  return config
}
