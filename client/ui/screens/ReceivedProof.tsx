import { ReceiptText } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { InboxRow, PersonView } from '#client/app/views.ts'
import { useMe, useNow } from '../app-context.ts'
import { format } from '../format.ts'
import { Card, CardTitle, Fold } from '../parts/Page.tsx'
import { Tally } from '../parts/Tally.tsx'
import { TrustLine, trustWords } from '../parts/TrustLine.tsx'
import { textLink } from '../parts/text-link.ts'
import { firstName, possessive } from '../words.ts'

/** Whose key sealed it, and how far that is known. */
export function Sealer({ row }: { readonly row: InboxRow }) {
  if (row.content === undefined) return null
  const { from } = row
  return (
    <Card>
      <CardTitle>Who sealed this</CardTitle>
      {from.trust === 'unknown' ? <UnknownSealer name={from.name} /> : <KnownSealer from={from} />}
    </Card>
  )
}

function UnknownSealer({ name }: { readonly name: string }) {
  return (
    <p className="text-t2 text-ink-2">
      The server says it is from <bdi>{name}</bdi>. This device does not know that key yet.
    </p>
  )
}

const meaning: Record<PersonView['trust'], (name: string) => string> = {
  verified: () => 'You compared safety numbers. The signature on this transfer is from that key.',
  'not-verified': name =>
    `The signature on this transfer is from the key that the server names as ${possessive(name)}. Only ${name} can confirm it: read the six groups to each other.`,
  'identity-changed': name =>
    `The server now gives another signing key for ${name} than the one that this device knows. Ask ${name} in person before you rely on this transfer.`,
}

function KnownSealer({ from }: { readonly from: PersonView }) {
  const me = useMe()
  const name = firstName(from.name)
  return (
    <div className="flex items-start gap-5">
      {me === null ? null : <Tally one={{ ...from, own: false }} other={{ ...me, own: true }} trust={from.trust} />}
      <div className="flex min-w-0 flex-1 flex-col items-start gap-1 wrap-anywhere">
        <TrustLine trust={from.trust} words={`${from.name}, ${trustWords(from.trust)}`} />
        <p className="text-t2 text-ink-2">{meaning[from.trust](name)}</p>
        <Link href={`/people/${from.userId}`} className={`${textLink} text-t2`}>
          See the fingerprint of {name}
        </Link>
      </div>
    </div>
  )
}

/** What you signed for the sender. */
export function ReceiptOf({ row }: { readonly row: InboxRow }) {
  const now = useNow()
  if (row.receipt === undefined) return null
  return (
    <Card>
      <CardTitle>Your receipt</CardTitle>
      <p className="flex items-start gap-3">
        <ReceiptText size={20} strokeWidth={1.75} aria-hidden="true" className="flex-none text-ink-2" />
        <span>
          You signed that you have this transfer, complete.{' '}
          <span className="inline-block text-ink-2 first-letter:uppercase">{format.long(row.receipt.at, now)}.</span>
        </span>
      </p>
    </Card>
  )
}

const ciphers = { gcm: 'AES-256-GCM', cbc: 'AES-256-CBC with HMAC' } as const

/** For those who want to check with other tools. */
export function Technical({ row }: { readonly row: InboxRow }) {
  const me = useMe()
  const content = row.content
  if (content === undefined) return null
  const chunks = `${format.count(content.chunks)} ${content.chunks === 1 ? 'chunk' : 'chunks'} of ${format.count(content.chunkSize / 1024)}\u00a0KiB`
  return (
    <Fold title="Technical details">
      <dl className="grid gap-3 text-t2">
        <Fact name="Cipher">
          {ciphers[content.suite]}, {chunks}
        </Fact>
        <Fact name="Content root">
          <span className="digits">{content.root}</span>
        </Fact>
        <Fact name="Transfer">
          <span className="digits">{content.transfer}</span>
        </Fact>
        {row.from.trust === 'unknown' ? null : (
          <Fact name={`${possessive(firstName(row.from.name))} key`}>
            <span className="digits">{row.from.fingerprint}</span>
          </Fact>
        )}
        {me === null ? null : (
          <Fact name="Your key">
            Encryption key {me.keyNumber}, since {format.date(me.keySince)}
          </Fact>
        )}
      </dl>
    </Fold>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid gap-0.5 md:grid-cols-[10rem_minmax(0,1fr)] md:gap-4">
      <dt className="text-ink-3">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  )
}
