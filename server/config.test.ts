import { expect, test } from 'vitest'
import { ConfigError, knobs, readConfig } from './config.ts'

test('nothing set is a server for this machine alone', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    port: 5000,
    host: '127.0.0.1',
    registration: 'open',
    kdfMemory: 65_536,
    bcryptCost: 12,
  })
  expect(config.publicUrl).toBeUndefined()
  expect(config.smtpUrl).toBeUndefined()
  expect(config.secretKey).toBeUndefined()
})

test('an empty variable is one that is not set', () => {
  expect(readConfig(Object.fromEntries(Object.values(knobs).map(knob => [knob.variable, ''])))).toEqual(readConfig({}))
})

test('reads what is set', () => {
  const config = readConfig({ PORT: '0', INVITATION_CODES: ' green, boat ,,', QUOTA_BYTES: '1000', LOG_LEVEL: 'warn' })
  expect(config).toMatchObject({ port: 0, invitationCodes: ['green', 'boat'], quotaBytes: 1000, logLevel: 'warn' })
})

test('origins are read as browsers write them, and nothing else', () => {
  const { corsOrigins } = readConfig({ CORS_ORIGINS: 'https://app.example.org, http://localhost:3000' })
  expect(corsOrigins).toEqual(['https://app.example.org', 'http://localhost:3000'])
  for (const other of [
    '*',
    'null',
    'https://a.example/',
    'https://A.example',
    'https://a.example:443',
    'ftp://a.example',
  ]) {
    expect(() => readConfig({ CORS_ORIGINS: other })).toThrow('CORS_ORIGINS')
  }
})

const wrong = {
  PORT: '65536',
  PUBLIC_URL: 'javascript:alert(1)',
  REGISTRATION: 'maybe',
  MAX_TRANSFER_BYTES: '-1',
  QUOTA_BYTES: 'lots',
  EXPIRY_MIN_MS: '1.5',
  EXPIRY_DEFAULT_MS: '999',
  EXPIRY_MAX_MS: 'NaN',
  SMTP_URL: 'http://mail.example.org',
  MAIL_FROM: 'nobody',
  KDF_MEMORY_KIB: '1',
  BCRYPT_COST: '31',
  SECRET_KEY: 'short-and-secret',
  LOG_LEVEL: 'loud',
  CORS_ORIGINS: 'https://app.example.org/, *',
  PROXIES: '-1',
}

test.each(Object.entries(wrong))('%s=%s is refused by its name', (variable, value) => {
  expect(() => readConfig({ [variable]: value })).toThrow(ConfigError)
  expect(() => readConfig({ [variable]: value })).toThrow(new RegExp(`\\n {2}${variable}: .{5,}`))
})

test('all that is wrong is said at once, a line each, without the values', () => {
  const error = (() => {
    try {
      readConfig(wrong)
    } catch (caught) {
      return caught
    }
    return null
  })()
  const { message } = error as ConfigError
  const lines = message.split('\n')
  expect(lines[0]).toBe(`The configuration has ${Object.keys(wrong).length} wrong value(s):`)
  expect(lines.slice(1).map(line => line.trim().split(':')[0])).toEqual(
    Object.values(knobs).flatMap(({ variable }) => (variable in wrong ? [variable] : [])),
  )
  expect(message).not.toContain('short-and-secret')
})

test('lifetimes have an order', () => {
  expect(() => readConfig({ EXPIRY_MIN_MS: '400000', EXPIRY_DEFAULT_MS: '300000' })).toThrow(/EXPIRY_MIN_MS.*order/)
})

test('lifetimes that no sender may choose are refused', () => {
  expect(() => readConfig({ EXPIRY_MAX_MS: String(32 * 24 * 3_600_000) })).toThrow('EXPIRY_MAX_MS')
  expect(() => readConfig({ EXPIRY_MIN_MS: '1000' })).toThrow('EXPIRY_MIN_MS')
})
