import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FactorProof } from '#shared/contract/factors.ts'
import { codeLimits, passkeyLimits, times } from '#shared/contract/limits.ts'
import { type Authenticator, type Ceremony, makeAuthenticator } from './authenticator.testing.ts'
import { noBrowser } from './devices.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import type { LoginCall } from './login.ts'
import { codeOfProblem, first, join, newPlace, type Person, signUp } from './people.testing.ts'
import { makeTotp } from './totp.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround()
})
afterAll(() => at.close())

type Member = Omit<Person, 'identity'>

/** What the app shows when the server's clock says `now`. */
const shown = (secret: string, now = at.clock.now()) =>
  generateHOTP(decodeBase32IgnorePadding(secret), BigInt(Math.floor(now / 30_000)), 6)

async function withApp(name: string): Promise<Member & { secret: string; recoveryCodes: readonly string[] }> {
  const person = await signUp(at, name)
  const { secret } = await at.factorSettings.beginApp(person.who)
  const { recoveryCodes } = await at.factorSettings.confirmApp(person.who, shown(secret))
  // The code that confirmed is used up.
  at.clock.pass(30_000)
  return { ...person, secret, recoveryCodes }
}

async function withPasskey(name: string): Promise<Member & { key: Authenticator; recoveryCodes: readonly string[] }> {
  const person = await signUp(at, name)
  const key = makeAuthenticator()
  const { recoveryCodes } = await addPasskey(person, key)
  return { ...person, key, recoveryCodes: recoveryCodes ?? [] }
}

async function addPasskey(person: Member, key: Authenticator, bent: Partial<Ceremony> = {}) {
  const { challenge } = await at.factorSettings.passkeyOptions(person.who)
  const response = key.create({ challenge, ...bent })
  return at.factorSettings.addPasskey(person.who, { response, name: 'a key' }, bent.origin ?? null)
}

const callFrom = (changes: Partial<LoginCall> = {}): LoginCall => ({
  from: newPlace(),
  browser: noBrowser,
  kind: 'app',
  ...changes,
})

async function begin(person: Member, call = callFrom()) {
  const answer = await at.login.begin(person, call)
  if (answer.state !== 'factor') throw new Error('no factor was asked for')
  return { ...answer, call }
}

async function beginMany(person: Member, count: number) {
  const begun: Awaited<ReturnType<typeof begin>>[] = []
  while (begun.length < count) begun.push(await begin(person))
  return begun
}

async function tryFactor(person: Member, proof: FactorProof, call = callFrom()): Promise<unknown> {
  const { attempt } = await begin(person, call)
  return codeOfProblem(at.login.finish({ attempt, proof }, call))
}

const byApp = (code: string) => ({ kind: 'app', code }) as const
const byRecoveryCode = (code: string) => ({ kind: 'recovery-code', code }) as const

describe('TOTP', () => {
  const ground = { secret: new Uint8Array(32).fill(7), random: (length: number) => new Uint8Array(length).fill(1) }
  const person = { userId: 'A'.repeat(22) as Member['who']['userId'] }

  test('is that of RFC 6238, appendix B, in six digits', () => {
    const secret = new TextEncoder().encode('12345678901234567890')
    const random = (length: number) => (length === 20 ? secret : new Uint8Array(length))
    const answers = [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [1_111_111_111, '050471'],
      [1_234_567_890, '005924'],
      [2_000_000_000, '279037'],
      [20_000_000_000, '353130'],
    ] as const
    for (const [seconds, code] of answers) {
      const totp = makeTotp({ ...ground, random, now: () => seconds * 1000 })
      const { sealed } = totp.make(person.userId, 'a@b.cc')
      const counter = totp.counterOf({ ...person, sealed, code, lastCounter: -1 })
      expect(counter).toBe(Math.floor(seconds / 30))
    }
  })

  test('takes one step to each side and no more', () => {
    const start = 50_000_000 * 30_000
    const [now, at] = [{ now: () => start }, start / 30_000]
    const totp = makeTotp({ ...ground, ...now })
    const { sealed, secret } = totp.make(person.userId, 'a@b.cc')
    const takes = [-2, -1, 0, 1, 2].map(step =>
      totp.counterOf({ ...person, sealed, code: shown(secret, start + step * 30_000), lastCounter: -1 }),
    )
    expect(takes).toEqual([null, at - 1, at, at + 1, null])
  })

  test('keeps its secret sealed, for this person and under this server’s key', () => {
    const totp = makeTotp({ ...ground, now: () => 0 })
    const { sealed, secret, uri } = totp.make(person.userId, 'ä+b@c.dd')
    expect(sealed).not.toContain(Buffer.from(decodeBase32IgnorePadding(secret)).toString('base64url'))
    expect(uri).toBe(
      `otpauth://totp/DataCrypt:%C3%A4%2Bb%40c.dd?secret=${secret}&issuer=DataCrypt&algorithm=SHA1&digits=6&period=30`,
    )
    const input = { ...person, sealed, code: '000000', lastCounter: -1 }
    const otherServer = makeTotp({ ...ground, secret: new Uint8Array(32), now: () => 0 })
    expect(() => otherServer.counterOf(input)).toThrow()
    expect(() => totp.counterOf({ ...input, userId: 'B'.repeat(22) as Member['who']['userId'] })).toThrow()
  })
})

