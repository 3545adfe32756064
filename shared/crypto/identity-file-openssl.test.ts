import { describe, expect, test } from 'vitest'
import { concat } from '#shared/format/bytes.ts'
import { parsePkcs8 } from '#shared/format/der-private-key.ts'
import { parsePem } from '#shared/format/pem.ts'
import { encodePublicKeyPem, parsePublicKeyPem } from '#shared/format/pem-public-key.ts'
import { identityFromSigningKey } from './identity.ts'
import { allOf, blocksOf, publicPemOfPkcs8, read, refused, secretsOf, somebody } from './identity-file.testing.ts'
import { readIdentityFile } from './identity-file.ts'
import { encodeIdentityFile } from './identity-file-encode.ts'
import { hasOpenssl, lockedPem, newKeyPem, openssl, publicPemOf } from './pem-openssl.testing.ts'

const passphrase = 'six words that do not belong'
const iterations = 1000

describe.skipIf(!hasOpenssl)('openssl reads each block that we write', () => {
  test('encrypted', async () => {
    const words = 'Ångström & naïve ½'
    const { card, secrets } = await somebody()
    const blocks = blocksOf(await encodeIdentityFile({ card, secrets, passphrase: words, iterations }))
    // openssl takes bytes: a person types NFC, ours is NFKC.
    const typed = words.normalize('NFKC')
    expect(blocks.map(block => publicPemOf(block, typed))).toEqual(allOf(secrets).map(publicPemOfPkcs8))
    const plain = blocks.map(block => openssl('pkcs8 -passin env:KEY_PASSPHRASE', { input: block, passphrase: typed }))
    expect(plain.flatMap(text => parsePem(text).blocks.map(block => block.der))).toEqual(allOf(secrets))
    expect(() => publicPemOf(blocks[0] ?? '', 'wrong')).toThrow()
  })

  test('plain, and the public half by itself', async () => {
    const { card, secrets } = await somebody()
    const blocks = blocksOf(await encodeIdentityFile({ card, secrets }))
    expect(blocks.map(block => publicPemOf(block))).toEqual(allOf(secrets).map(publicPemOfPkcs8))
    expect(openssl('pkey -pubin -pubout', { input: encodePublicKeyPem(card.sign) })).toBe(encodePublicKeyPem(card.sign))
    expect(parsePublicKeyPem(publicPemOf(blocks[0] ?? ''))).toEqual(card.sign)
  })
})

