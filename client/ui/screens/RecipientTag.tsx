import { Check, ClockAlert, Download, FileWarning, Undo2 } from 'lucide-react'
import type { SentRecipient } from '#client/app/views.ts'
import { Tag } from '../parts/Tag.tsx'

/** How far one recipient is. */
export function RecipientTag({ state }: { readonly state: SentRecipient['state'] }) {
  switch (state.kind) {
    case 'waiting':
      return <Tag icon={Check}>Sent, not opened yet</Tag>
    case 'downloading':
      return (
        <Tag tone="live" icon={Download}>
          Downloading
        </Tag>
      )
    case 'downloaded':
      return state.receipt === 'checked' ? (
        <Tag tone="good" icon={Check}>
          Receipt checked
        </Tag>
      ) : (
        <Tag tone="bad" icon={FileWarning}>
          Receipt refused
        </Tag>
      )
    case 'revoked':
      return <Tag icon={Undo2}>Revoked by you</Tag>
    case 'expired':
      return <Tag icon={ClockAlert}>Expired</Tag>
  }
}
