import { createPortal } from 'react-dom'
import type { Me } from '#client/app/views.ts'
import { format } from '../format.ts'
import { Sign } from './Brand.tsx'
import { kitSentences, kitSteps } from './kit-text.ts'
import { keyGroups } from './recovery-typing.ts'

interface KitSheetProps {
  readonly me: Me
  readonly madeAt: number
  readonly recoveryKey: string
}

/** The kit on paper. It stands beside the app's root, hidden; while it is there, a print holds it alone (styles.css). */
export function KitSheet({ me, madeAt, recoveryKey }: KitSheetProps) {
  const server = window.location.origin
  return createPortal(
    <article className="print-sheet" aria-hidden="true">
      <p className="flex items-center gap-2 text-t4 font-heading">
        <Sign /> DataCrypt recovery kit
      </p>
      <dl className="mt-6 grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1 text-t2">
        <Fact name="Name" value={me.name} />
        <Fact name="Address" value={me.email} />
        <Fact name="Server" value={server} />
        <Fact name="Made" value={format.date(madeAt)} />
        <Fact name="Fingerprint" value={me.fingerprint} digits />
      </dl>
      <h2 className="mt-8 text-t3 font-heading">Recovery key</h2>
      <ol className="digits mt-2 grid grid-cols-[repeat(4,max-content)] gap-x-10 gap-y-4 rounded-r2 border border-edge px-6 py-5 text-t6">
        {keyGroups(recoveryKey).map((group, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
          <li key={place}>{group}</li>
        ))}
      </ol>
      <p className="mt-2 text-t2">{kitSentences.alphabet}</p>
      <p className="mt-8">{kitSentences.what}</p>
      <p className="mt-3">{kitSentences.keep}</p>
      <h2 className="mt-8 text-t3 font-heading">To come back with it</h2>
      <ol className="mt-2 grid list-decimal gap-1 ps-6">
        {kitSteps(server).map(step => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <dl className="mt-12 grid grid-cols-[auto_minmax(0,1fr)] items-end gap-x-4 gap-y-8">
        <Blank name="This page is kept" />
        <Blank name="Tried on" />
      </dl>
    </article>,
    document.body,
  )
}

function Fact({ name, value, digits = false }: { readonly name: string; readonly value: string; digits?: boolean }) {
  return (
    <>
      <dt className="text-ink-2">{name}</dt>
      <dd className="wrap-anywhere">{digits ? <span className="digits">{value}</span> : <bdi>{value}</bdi>}</dd>
    </>
  )
}

/** A line to write on. */
function Blank({ name }: { readonly name: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="min-h-6 border-b border-edge" />
    </>
  )
}
