import { useId } from 'react'
import { type IdleMinutes, idleMinutes } from '#client/app/safety-views.ts'
import { useApp, useLive } from '../../app-context.ts'
import { Choice } from '../../parts/fields.tsx'

const words: Readonly<Record<IdleMinutes, string>> = {
  5: '5 minutes',
  15: '15 minutes',
  30: '30 minutes',
  60: '1 hour',
  240: '4 hours',
}

const options = idleMinutes.map(minutes => ({ value: String(minutes), label: words[minutes] }))

/** After how long without use the keys lock on this device. */
export function LockAfter() {
  const app = useApp()
  const minutes = useLive(app.idleAfter)
  const id = useId()
  const take = (text: string) => {
    const chosen = idleMinutes.find(one => String(one) === text)
    if (chosen !== undefined) app.setIdleAfter(chosen)
  }
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 md:px-5">
      <div className="min-w-0 flex-[1_1_14rem]">
        <label htmlFor={id} className="font-strong">
          Lock after
        </label>
        <p id={`${id}-below`} className="text-t2 text-ink-2">
          Without use of this device, and never while something is on its way. Closing or reloading the page locks too.
        </p>
      </div>
      <span className="block w-40">
        <Choice id={id} describedBy={`${id}-below`} value={String(minutes)} options={options} onChange={take} />
      </span>
    </li>
  )
}
