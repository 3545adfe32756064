/** An authenticator for tests: makes ES256 passkeys and signs with them, as Web Authentication Level 3 §6 has it. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import type { PasskeyAssertion, PasskeyAttestation } from '#shared/contract/factors.ts'

/** What a page passes on, and what a test bends. */
export interface Ceremony {
  readonly challenge: string
  readonly origin?: string
  readonly rpId?: string
  /** Whether the person was recognised, not only there. */
  readonly verified?: boolean
  readonly counter?: number
  /** Attestation statement format, and whether it comes with certificates. */
  readonly format?: string
  readonly certificates?: boolean
}

export interface Authenticator {
  readonly id: string
  create(ceremony: Ceremony): PasskeyAttestation
  get(ceremony: Ceremony): PasskeyAssertion
}

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

const clientData = (type: string, { challenge, origin = 'http://localhost:5000' }: Ceremony) =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

const present = 0x01
const recognised = 0x04
const attested = 0x40

function header({ rpId = 'localhost', verified = true, counter = 0 }: Ceremony, flags: number): Buffer {
  const count = Buffer.alloc(4)
  count.writeUInt32BE(counter)
  return Buffer.concat([sha256(rpId), Buffer.from([present | (verified ? recognised : 0) | flags]), count])
}

export function makeAuthenticator(): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  return {
    id: text(id),
    create(ceremony) {
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const cose = isoCBOR.encode(
        new Map<number, number | Uint8Array>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
          [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
        ]),
      )
      const about = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose])
      const authData = new Uint8Array(Buffer.concat([header(ceremony, attested), about]))
      const statement = new Map(ceremony.certificates ? [['x5c', [new Uint8Array(8)]]] : [])
      const object = isoCBOR.encode(
        new Map<string, unknown>([
          ['fmt', ceremony.format ?? 'none'],
          ['attStmt', statement],
          ['authData', authData],
        ]) as never,
      )
      const response = {
        clientDataJSON: text(clientData('webauthn.create', ceremony)),
        attestationObject: text(object),
      }
      return { id: text(id), response: { ...response, transports: ['internal'] } }
    },
    get(ceremony) {
      const authenticatorData = header(ceremony, 0)
      const client = clientData('webauthn.get', ceremony)
      const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(client)]), privateKey)
      const response = {
        clientDataJSON: text(client),
        authenticatorData: text(authenticatorData),
        signature: text(signature),
      }
      return { id: text(id), response }
    },
  }
}
