import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { Peer } from './peer.ts'

export async function makePeer(): Promise<Peer> {
  const identity = await generateX25519Identity()
  const recipient = await identityToRecipient(identity)
  return {
    seal(plain) {
      const encrypter = new Encrypter()
      encrypter.addRecipient(recipient)
      return encrypter.encrypt(plain)
    },
    open(cipher) {
      const decrypter = new Decrypter()
      decrypter.addIdentity(identity)
      return decrypter.decrypt(cipher)
    },
  }
}
