import { Check, CircleDashed } from 'lucide-react'
import type { Safety } from '#client/app/safety-views.ts'
import { format } from '../../format.ts'
import { Tag } from '../../parts/Tag.tsx'

/** Whether the recovery kit has been seen to work. */
export function KitTag({ kit }: { readonly kit: Safety['kit'] }) {
  if (kit.state === 'proven') {
    return (
      <Tag tone="good" icon={Check}>
        Proven {format.date(kit.provenAt)}
      </Tag>
    )
  }
  return (
    <Tag tone="warn" icon={CircleDashed}>
      {kit.state === 'none' ? 'Not made yet' : 'Not tried yet'}
    </Tag>
  )
}
