import { type FormEvent, useRef, useState } from 'react'
import type { PersonView } from '#client/app/views.ts'
import { textLimits } from '#shared/contract/limits.ts'
import { useApp, useAttempt, useDraft, useLive } from '../app-context.ts'
import { orderOf } from '../draft.ts'
import { format } from '../format.ts'
import { DropTarget } from '../parts/DropTarget.tsx'
import { FileList } from '../parts/FileList.tsx'
import { ErrorLine, TextArea, TextField } from '../parts/fields.tsx'
import { OutboxCard } from '../parts/OutboxCard.tsx'
import { Body, Card, TopBar } from '../parts/Page.tsx'
import { PeoplePicker } from '../parts/PeoplePicker.tsx'
import { usePeoplePicker } from '../parts/use-people-picker.ts'
import { firstName } from '../words.ts'
import { ChangedRecipients } from './ChangedRecipients.tsx'
import { FirstTime } from './FirstTime.tsx'
import { SendOptions } from './SendOptions.tsx'
import { SendSummary } from './SendSummary.tsx'

interface Wrong {
  readonly to?: string
  readonly files?: string
}

/** People, files, message, expiry, limit; beside it for whom it is encrypted and what the server sees. */
export function Send() {
  const form = useSendForm()
  const { draft, picker, wrong, attempt } = form
  const store = useDraft()
  return (
    <>
      <TopBar title="Send" />
      <Body width="wide">
        <form
          noValidate
          onSubmit={form.submit}
          className="grid items-start gap-6 wide:grid-cols-[minmax(0,1fr)_20rem] wide:gap-8"
        >
          <div className="flex min-w-0 flex-col gap-5">
            <div className="flex flex-col gap-2">
              <PeoplePicker picker={picker} error={wrong.to ?? null} ref={form.toField} />
              <ChangedRecipients people={draft.to} onTakeOff={picker.remove} />
              {form.firstTime === null ? null : <FirstTime person={form.firstTime} onLater={form.later} />}
            </div>
            <Files wrong={wrong.files ?? null} />
            <TextField
              label="Title"
              aside="optional, encrypted too"
              value={draft.title}
              maxLength={textLimits.title}
              autoComplete="off"
              onChange={title => store.change({ title })}
            />
            <TextArea
              label="Message"
              aside="optional, encrypted too"
              value={draft.note}
              onChange={note => store.change({ note })}
            />
            <SendOptions draft={draft} onChange={part => store.change(part)} />
          </div>
          <aside
            aria-label="Summary"
            className="flex flex-col gap-6 p-px wide:sticky wide:top-18 wide:max-h-[calc(100dvh-4.5rem)] wide:overflow-auto wide:pb-6"
          >
            <SendSummary draft={draft} busy={attempt.busy} fault={attempt.fault} />
            <p role="status" className={form.said === '' ? 'sr-only' : 'text-t2 text-ink-2'}>
              {form.said}
            </p>
            <OnItsWay />
          </aside>
        </form>
      </Body>
    </>
  )
}

function useSendForm() {
  const app = useApp()
  const store = useDraft()
  const draft = useLive(store)
  const attempt = useAttempt()
  const [wrong, setWrong] = useState<Wrong>({})
  const [said, setSaid] = useState('')
  const [firstTime, setFirstTime] = useState<PersonView | null>(null)
  const toField = useRef<HTMLInputElement>(null)
  const picker = usePeoplePicker({
    app,
    people: draft.to,
    onChange: to => {
      store.change({ to })
      setWrong({})
    },
    onAdded: person => setFirstTime(person.trust === 'not-verified' ? person : null),
  })
  const shownFirst =
    firstTime !== null && draft.to.some(person => person.userId === firstTime.userId) ? firstTime : null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setSaid('')
    const to = await picker.settle()
    if (to === null) return toField.current?.focus()
    const ready = { ...store.get(), to }
    const found = whatIsWrong(ready)
    setWrong(found)
    if (found.to !== undefined) return toField.current?.focus()
    if (found.files !== undefined) return
    if (!(await attempt.run(() => app.send(orderOf(ready))))) return
    store.reset()
    setFirstTime(null)
    setSaid(`On its way to ${format.names(to.map(person => firstName(person.name)))}. You can go on with the next one.`)
    toField.current?.focus()
  }
  return {
    draft,
    picker,
    wrong,
    attempt,
    said,
    submit,
    toField,
    firstTime: shownFirst,
    later: () => setFirstTime(null),
  }
}

function whatIsWrong(draft: ReturnType<ReturnType<typeof useDraft>['get']>): Wrong {
  if (draft.to.length === 0) return { to: 'Name at least one person.' }
  const changed = draft.to.find(person => person.trust === 'identity-changed')
  if (changed !== undefined) {
    return { to: `The identity of ${changed.name} changed. Take them off, or ask in person before you go on.` }
  }
  if (draft.files.length === 0 && draft.note.trim() === '') return { files: 'Add a file, or write a message.' }
  return {}
}

function Files({ wrong }: { readonly wrong: string | null }) {
  const store = useDraft()
  const { files } = useLive(store)
  const size = files.reduce((sum, picked) => sum + picked.file.size, 0)
  const remove = (indexes: readonly number[]) => {
    const gone = new Set(indexes)
    store.change({ files: files.filter((_, index) => !gone.has(index)) })
  }
  return (
    <section aria-label="Files" className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-3">
        <h2 className="text-t2 font-control">Files</h2>
        <span className="text-t2 text-ink-2 tabular-nums" role="status">
          {files.length === 0 ? '' : `${format.files(files.length)} · ${format.size(size)}`}
        </span>
      </div>
      {files.length === 0 ? null : (
        <Card flush>
          <FileList files={files.map(picked => ({ path: picked.path, size: picked.file.size }))} onRemove={remove} />
        </Card>
      )}
      <DropTarget slim={files.length > 0} onFiles={more => store.addFiles(more)} />
      {wrong === null || files.length > 0 ? null : <ErrorLine text={wrong} />}
    </section>
  )
}

function OnItsWay() {
  const rows = useLive(useApp().outbox)
  if (rows.length === 0) return null
  return (
    <section aria-labelledby="on-its-way" className="flex flex-col gap-3">
      <h2 id="on-its-way" className="text-t3 font-heading">
        On its way
      </h2>
      <ul className="flex flex-col gap-3">
        {rows.map(row => (
          <OutboxCard key={row.id} row={row} />
        ))}
      </ul>
      <p className="text-t2 text-ink-2">
        You can go on with something else here. Keep this tab open until it is sealed; the rest goes on after a break
        too.
      </p>
    </section>
  )
}