describe('an authenticator app', () => {
  test('counts once its first code was typed, and gives ten recovery codes', async () => {
    const person = await signUp(at, 'fresh')
    const { secret } = await at.factorSettings.beginApp(person.who)
    expect(await at.login.begin(person, callFrom())).toMatchObject({ ways: ['mail'] })
    expect(await codeOfProblem(at.factorSettings.confirmApp(person.who, '000000'))).toBe('wrong-code')
    const { recoveryCodes } = await at.factorSettings.confirmApp(person.who, shown(secret))
    expect(new Set(recoveryCodes).size).toBe(10)
    expect(recoveryCodes.every(code => /^[A-HJKMNP-Z2-9]{10}$/.test(code))).toBe(true)
    expect(await at.login.begin(person, callFrom())).toMatchObject({ ways: ['app', 'recovery-code'] })
    expect(await at.factorSettings.view(person.who)).toMatchObject({
      app: { since: at.clock.now() },
      recoveryCodesLeft: 10,
    })
    expect((await at.lettersTo(person.email)).at(-1)?.subject).toBe('How you log in to DataCrypt has changed')
    expect(await codeOfProblem(at.factorSettings.confirmApp(person.who, shown(secret)))).toBe('code-spent')
  })

  test('is asked for on a known device too, and no mailed code stands in for it', async () => {
    const person = await withApp('strict')
    const { attempt, ways, call } = await begin(person, callFrom({ browser: person.browser }))
    expect(ways).toEqual(['app', 'recovery-code'])
    expect(await codeOfProblem(at.login.sendCode(attempt))).toBe('bad-request')
    const mailed = at.login.finish({ attempt, proof: { kind: 'mail', code: '12345678' } }, call)
    expect(await codeOfProblem(mailed)).toBe('bad-request')
    expect(await codeOfProblem(at.login.finish({ attempt, proof: byApp(shown(person.secret)) }, call))).toBe(
      'went well',
    )
  })

  test('shows no code twice: a replayed one is refused (T17)', async () => {
    const person = await withApp('replayed')
    const code = shown(person.secret)
    expect(await tryFactor(person, byApp(code))).toBe('went well')
    expect(await tryFactor(person, byApp(code))).toBe('wrong-code')
    at.clock.pass(30_000)
    expect(await tryFactor(person, byApp(code))).toBe('wrong-code')
    expect(await tryFactor(person, byApp(shown(person.secret)))).toBe('went well')
  })

  test('shows no code twice where the server’s clock is put back, and goes on when it is right again', async () => {
    const person = await withApp('back')
    const code = shown(person.secret)
    expect(await tryFactor(person, byApp(code))).toBe('went well')
    at.clock.pass(-10 * times.minute)
    expect(await tryFactor(person, byApp(code))).toBe('wrong-code')
    expect(await tryFactor(person, byApp(shown(person.secret)))).toBe('wrong-code')
    at.clock.pass(10 * times.minute + 30_000)
    expect(await tryFactor(person, byApp(shown(person.secret)))).toBe('went well')
  })

  test('used a hundred times at once, in one login and in a hundred, lets one in (T12)', async () => {
    for (const logins of [1, 100]) {
      const person = await withApp(`parallel-${logins}`)
      const begun = await beginMany(person, logins)
      const proof = byApp(shown(person.secret))
      const uses = Array.from({ length: 100 }, (_, n) => {
        const { attempt, call } = begun[n % logins] ?? first(begun)
        return codeOfProblem(at.login.finish({ attempt, proof }, call))
      })
      const outcomes = await Promise.all(uses)
      expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
    }
  })

  test('says how many tries are left, then the login is over', async () => {
    const person = await withApp('typo')
    const { attempt, call } = await begin(person)
    const wrong = shown(person.secret) === '000000' ? '000001' : '000000'
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      const guess = at.login.finish({ attempt, proof: byApp(wrong) }, call)
      await expect(guess).rejects.toMatchObject({ code: 'wrong-code', data: { triesLeft } })
    }
    expect(await codeOfProblem(at.login.finish({ attempt, proof: byApp(shown(person.secret)) }, call))).toBe(
      'code-spent',
    )
  })

  test('taken down leaves the mailbox, and no recovery codes', async () => {
    const person = await withApp('down')
    await at.factorSettings.removeApp(person.who)
    expect(await at.factorSettings.view(person.who)).toEqual({ app: null, recoveryCodesLeft: 0, passkeys: [] })
    expect(await at.login.begin(person, callFrom())).toMatchObject({ ways: ['mail'] })
    expect(await codeOfProblem(at.factorSettings.renewRecoveryCodes(person.who))).toBe('bad-request')
  })

  test('begun and left alone ends', async () => {
    const person = await signUp(at, 'idle')
    const { secret } = await at.factorSettings.beginApp(person.who)
    at.clock.pass(times.hour)
    expect(await codeOfProblem(at.factorSettings.confirmApp(person.who, shown(secret)))).toBe('code-spent')
  })
})

