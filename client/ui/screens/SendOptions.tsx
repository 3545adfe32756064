import { times, transferLimits } from '#shared/contract/limits.ts'
import { useNow } from '../app-context.ts'
import type { Draft } from '../draft.ts'
import { format } from '../format.ts'
import { Switch } from '../parts/choices.tsx'
import { Select } from '../parts/fields.tsx'
import { Fold } from '../parts/Page.tsx'

const lives = [
  { time: transferLimits.expiryMin, label: '5 minutes' },
  { time: times.hour, label: '1 hour' },
  { time: times.day, label: '1 day' },
  { time: 3 * times.day, label: '3 days' },
  { time: transferLimits.expiryDefault, label: '7 days' },
  { time: 14 * times.day, label: '14 days' },
  { time: transferLimits.expiryMax, label: '31 days' },
].map(({ time, label }) => ({ value: String(time), label }))

const limits = [
  { value: 'none', label: 'No limit' },
  { value: '1', label: 'Once each' },
  { value: '3', label: '3 times each' },
  { value: '10', label: '10 times each' },
] as const

const suites = [
  { value: 'gcm', label: 'AES-256-GCM' },
  { value: 'cbc', label: 'AES-256-CBC with HMAC' },
] as const

interface SendOptionsProps {
  readonly draft: Draft
  readonly onChange: (part: Partial<Draft>) => void
}

/** How long, how often, with which cipher, and whether the size is hidden. */
export function SendOptions({ draft, onChange }: SendOptionsProps) {
  const now = useNow()
  const limit = limits.find(({ value }) => value === String(draft.downloads))?.value ?? 'none'
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-4 md:grid-cols-2 md:gap-6">
        <Select
          label="Delete from the server after"
          value={String(draft.life)}
          options={lives}
          onChange={life => onChange({ life: Number(life) })}
          hint={<span className="tabular-nums">About {format.full(now + draft.life)}</span>}
        />
        <Select
          label="Downloads"
          value={limit}
          options={limits}
          onChange={value => onChange({ downloads: value === 'none' ? null : Number(value) })}
          hint="Counted when a copy is complete and verified."
        />
      </div>
      <Fold title="Encryption" open={draft.suite !== 'gcm' || !draft.padding}>
        <div className="flex max-w-sm flex-col gap-4">
          <Select
            label="Encrypt the files with"
            value={draft.suite}
            options={suites}
            onChange={suite => onChange({ suite })}
            hint="Both keep the content secret and show any change. AES-256-GCM is the faster one."
          />
          <div className="flex flex-col gap-1">
            <Switch on={draft.padding} onChange={padding => onChange({ padding })}>
              Hide the exact size
            </Switch>
            <p className="text-t2 text-ink-2">Adds up to 12 percent, so that the size says little about what it is.</p>
          </div>
        </div>
      </Fold>
    </div>
  )
}
