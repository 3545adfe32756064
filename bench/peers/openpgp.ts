import { createMessage, decrypt, encrypt, enums, generateKey, readMessage } from 'openpgp'
import type { Peer } from './peer.ts'

/** RFC 9580's AEAD with GCM, which WebCrypto computes; the default of the library is the older, slower CFB. */
const config = { aeadProtect: true, preferredAEADAlgorithm: enums.aead.gcm }

export async function makePeer(): Promise<Peer> {
  const userIDs = [{ name: 'Bench' }]
  const { privateKey, publicKey } = await generateKey({ type: 'curve25519', userIDs, format: 'object', config })
  return {
    async seal(plain) {
      const message = await createMessage({ binary: plain })
      return encrypt({ message, encryptionKeys: publicKey, format: 'binary', config })
    },
    async open(cipher) {
      const message = await readMessage({ binaryMessage: cipher })
      return (await decrypt({ message, decryptionKeys: privateKey, format: 'binary' })).data
    },
  }
}
