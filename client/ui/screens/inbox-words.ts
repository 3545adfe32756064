import type { Fault, InboxRow } from '#client/app/views.ts'

/** What a transfer is called, as far as this device could open it. */
export function whatOf(row: InboxRow): string {
  if (row.content !== undefined) return row.content.what
  return row.fault === undefined ? 'Not opened yet' : 'Could not be opened'
}

/** The fingerprint for a sender's mark; null where this device does not know the key. */
export function markOf(from: InboxRow['from']): string | null {
  return from.trust === 'unknown' ? null : from.fingerprint
}

/** A problem in the few words of a tag. */
export function faultTag(fault: Fault): string {
  switch (fault.code) {
    case 'damaged-at-chunk':
      return typeof fault.data.chunk === 'number' ? `Damaged at chunk ${fault.data.chunk + 1}` : 'Damaged'
    case 'truncated':
    case 'trailing-data':
    case 'root-mismatch':
    case 'envelope-damaged':
      return 'Damaged'
    case 'sender-unproven':
      return 'Sender not proven'
    case 'identity-changed':
      return 'Identity changed'
    case 'not-for-this-key':
      return 'Not for this key'
    case 'unsupported':
      return 'Made by a newer version'
    case 'storage-full':
      return 'Device full'
    default:
      return 'Stopped'
  }
}
