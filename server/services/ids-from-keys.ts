/** Ids that follow from what they are made for. */
import { createHash } from 'node:crypto'

/** Ids follow from the key, so that a repeated call after a crash finds what the first one made. */
export function idFrom<Id>(schema: { parse(text: unknown): Id }, ...parts: string[]): Id {
  return schema.parse(createHash('sha256').update(parts.join('\0')).digest().subarray(0, 16).toString('base64url'))
}
