/** What is used of the peers' libraries: the types must hold where they are not installed. */

declare module 'age-encryption' {
  export function generateX25519Identity(): Promise<string>
  export function identityToRecipient(identity: string): Promise<string>
  export class Encrypter {
    addRecipient(recipient: string): void
    encrypt(file: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>>
  }
  export class Decrypter {
    addIdentity(identity: string): void
    decrypt(file: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>>
  }
}

declare module 'libsodium-wrappers' {
  interface PushState {
    readonly state: object
    readonly header: Uint8Array
  }
  interface Sodium {
    readonly ready: Promise<void>
    readonly crypto_secretstream_xchacha20poly1305_ABYTES: number
    readonly crypto_secretstream_xchacha20poly1305_HEADERBYTES: number
    readonly crypto_secretstream_xchacha20poly1305_TAG_MESSAGE: number
    readonly crypto_secretstream_xchacha20poly1305_TAG_FINAL: number
    crypto_secretstream_xchacha20poly1305_keygen(): Uint8Array
    crypto_secretstream_xchacha20poly1305_init_push(key: Uint8Array): PushState
    crypto_secretstream_xchacha20poly1305_init_pull(header: Uint8Array, key: Uint8Array): object
    crypto_secretstream_xchacha20poly1305_push(state: object, chunk: Uint8Array, ad: null, tag: number): Uint8Array
    crypto_secretstream_xchacha20poly1305_pull(
      state: object,
      chunk: Uint8Array,
      ad: null,
    ): { readonly message: Uint8Array; readonly tag: number } | false
  }
  const sodium: Sodium
  export default sodium
}

declare module 'openpgp' {
  interface Key {
    readonly isKey: never
  }
  interface Message {
    readonly isMessage: never
  }
  interface Config {
    readonly aeadProtect: boolean
    readonly preferredAEADAlgorithm: number
  }
  export const enums: { readonly aead: { readonly gcm: number } }
  export function generateKey(options: {
    type: 'curve25519'
    userIDs: readonly { readonly name: string }[]
    format: 'object'
    config: Config
  }): Promise<{ readonly privateKey: Key; readonly publicKey: Key }>
  export function createMessage(options: { binary: ReadableStream<Uint8Array> }): Promise<Message>
  export function readMessage(options: { binaryMessage: ReadableStream<Uint8Array> }): Promise<Message>
  export function encrypt(options: {
    message: Message
    encryptionKeys: Key
    format: 'binary'
    config: Config
  }): Promise<ReadableStream<Uint8Array>>
  export function decrypt(options: {
    message: Message
    decryptionKeys: Key
    format: 'binary'
  }): Promise<{ readonly data: ReadableStream<Uint8Array> }>
}

declare module 'wormhole-crypto' {
  export class Keychain {
    encryptStream(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>>
    decryptStream(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>>
  }
}
