/** What an owner signs who seals the private keys anew: a stolen session alone cannot put noise in their place. */
import { Problem } from '#shared/contract/problems.ts'
import { asBytes, type Bytes, concat, label } from '#shared/format/bytes.ts'
import { signMessage, verifyMessage } from './ecdsa.ts'
import { sha256 } from './hash.ts'

export interface ResealClaim {
  /** Signature of the card that the keys belong to, 96 bytes. */
  readonly cardSig: Uint8Array
  /** The sealed keys, decoded. */
  readonly sealed: Uint8Array
}

/** Signs a claim with the identity's signing key; r ‖ s, 96 bytes. Throws `bad-request` unless `cardSig` is 96 bytes. */
export async function signReseal(signKey: CryptoKey, claim: ResealClaim): Promise<Bytes> {
  return signMessage(signKey, await claimBytes(claim))
}

/** Whether `sig` is that claim, signed by the key in `sign` (canonical SPKI). Throws as {@link signReseal}. */
export async function verifyReseal(sign: Uint8Array, sig: Uint8Array, claim: ResealClaim): Promise<boolean> {
  return verifyMessage(asBytes(sign), asBytes(sig), await claimBytes(claim))
}

async function claimBytes({ cardSig, sealed }: ResealClaim): Promise<Bytes> {
  if (cardSig.length !== 96) throw new Problem('bad-request')
  return concat(label('datacrypt/1 reseal'), asBytes(cardSig), await sha256(asBytes(sealed)))
}
