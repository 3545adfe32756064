/**
 * Passkeys of this browser (Web Authentication Level 3). What they prove goes to the server; what their PRF gives is a
 * key (§10.1.4) and stays here: the extension's results are never part of an answer.
 */
import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  base64URLStringToBuffer,
  bufferToBase64URLString,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import type { PasskeyWrap } from '#shared/contract/account.ts'
import type { PasskeyAssertion, PasskeyAttestation } from '#shared/contract/factors.ts'
import { randomBytes } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'

/** What the server asks of a passkey; of its options nothing else is looked at, and no extension. */
export interface PasskeyQuestion {
  readonly challenge: string
  readonly rpId?: string | undefined
  readonly timeout?: number | undefined
  readonly allowCredentials?: readonly Credential[] | undefined
}

interface Credential {
  readonly id: string
  readonly transports?: readonly string[] | undefined
}

/** What the server asks of a new passkey. */
export interface NewPasskeyQuestion {
  readonly challenge: string
  readonly rp: { readonly id?: string | undefined; readonly name: string }
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string }
  readonly pubKeyCredParams: readonly { readonly alg: number }[]
  readonly timeout?: number | undefined
  readonly excludeCredentials?: readonly Credential[] | undefined
}

/** An assertion for the server; throws `passkey-refused`, `passkey-unsupported`. */
export async function showPasskey(question: PasskeyQuestion): Promise<PasskeyAssertion> {
  const { challenge, rpId, timeout, allowCredentials = [] } = question
  const optionsJSON = {
    challenge,
    userVerification: 'required' as const,
    allowCredentials: allowCredentials.map(descriptor),
    ...(rpId === undefined ? {} : { rpId }),
    ...(timeout === undefined ? {} : { timeout }),
  }
  return assertionOf(await told(() => startAuthentication({ optionsJSON })))
}

const descriptor = ({ id, transports }: Credential) => ({
  id,
  type: 'public-key' as const,
  // Names that this browser does not know are passed over by it (§5.8.3).
  ...(transports === undefined ? {} : { transports: transports as AuthenticatorTransport[] }),
})

/** The answer without its extension results. */
export function assertionOf({ id, response }: AuthenticationResponseJSON): PasskeyAssertion {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  return {
    id,
    response: { clientDataJSON, authenticatorData, signature, ...(userHandle === undefined ? {} : { userHandle }) },
  }
}

/** The answer without its extension results. */
export function attestationOf({ id, response }: RegistrationResponseJSON): PasskeyAttestation {
  const { clientDataJSON, attestationObject, transports } = response
  return {
    id,
    response: {
      clientDataJSON,
      attestationObject,
      ...(transports === undefined ? {} : { transports: [...transports] }),
    },
  }
}

export interface MadePasskey {
  readonly attestation: PasskeyAttestation
  /** What this passkey's PRF gives for `salt`; null where it has none. */
  readonly unlocking: { readonly prf: Uint8Array<ArrayBuffer>; readonly salt: string } | null
}

/** Makes a passkey and asks its PRF; some answer only when they are asked once more, after they were made. */
export async function makePasskey(question: NewPasskeyQuestion): Promise<MadePasskey> {
  const salt = bufferToBase64URLString(randomBytes(32).buffer)
  const optionsJSON = creationOf(question, base64URLStringToBuffer(salt))
  const made = await told(() => startRegistration({ optionsJSON }))
  const attestation = attestationOf(made)
  const prf = prfOf(made.clientExtensionResults)
  if (prf !== null) return { attestation, unlocking: { prf, salt } }
  if (!isPrfEnabled(made.clientExtensionResults)) return { attestation, unlocking: null }
  // The passkey is made; that it cannot unlock is no reason to lose it.
  const asked = await askPasskey([{ credentialId: made.id, salt }]).catch(() => null)
  return { attestation, unlocking: asked === null ? null : { prf: asked.prf, salt } }
}

function creationOf(question: NewPasskeyQuestion, salt: ArrayBuffer): PublicKeyCredentialCreationOptionsJSON {
  const { challenge, rp, user, pubKeyCredParams, timeout, excludeCredentials = [] } = question
  const extensions = { prf: { eval: { first: salt } } }
  return {
    challenge,
    rp: { name: rp.name, ...(rp.id === undefined ? {} : { id: rp.id }) },
    user: { ...user },
    pubKeyCredParams: pubKeyCredParams.map(({ alg }) => ({ alg, type: 'public-key' as const })),
    excludeCredentials: excludeCredentials.map(descriptor),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    attestation: 'none',
    ...(timeout === undefined ? {} : { timeout }),
    // The library's types do not know the extension; the browser takes it as it is.
    ...{ extensions },
  }
}

/**
 * Asks for one of these passkeys and gives its PRF's 32 bytes; works offline, and no server hears of it. Throws
 * `passkey-refused`, or `passkey-unsupported` where it has no PRF.
 */
export async function askPasskey(
  wraps: readonly Pick<PasskeyWrap, 'credentialId' | 'salt'>[],
): Promise<{ credentialId: string; prf: Uint8Array<ArrayBuffer> }> {
  const optionsJSON = {
    challenge: bufferToBase64URLString(randomBytes(32).buffer),
    allowCredentials: wraps.map(({ credentialId: id }) => ({ id, type: 'public-key' as const })),
    userVerification: 'required' as const,
    ...{ extensions: { prf: { evalByCredential: saltsOf(wraps) } } },
  }
  const { id, clientExtensionResults } = await told(() => startAuthentication({ optionsJSON }))
  const prf = prfOf(clientExtensionResults)
  if (prf === null) throw new Problem('passkey-unsupported')
  return { credentialId: id, prf }
}

const saltsOf = (wraps: readonly Pick<PasskeyWrap, 'credentialId' | 'salt'>[]) =>
  Object.fromEntries(wraps.map(({ credentialId, salt }) => [credentialId, { first: base64URLStringToBuffer(salt) }]))

/** The library's types do not know the extension. */
interface PrfResults {
  readonly prf?: { readonly enabled?: boolean; readonly results?: { readonly first?: BufferSource } }
}

function prfOf(results: object): Uint8Array<ArrayBuffer> | null {
  const first = (results as PrfResults).prf?.results?.first
  if (first === undefined) return null
  // A copy of its own, which can be moved to the worker.
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength).slice()
    : new Uint8Array(first).slice()
  return bytes.length === 32 ? bytes : null
}

const isPrfEnabled = (results: object) => (results as PrfResults).prf?.enabled === true

/** Failures of the browser as ours: closing its dialog and letting it time out look alike (§5.1.4). */
async function told<T>(ceremony: () => Promise<T>): Promise<T> {
  try {
    return await ceremony()
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : ''
    throw new Problem(name === 'NotSupportedError' ? 'passkey-unsupported' : 'passkey-refused', { cause })
  }
}