describe('a recovery code', () => {
  test('works once, a hundred times at once too (T12)', async () => {
    const person = await withApp('spare')
    const proof = byRecoveryCode(first(person.recoveryCodes))
    const begun = await beginMany(person, 100)
    const outcomes = await Promise.all(
      begun.map(({ attempt, call }) => codeOfProblem(at.login.finish({ attempt, proof }, call))),
    )
    expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
    expect((await at.factorSettings.view(person.who)).recoveryCodesLeft).toBe(9)
  })

  test('ends when new ones are made', async () => {
    const person = await withApp('renewed')
    const { recoveryCodes } = await at.factorSettings.renewRecoveryCodes(person.who)
    expect(await tryFactor(person, byRecoveryCode(first(person.recoveryCodes)))).toBe('wrong-code')
    expect(await tryFactor(person, byRecoveryCode(first(recoveryCodes)))).toBe('went well')
  })

  test('is kept as a keyed hash, of this person alone', async () => {
    const [one, other] = [await withApp('mine'), await withApp('yours')]
    const record = await at.ground.store.users.get(one.who.userId)
    for (const code of one.recoveryCodes) expect(JSON.stringify(record)).not.toContain(code)
    expect(await tryFactor(other, byRecoveryCode(first(one.recoveryCodes)))).toBe('wrong-code')
  })

  test('is no longer one of the ways when all are used', async () => {
    const person = await withApp('last')
    for (const code of person.recoveryCodes) expect(await tryFactor(person, byRecoveryCode(code))).toBe('went well')
    expect(await at.login.begin(person, callFrom())).toMatchObject({ ways: ['app'] })
  })
})