describe.skipIf(!hasOpenssl)('we read what openssl writes', () => {
  const key = hasOpenssl ? newKeyPem() : ''
  const other = hasOpenssl ? newKeyPem() : ''
  const publicKey = hasOpenssl ? publicPemOf(key) : ''

  async function signingKeyOf(text: string, words?: string): Promise<string> {
    const unlocked = await read(text, words)
    if (unlocked.kind !== 'signing-key') throw new Error('more than one key')
    expect(unlocked.sign).toHaveLength(185)
    return publicPemOfPkcs8(unlocked.sign)
  }

  const ciphers = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc']
  const prfs = ['hmacWithSHA1', 'hmacWithSHA256', 'hmacWithSHA384', 'hmacWithSHA512']
  const ways = ciphers.flatMap(cipher => prfs.map(prf => `-v2 ${cipher} -v2prf ${prf}`))
  test.each(ways)('pkcs8 -topk8 %s', async way => {
    expect(await signingKeyOf(lockedPem(key, passphrase, way), passphrase)).toBe(publicKey)
  })

  test.each(['é', 'e\u0301', 'ﬁle', '½ Ω', '日本語', '🔑'])('with the passphrase %s as it was typed', async words => {
    const text = lockedPem(key, words)
    expect(await signingKeyOf(text, words)).toBe(publicKey)
    await expect(read(text, `${words}!`)).rejects.toThrow('wrong-passphrase')
  })

  test.each([
    ['pkcs8', () => key],
    ['pkcs8 with CRLF and blanks', () => key.replaceAll('\n', ' \t\r\n')],
    ['pkcs8 with a byte order mark', () => `\uFEFF${key}`],
    ['pkcs8 after text, before text', () => `Bag Attributes\n    friendlyName: x\n${key}that was it`],
    ['SEC1', () => openssl('ec', { input: key })],
    ['SEC1 without the public key', () => openssl('ec -no_public', { input: key })],
    ['SEC1 with a compressed point', () => openssl('ec -conv_form compressed', { input: key })],
    ['SEC1 with a hybrid point', () => openssl('ec -conv_form hybrid', { input: key })],
    [
      'pkcs8 without the public key',
      () => openssl('pkcs8 -topk8 -nocrypt', { input: openssl('ec -no_public', { input: key }) }),
    ],
    ['as text and PEM', () => openssl('ec -text', { input: key })],
  ])('%s', async (_, text) => {
    expect(await signingKeyOf(text())).toBe(publicKey)
  })

  test('ecparam -genkey, with its EC PARAMETERS block', async () => {
    const text = openssl('ecparam -name secp384r1 -genkey')
    expect(text).toContain('BEGIN EC PARAMETERS')
    expect(await signingKeyOf(text)).toBe(publicPemOf(text))
  })

  test('one key alone signs, and the rest is made', async () => {
    const unlocked = await read(key)
    expect(unlocked).toMatchObject({ kind: 'signing-key', card: null })
    if (unlocked.kind !== 'signing-key') return
    const { identity } = await identityFromSigningKey({ sign: unlocked.sign })
    expect(encodePublicKeyPem(identity.card.sign)).toBe(publicKey)
  })

  test('two keys that openssl made are an identity without a card', async () => {
    const unlocked = await read(lockedPem(key, passphrase) + lockedPem(other, passphrase), passphrase)
    const { sign, enc } = secretsOf(unlocked)
    expect([sign, enc].map(publicPemOfPkcs8)).toEqual([publicKey, publicPemOf(other)])
    expect(unlocked.card).toBeNull()
  })

  test('another passphrase on the second key is not the first one', async () => {
    const text = lockedPem(key, passphrase) + lockedPem(other, 'another')
    await expect(read(text, passphrase)).rejects.toMatchObject(refused('damaged'))
  })

  test.each([
    ['prime256v1', 'other-curve', () => newKeyPem('prime256v1')],
    ['secp256k1', 'other-curve', () => newKeyPem('secp256k1')],
    ['P-521', 'other-curve', () => newKeyPem('P-521')],
    ['brainpoolP384r1', 'other-curve', () => newKeyPem('brainpoolP384r1')],
    ['SEC1 of secp256k1', 'other-curve', () => openssl('ecparam -name secp256k1 -genkey')],
    ['explicit parameters', 'explicit-curve', () => newKeyPem('P-384', ' -pkeyopt ec_param_enc:explicit')],
    ['SEC1 with explicit parameters', 'explicit-curve', () => openssl('ec -param_enc explicit', { input: key })],
    ['RSA', 'other-key', () => openssl('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024')],
    ['Ed25519', 'other-key', () => openssl('genpkey -algorithm ED25519')],
    ['a public key', 'other-key', () => publicKey],
    ['a private and a public key', 'other-key', () => key + publicKey],
    ['EC PARAMETERS alone', 'not-pem', () => openssl('ecparam -name secp384r1')],
    ['DER', 'not-pem', () => openssl('pkey -outform DER', { input: key })],
    ['Proc-Type', 'old-encryption', () => openssl('ec -aes256 -passout pass:x', { input: key })],
    ['PBES1', 'old-encryption', () => lockedPem(key, 'x', '-v1 PBE-SHA1-3DES')],
    ['scrypt', 'other-encryption', () => lockedPem(key, 'x', '-scrypt')],
    ['3DES', 'other-encryption', () => lockedPem(key, 'x', '-v2 des3')],
    ['Camellia', 'other-encryption', () => lockedPem(key, 'x', '-v2 camellia-256-cbc')],
    ['HMAC-SHA-224', 'other-encryption', () => lockedPem(key, 'x', '-v2 aes-256-cbc -v2prf hmacWithSHA224')],
  ])('%s is refused as %s', async (_, reason, text) => {
    await expect(readIdentityFile(text())).rejects.toMatchObject(refused(reason))
  })

  test('a key of another curve in a good box is told by its reason', async () => {
    const text = lockedPem(newKeyPem('P-521'), passphrase)
    await expect(read(text, passphrase)).rejects.toMatchObject(refused('other-curve'))
  })

  test('a key with a public half that is not its own is refused', async () => {
    const mine = parsePkcs8(parsePem(key).blocks[0]?.der ?? new Uint8Array(0))
    const theirs = parsePem(other).blocks[0]?.der ?? new Uint8Array(0)
    const joined = concat(theirs.subarray(0, 35), mine.scalar, theirs.subarray(83))
    const text = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(joined).toString('base64')}\n-----END PRIVATE KEY-----\n`
    await expect(read(text)).rejects.toMatchObject(refused('damaged'))
  })
})
