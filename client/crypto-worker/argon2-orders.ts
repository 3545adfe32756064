/** What the stretching worker is asked, and what it answers. */
export interface Stretch {
  /** NFKC, UTF-8. */
  readonly password: Uint8Array<ArrayBuffer>
  /** 16 bytes. */
  readonly salt: Uint8Array<ArrayBuffer>
  /** KiB of memory, passes, lanes. */
  readonly m: number
  readonly t: number
  readonly p: number
}

export type StretchAnswer = { readonly hash: Uint8Array<ArrayBuffer> } | { readonly failed: true }
