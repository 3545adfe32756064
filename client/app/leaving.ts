/** Everything about an account as files; and its end. */
import { makeZip } from 'client-zip'
import { ask } from '#client/api/trpc.ts'
import type { CryptoWorker } from '#client/crypto-worker/orders.ts'
import type { Celled } from '#client/db/schema.ts'
import type { CardJson } from '#shared/contract/account.ts'
import type { Holder } from './holder.ts'
import { people, received, sent } from './kinds.ts'
import { type Kind, openRows } from './rows.ts'

/** The public card as FORMAT.md's file; name and address are hints that nobody signed. */
export function cardFile(card: CardJson, { name, email }: { name: string; email: string }): string {
  return asText({ ...card, name, address: email })
}

const asText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** A zip of what the server holds and what only this device can read. Throws `confirm-needed`. */
export async function exportZip({ db, api, now, row, worker }: Holder): Promise<Blob> {
  const account = await ask(api.account.exportData.query())
  const { bundle, name, email } = await row()
  const at = new Date(now())
  const files = [
    { name: 'README.txt', input: readMe(email, at) },
    { name: 'account.json', input: asText(account) },
    { name: 'card.json', input: cardFile(bundle.card, { name, email }) },
    { name: 'people.json', input: asText(await allOf({ db, worker: worker() }, people)) },
    {
      name: 'history.json',
      input: asText({
        received: await allOf({ db, worker: worker() }, received),
        sent: await allOf({ db, worker: worker() }, sent),
      }),
    },
  ]
  return new Response(makeZip(files.map(file => ({ ...file, lastModified: at })))).blob()
}

/** Every row of a kind, opened, without its sealed cell. */
async function allOf<Row extends Celled, Value>(
  { db, worker }: { db: Holder['db']; worker: CryptoWorker },
  kind: Kind<Row, Value>,
): Promise<unknown[]> {
  const opened = await openRows({ db, cells: () => worker }, kind, await kind.table(db).toArray())
  return opened.map(({ row: { cell: _, version: __, ...clear }, value }) => ({ ...clear, ...value }))
}

function readMe(email: string, at: Date): string {
  return `DataCrypt: everything about the account ${email}
Made on ${at.toISOString()}. Times in the files are milliseconds since 1970.

account.json  What the server holds: name, address, cards, sessions, tokens, and which transfers
              were sent and received, when, by whom and how large. Private keys are in it only
              sealed: nothing but your password, recovery key or passkey opens them.
card.json     Your public card. Anybody may have it.
people.json   The people this device knows, each with the card that it has pinned.
history.json  What was received and sent, with file names and messages, as this device reads them.

The files that were transferred are not in here: what you saved lies where you saved it.
people.json and history.json are readable by whoever gets this archive. Keep it as you would keep them.
`
}
