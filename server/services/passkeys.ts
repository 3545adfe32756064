/** The server's half of passkeys (Web Authentication Level 3): what a browser is asked, and whether its answer holds. */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeAttestationObject } from '@simplewebauthn/server/helpers'
import type { PasskeyAssertion, PasskeyAttestation } from '#shared/contract/factors.ts'
import { passkeyLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { PasskeyRecord, UserRecord } from '../store/records.ts'

/** What an answer has to fit. */
export interface Asked {
  /** Base64url of 32 random bytes. */
  readonly challenge: string
  /** Origin header of the request that brings the answer; refused before it comes here where it is not ours. */
  readonly origin: string | null
}

export interface Passkeys {
  creation(user: UserRecord, challenge: string): Promise<PublicKeyCredentialCreationOptionsJSON>
  /** Names no passkey: who asks has not shown whose account it is about. */
  request(challenge: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** The new passkey. Throws `passkey-refused`. */
  verifyNew(attestation: PasskeyAttestation, asked: Asked): Promise<Pick<PasskeyRecord, 'publicKey' | 'counter'>>
  /** The passkey's next counter. Throws `passkey-refused`. */
  verify(passkey: PasskeyRecord, assertion: PasskeyAssertion, asked: Asked): Promise<number>
}

const toBytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

export function makePasskeys(options: { publicUrl: () => string }): Passkeys {
  const rpID = () => new URL(options.publicUrl()).hostname
  /** The public origin, and another port of the same host where the app is served from one. */
  const origins = (origin: string | null): string[] => {
    const home = new URL(options.publicUrl())
    const other = origin !== null && URL.canParse(origin) ? new URL(origin) : home
    return other.hostname === home.hostname && other.protocol === home.protocol
      ? [home.origin, other.origin]
      : [home.origin]
  }
  const expected = (asked: Asked) => ({
    expectedChallenge: asked.challenge,
    expectedOrigin: origins(asked.origin),
    expectedRPID: rpID(),
    requireUserVerification: true,
  })
  const timeout = passkeyLimits.challengeLife
  return {
    creation: (user, challenge) =>
      generateRegistrationOptions({
        rpName: 'DataCrypt',
        rpID: rpID(),
        userName: user.email,
        userDisplayName: user.name,
        userID: toBytes(user.userId),
        challenge: toBytes(challenge),
        timeout,
        attestationType: 'none',
        excludeCredentials: (user.factors?.passkeys ?? []).map(({ credentialId }) => ({ id: credentialId })),
        // Discoverable, so that a request need not name it; with user verification, so that it is a factor by itself.
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      }),
    request: challenge =>
      generateAuthenticationOptions({
        rpID: rpID(),
        challenge: toBytes(challenge),
        timeout,
        userVerification: 'required',
      }),
    verifyNew: ({ id, response }, asked) =>
      refusing(async () => {
        refuseCertificates(response.attestationObject)
        const { attestationObject, clientDataJSON } = response
        const result = await verifyRegistrationResponse({
          response: { ...credential(id), response: { attestationObject, clientDataJSON } },
          ...expected(asked),
        })
        if (!result.verified || result.registrationInfo.credential.id !== id) throw new Problem('passkey-refused')
        const { publicKey, counter } = result.registrationInfo.credential
        return { publicKey: toText(publicKey), counter }
      }),
    verify: (passkey, { id, response }, asked) =>
      refusing(async () => {
        const { clientDataJSON, authenticatorData, signature } = response
        const result = await verifyAuthenticationResponse({
          response: { ...credential(id), response: { clientDataJSON, authenticatorData, signature } },
          credential: { id: passkey.credentialId, publicKey: toBytes(passkey.publicKey), counter: passkey.counter },
          ...expected(asked),
        })
        if (!result.verified || passkey.credentialId !== id) throw new Problem('passkey-refused')
        return result.authenticationInfo.newCounter
      }),
  }
}

const credential = (id: string) => ({ id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} })

/** We ask for no attestation. One with certificates would have the library fetch what their issuers name. */
function refuseCertificates(attestationObject: string): void {
  const decoded = decodeAttestationObject(toBytes(attestationObject))
  const format = decoded.get('fmt')
  const certificates = decoded.get('attStmt').get('x5c')
  if (certificates !== undefined || (format !== 'none' && format !== 'packed')) throw new Problem('passkey-refused')
}

/** Whatever the library finds wrong is the caller's answer, not our failure. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch {
    throw new Problem('passkey-refused')
  }
}
