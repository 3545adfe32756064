/** The real openssl, as another hand that writes and reads key files. */
import { spawnSync } from 'node:child_process'

/** Whether there is an OpenSSL 3 to ask. */
export const hasOpenssl = /^OpenSSL 3/.test(spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '')

/** Runs `openssl` with `input` on its standard input; gives its output, or throws with what it complained about. */
export function openssl(command: string, { input = '', passphrase }: { input?: string; passphrase?: string } = {}) {
  const env = { ...process.env, KEY_PASSPHRASE: passphrase }
  const { status, stdout, stderr } = spawnSync('openssl', command.split(' '), { input, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl ${command}: ${stderr}`)
  return stdout
}

/** A new P-384 key as `BEGIN PRIVATE KEY`. */
export function newKeyPem(curve = 'P-384', more = ''): string {
  return openssl(`genpkey -algorithm EC -pkeyopt ec_paramgen_curve:${curve}${more}`)
}

/** The public key, as openssl reads it out of a private one. */
export function publicPemOf(privatePem: string, passphrase?: string): string {
  return openssl('pkey -pubout -passin env:KEY_PASSPHRASE', { input: privatePem, passphrase: passphrase ?? '' })
}

/** The key locked by `openssl pkcs8 -topk8`. */
export function lockedPem(privatePem: string, passphrase: string, how = '-v2 aes-256-cbc -iter 1000'): string {
  return openssl(`pkcs8 -topk8 ${how} -passout env:KEY_PASSPHRASE`, { input: privatePem, passphrase })
}
