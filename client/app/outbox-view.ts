/** How unsent transfers look. */
import { type OpenOutbox, outbox } from './kinds.ts'
import type { RunningJob } from './running.ts'
import type { OutboxRow } from './views.ts'

/** Problems whose way on is another choice of files, or another look at a person; the rest may be tried again. */
const waysOn: Partial<Record<string, 'pick-again' | 'look' | 'discard'>> = {
  'file-changed': 'pick-again',
  interrupted: 'pick-again',
  'name-refused': 'pick-again',
  'identity-changed': 'look',
  'too-large': 'discard',
}

export function outboxView({ row, value }: OpenOutbox, job: RunningJob | undefined): OutboxRow {
  const size = value.files.reduce((sum, file) => sum + file.size, 0)
  return {
    id: outbox.key(row),
    what: value.title ?? firstName(value.files) ?? 'Message',
    to: value.recipients.map(person => person.name),
    files: value.files.length,
    size,
    since: row.createdAt,
    state: stateOf({ row, value }, job),
  }
}

/** A title, or the first file's name without its folders (FORMAT.md, `.key`: `title`). */
export function firstName(files: readonly { readonly name: string }[]): string | undefined {
  return files[0]?.name.split('/').at(-1)
}

function stateOf({ row, value }: OpenOutbox, job: RunningJob | undefined): OutboxRow['state'] {
  if (value.fault !== null && row.state === 'failed') {
    return { kind: 'failed', fault: value.fault, wayOn: waysOn[value.fault.code] ?? 'retry' }
  }
  if (row.paused) {
    const nothing = { state: 'paused', done: 0, total: row.length, rate: 0, secondsLeft: null } as const
    return { kind: 'paused', progress: job === undefined ? nothing : { ...job.progress, state: 'paused' } }
  }
  if (job === undefined) return { kind: 'waiting' }
  return { kind: job.stage === 'uploading' ? 'uploading' : 'sealing', progress: job.progress }
}
