/** A link's fragment: what opens the transfer, and who made the link. It stands after `#` and never reaches a server. */
import { decodeBase64, encodeBase64 } from './base64.ts'
import { type Bytes, concat } from './bytes.ts'

export interface LinkFragment {
  /** 32 random bytes. */
  readonly secret: Bytes
  /** Identity hash of the sender, 32 bytes: ask for this sender when opening. */
  readonly senderHash: Bytes
}

/** The fragment's text, without `#`. */
export function encodeLinkFragment({ secret, senderHash }: { secret: Uint8Array; senderHash: Uint8Array }): string {
  return encodeBase64(concat(secret, senderHash))
}

/** Reads a fragment without its `#`; `null` where it is not one: the link was cut or changed. */
export function parseLinkFragment(text: string): LinkFragment | null {
  const bytes = decodeBase64(text)
  return bytes?.length === 64 ? { secret: bytes.slice(0, 32), senderHash: bytes.slice(32) } : null
}