describe('a passkey', () => {
  const assertion = async (
    person: Member & { key: Authenticator },
    bent: Partial<Ceremony> = {},
    call = callFrom(),
  ) => {
    const { attempt } = await begin(person, call)
    const { challenge } = await at.login.askPasskey(attempt)
    const response = person.key.get({ challenge, ...bent })
    return { attempt, call, proof: { kind: 'passkey' as const, response } }
  }
  const tryPasskey = async (person: Member & { key: Authenticator }, bent?: Partial<Ceremony>, call?: LoginCall) => {
    const { attempt, proof, call: made } = await assertion(person, bent, call)
    return codeOfProblem(at.login.finish({ attempt, proof }, made))
  }

  test('logs in, is the first factor with recovery codes, and is listed', async () => {
    const person = await withPasskey('touch')
    expect(person.recoveryCodes).toHaveLength(10)
    expect(await at.login.begin(person, callFrom())).toMatchObject({ ways: ['passkey', 'recovery-code'] })
    expect(await tryPasskey(person)).toBe('went well')
    const { passkeys } = await at.factorSettings.view(person.who)
    expect(passkeys).toEqual([
      {
        credentialId: person.key.id,
        name: 'a key',
        createdAt: at.clock.now(),
        lastUsedAt: at.clock.now(),
        unlocks: false,
      },
    ])
    expect(await addPasskey(person, makeAuthenticator())).toMatchObject({ recoveryCodes: null })
  })

  test('names nobody’s keys before it was shown, and asks for the person', async () => {
    const person = await withPasskey('asked')
    const { attempt } = await begin(person)
    const options = await at.login.askPasskey(attempt)
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
    expect(JSON.stringify(options)).not.toContain(person.key.id)
    const creation = await at.factorSettings.passkeyOptions(person.who)
    expect(creation).toMatchObject({
      rp: { id: 'localhost', name: 'DataCrypt' },
      user: { id: person.who.userId },
      attestation: 'none',
      excludeCredentials: [{ id: person.key.id }],
      authenticatorSelection: { userVerification: 'required', residentKey: 'required' },
    })
  })

  const bends: [string, Partial<Ceremony>][] = [
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another host’s key', { rpId: 'evil.example' }],
    ['nobody recognised', { verified: false }],
  ]
  test.each(bends)('with %s is refused, to log in and when it is made', async (_, bent) => {
    const person = await withPasskey('bent')
    expect(await tryPasskey(person, bent)).toBe('passkey-refused')
    expect(await codeOfProblem(addPasskey(person, makeAuthenticator(), bent))).toBe('passkey-refused')
  })

  test('on our own host’s other port is taken where the request came from there', async () => {
    const person = await withPasskey('ported')
    const origin = 'http://localhost:5173'
    expect(await tryPasskey(person, { origin })).toBe('passkey-refused')
    expect(await tryPasskey(person, { origin }, callFrom({ browser: { ...noBrowser, origin } }))).toBe('went well')
    const elsewhere = 'http://evil.example'
    const call = callFrom({ browser: { ...noBrowser, origin: elsewhere } })
    expect(await tryPasskey(person, { origin: elsewhere }, call)).toBe('passkey-refused')
  })

  test('whose counter goes back is refused: somebody has a copy', async () => {
    const person = await withPasskey('cloned')
    expect(await tryPasskey(person, { counter: 5 })).toBe('went well')
    expect(await tryPasskey(person, { counter: 5 })).toBe('passkey-refused')
    expect(await tryPasskey(person, { counter: 6 })).toBe('went well')
  })

  test('of somebody else, or with a changed signature, is refused', async () => {
    const [one, other] = [await withPasskey('me'), await withPasskey('you')]
    expect(await tryPasskey({ ...one, key: other.key })).toBe('passkey-refused')
    const { attempt, call, proof } = await assertion(one)
    const forged = { ...proof.response, response: { ...proof.response.response, signature: 'AAAA' } }
    expect(await codeOfProblem(at.login.finish({ attempt, proof: { ...proof, response: forged } }, call))).toBe(
      'passkey-refused',
    )
  })

  test('answers a challenge once, of a hundred at the same time (T12)', async () => {
    const person = await withPasskey('once')
    const { attempt, call, proof } = await assertion(person)
    const uses = Array.from({ length: 100 }, () => codeOfProblem(at.login.finish({ attempt, proof }, call)))
    const outcomes = await Promise.all(uses)
    expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
  })

  test('without a challenge is refused', async () => {
    const person = await withPasskey('eager')
    const { attempt, call } = await begin(person)
    const proof = { kind: 'passkey' as const, response: person.key.get({ challenge: 'A'.repeat(43) }) }
    expect(await codeOfProblem(at.login.finish({ attempt, proof }, call))).toBe('passkey-refused')
  })

  test.each([
    { format: 'tpm' },
    { format: 'android-safetynet' },
    { format: 'packed', certificates: true },
    { format: 'none', certificates: true },
  ])('with the attestation %j is refused: nothing is fetched for it', async bent => {
    const person = await signUp(at, 'attested')
    expect(await codeOfProblem(addPasskey(person, makeAuthenticator(), bent))).toBe('passkey-refused')
  })

  test('is made for options that were asked for, within five minutes, once', async () => {
    const person = await signUp(at, 'maker')
    const { challenge } = await at.factorSettings.passkeyOptions(person.who)
    const response = makeAuthenticator().create({ challenge })
    const add = () => codeOfProblem(at.factorSettings.addPasskey(person.who, { response, name: 'x' }, null))
    const outcomes = await Promise.all(Array.from({ length: 20 }, add))
    expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
    expect(await add()).toBe('code-spent')
    const late = await at.factorSettings.passkeyOptions(person.who)
    at.clock.pass(passkeyLimits.challengeLife)
    const slow = { response: makeAuthenticator().create({ challenge: late.challenge }), name: 'x' }
    expect(await codeOfProblem(at.factorSettings.addPasskey(person.who, slow, null))).toBe('code-spent')
  })

  test('is one of twenty at most, and none is there twice', async () => {
    const person = await withPasskey('collector')
    expect(await codeOfProblem(addPasskey(person, person.key))).toBe('passkey-refused')
    for (let i = 1; i < passkeyLimits.perPerson; i += 1) await addPasskey(person, makeAuthenticator())
    expect(await codeOfProblem(addPasskey(person, makeAuthenticator()))).toBe('bad-request')
  })

  test('brings its wrap of the account key, and takes it away again', async () => {
    const person = await join(at, 'opener')
    const key = makeAuthenticator()
    const wrapFor = (credentialId: string) =>
      ({ kind: 'passkey', version: 1, credentialId, salt: 'A'.repeat(43), sealed: 'A'.repeat(80) }) as const
    const { challenge } = await at.factorSettings.passkeyOptions(person.who)
    const input = { response: key.create({ challenge }), name: 'x', wrap: wrapFor(key.id) }
    expect(await at.factorSettings.addPasskey(person.who, input, null)).toMatchObject({ unlocks: true })
    expect((await at.keys.own(person.who)).wraps.map(wrap => wrap.kind)).toEqual(['password', 'passkey'])

    const other = makeAuthenticator()
    const next = await at.factorSettings.passkeyOptions(person.who)
    const stray = { response: other.create({ challenge: next.challenge }), name: 'x', wrap: wrapFor(key.id) }
    expect(await at.factorSettings.addPasskey(person.who, stray, null)).toMatchObject({ unlocks: false })

    await at.factorSettings.removePasskey(person.who, key.id)
    expect((await at.keys.own(person.who)).wraps.map(wrap => wrap.kind)).toEqual(['password'])
    expect(await codeOfProblem(at.factorSettings.removePasskey(person.who, key.id))).toBe('not-found')
    expect((await at.factorSettings.view(person.who)).recoveryCodesLeft).toBe(10)
    await at.factorSettings.removePasskey(person.who, other.id)
    expect((await at.factorSettings.view(person.who)).recoveryCodesLeft).toBe(0)
  })
})

test('what is set up when the factor is shown decides, not what was when the password was typed', async () => {
  const person = await signUp(at, 'between')
  const { attempt, call } = await begin(person)
  await at.login.sendCode(attempt)
  const mailed = (await at.lettersTo(person.email)).at(-1)?.text.match(/\b\d{8}\b/)?.[0] ?? ''
  const { secret } = await at.factorSettings.beginApp(person.who)
  await at.factorSettings.confirmApp(person.who, shown(secret))
  const proof = { kind: 'mail' as const, code: mailed }
  expect(await codeOfProblem(at.login.finish({ attempt, proof }, call))).toBe('bad-request')
  expect(codeLimits.tries).toBe(5)
})
