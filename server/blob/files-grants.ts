/** Grants of the file store: what a bearer may do, signed by the server's secret and sent in a header, never in a URL. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { blobId } from '#shared/contract/ids.ts'
import { part } from '#shared/contract/transfer.ts'

/** The header that carries a grant's token, in lower case as Node hands headers over. */
export const grantHeader = 'x-datacrypt-grant'

const putGrant = z.object({
  verb: z.literal('put'),
  blobId,
  uploadId: z.string(),
  ...part.shape,
  expiresAt: z.number(),
})
const getGrant = z.object({ verb: z.literal('get'), blobId, expiresAt: z.number() })
const anyGrant = z.discriminatedUnion('verb', [putGrant, getGrant])

/** Leave to put one part, named by number, length and checksum. */
export type PutGrant = z.infer<typeof putGrant>
/** Leave to read one blob. */
export type GetGrant = z.infer<typeof getGrant>

/** base64url(JSON) '.' base64url(HMAC-SHA-256 of the part before the dot). */
export function signGrant(secret: Uint8Array, grant: PutGrant | GetGrant): string {
  const claims = Buffer.from(JSON.stringify(grant)).toString('base64url')
  return `${claims}.${macOf(secret, claims).toString('base64url')}`
}

/** The grant that `token` carries, or null where it was not signed by `secret` or has ended. */
export function readGrant(secret: Uint8Array, token: string, now: number): PutGrant | GetGrant | null {
  const [claims = '', mac = '', ...rest] = token.split('.')
  const given = Buffer.from(mac, 'base64url')
  const right = macOf(secret, claims)
  if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return null
  const grant = anyGrant.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()))
  return grant.expiresAt > now ? grant : null
}

function macOf(secret: Uint8Array, claims: string): Buffer {
  return createHmac('sha256', secret).update(`datacrypt grant 1\n${claims}`).digest()
}
