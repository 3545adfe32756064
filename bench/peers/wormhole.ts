import { Keychain } from 'wormhole-crypto'
import type { Peer } from './peer.ts'

export async function makePeer(): Promise<Peer> {
  const keychain = new Keychain()
  return { seal: plain => keychain.encryptStream(plain), open: cipher => keychain.decryptStream(cipher) }
}
