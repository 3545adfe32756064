/** Port: where ciphertext lives, in the shape of S3's multipart uploads. Adapters are proven by blob.contract.ts. */
import type { Readable } from 'node:stream'
import type { BlobId } from '#shared/contract/ids.ts'
import type { DownloadGrant, Grant, Part } from '#shared/contract/transfer.ts'

/** An upload that has begun. All parts are `partSize` long but the last. */
export interface Upload {
  readonly blobId: BlobId
  readonly uploadId: string
  readonly length: number
  readonly partSize: number
}

export interface BlobStore {
  /** Begins an upload; answers the store's own name for it. Throws `bad-request` where `length` or `partSize` is under 1. */
  create(blobId: BlobId, size: { length: number; partSize: number }): Promise<{ uploadId: string }>
  /**
   * Where the client puts these parts. A grant binds the part's number, length and checksum, and ends by itself. Throws
   * `part-refused` where a number or length is not what the upload's arithmetic says.
   */
  grants(upload: Upload, parts: readonly Part[]): Promise<readonly Grant[]>
  /** The parts that lie there whole, by number: the single truth when an upload is resumed. */
  parts(upload: Upload): Promise<readonly Part[]>
  /**
   * Makes the parts one blob; repeating it changes nothing. Throws `parts-missing` (`n`: the first one) where any is
   * missing or its length is wrong, and `conflict` where the blob was completed from another upload.
   */
  complete(upload: Upload): Promise<void>
  /** Forgets an unfinished upload and its parts; nothing happens where there is none, or where it is complete. */
  abort(upload: Upload): Promise<void>
  /** A URL for ranged GETs, and what to send with it. Lives until `expiresAt`. */
  downloadGrant(blobId: BlobId, options: { expiresAt: number }): Promise<DownloadGrant>
  /**
   * Bytes `from` to `to` (not included) of a complete blob; `to` may lie beyond the end. Throws `not-found` where there is
   * no such blob, `range-refused` (`total`: its length) where `from` lies at or beyond the end, or not before `to`.
   */
  read(blobId: BlobId, range: { from: number; to: number }): Promise<Readable>
  /** Deletes a complete blob; nothing happens where there is none. */
  delete(blobId: BlobId): Promise<void>
  /** Resolves where the store can be written, rejects where it cannot. */
  ping(): Promise<void>
}

/** A range as RFC 9110 §14.1.2 has it: `to` is the last byte wanted, `suffix` asks for that many bytes at the end. */
export interface AskedRange {
  readonly from?: number
  readonly to?: number
  readonly suffix?: number
}

/** Bytes that are served, and their place in the whole: from `from` up to `to`, which is not included. */
export interface ServedRange {
  readonly body: Readable
  readonly from: number
  readonly to: number
  readonly total: number
}

/** What an adapter whose URLs are this server's own gives the HTTP edge. */
export interface DirectBlobs {
  /**
   * Takes one part. `token` is the grant's. Throws `grant-refused` where the grant has ended, `part-refused` where the bytes are not those
   * it names (a cut, a surplus, another checksum; nothing is left behind), `server-full` where the disk is full. The body
   * may be left unread when it throws, and is not destroyed: the caller answers, then ends the connection.
   */
  putPart(token: string, n: number, body: Readable): Promise<void>
  /**
   * Opens bytes of a blob for a download grant's token; null asks for all of it. Throws `grant-refused` where the grant has
   * ended or the blob is gone, `range-refused` with `total` where the range cannot be satisfied (RFC 9110 §15.5.17).
   */
  openRange(token: string, range: AskedRange | null): Promise<ServedRange>
}
