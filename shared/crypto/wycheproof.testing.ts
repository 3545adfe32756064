/** Every run of Project Wycheproof's vectors, with the counts that it has to give; for Node and browsers alike. */
import { cardsWithSpki, ecdhJwk, ecdhPem, ecdhPoint, ecdhSpki, platformJwk } from './wycheproof-ecdh.testing.ts'
import type { Counts } from './wycheproof-read.testing.ts'
import {
  cbcChunks,
  cbcPlatform,
  gcmPlatform,
  gcmStanzas,
  hkdfOurs,
  hkdfPlatform,
  hmacPlatform,
  hmacWhole,
} from './wycheproof-symmetric.testing.ts'

const ecdhFull: Counts = { 'valid match': 771, 'acceptable refused': 230, 'invalid refused': 46 }

/** A run of one file, and the counts that it has to give. */
export interface Run {
  readonly name: string
  readonly file: string
  readonly run: (text: string) => Promise<Counts>
  readonly counts: Counts
}

/** Every run; `aes192` says whether the platform has AES keys of 192 bits. */
export function allRuns({ aes192 }: { aes192: boolean }): readonly Run[] {
  const cbc = aes192 ? { 'valid match': 72 } : { 'valid match': 48, 'valid refused': 24 }
  const hmac = { 'valid match': 66, 'invalid refused': 108 }
  return [
    { name: 'ECDH, SPKI', file: 'ecdh_secp384r1_test', run: ecdhSpki, counts: ecdhFull },
    { name: 'SPKI on a card', file: 'ecdh_secp384r1_test', run: cardsWithSpki, counts: ecdhFull },
    { name: 'ECDH, PEM', file: 'ecdh_secp384r1_pem_test', run: ecdhPem, counts: ecdhFull },
    {
      name: 'ECDH, points',
      file: 'ecdh_secp384r1_ecpoint_test',
      run: ecdhPoint,
      counts: { 'valid match': 771, 'acceptable refused': 1, 'invalid refused': 18 },
    },
    {
      name: 'ECDH, JWK',
      file: 'ecdh_secp384r1_webcrypto_test',
      run: ecdhJwk,
      counts: { 'valid match': 771, 'invalid refused': 23 },
    },
    {
      name: 'JWK, by the platform alone',
      file: 'ecdh_secp384r1_webcrypto_test',
      run: platformJwk,
      counts: { 'valid match': 771, 'invalid refused': 23 },
    },
    { name: 'HKDF, our 32 bytes', file: 'hkdf_sha256_test', run: hkdfOurs, counts: { 'valid match': 83 } },
    { name: 'HKDF', file: 'hkdf_sha256_test', run: hkdfPlatform, counts: { 'valid match': 83, 'invalid refused': 3 } },
    { name: 'GCM', file: 'aes_gcm_test', run: gcmPlatform, counts: { 'valid match': 79, 'invalid refused': 54 } },
    {
      name: 'GCM, in stanzas',
      file: 'aes_gcm_test',
      run: gcmStanzas,
      counts: { 'valid match': 39, 'valid refused': 190, 'invalid refused': 87 },
    },
    { name: 'CBC', file: 'aes_cbc_pkcs5_test', run: cbcPlatform, counts: { ...cbc, 'invalid refused': 144 } },
    {
      name: 'CBC, in chunks',
      file: 'aes_cbc_pkcs5_test',
      run: cbcChunks,
      counts: { 'valid match': 24, 'valid refused': 48, 'invalid refused': 144 },
    },
    { name: 'HMAC', file: 'hmac_sha256_test', run: hmacPlatform, counts: hmac },
    {
      name: 'HMAC, whole tags alone',
      file: 'hmac_sha256_test',
      run: hmacWhole,
      counts: { 'valid match': 33, 'valid refused': 33, 'invalid refused': 108 },
    },
  ]
}

/** How many tests there are in all. */
export const totalTests = 4470
