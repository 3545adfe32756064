/** Secrets that nobody planted: the app or the server made them, and they are noted where they show. */
import { createPrivateKey } from 'node:crypto'
import { type Secret, secretBytes, secretText } from './canary.ts'

/** As it is written on the paper, and as people type it. */
export function noteRecoveryKey(key: string): Secret {
  return secretText('recovery key', key, key.replaceAll('-', ''), key.replaceAll('-', ' '))
}

/** From an encrypted PEM block: the scalar, which every form of a private key holds, and the PKCS#8. */
export function notePrivateKey(pem: string, passphrase: string): Secret[] {
  const key = createPrivateKey({ key: pem, passphrase })
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
  if (scalar.length !== 48) throw new Error('no private key of P-384')
  return [
    secretBytes('private key', scalar),
    secretBytes('private key as PKCS#8', key.export({ format: 'der', type: 'pkcs8' })),
  ]
}

/** The codes in the texts of letters. */
export function noteMailed(letters: readonly string[]): Secret[] {
  const codes = letters.flatMap(text => text.match(/\b(\d{8}|\d{4} \d{4})\b/g) ?? []).map(code => code.replace(' ', ''))
  return codes.map(code => secretText('mailed code', code))
}

/** What stands in for the password at the server, in the bodies of requests. */
export function noteLoginSecrets(requests: readonly Buffer[]): Secret[] {
  const bodies = requests.flatMap(body => body.toString('latin1').match(/"loginSecret":"[^"]+"/g) ?? [])
  const texts = new Set(bodies.map(found => found.split('"')[3] ?? ''))
  return [...texts].flatMap(text => [
    secretText('login secret', text),
    secretBytes('login secret', Buffer.from(text, 'base64')),
  ])
}
