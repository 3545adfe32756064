/** People for tests, with real identities, and what they send each other: sealed as a browser seals it. */
import { randomBytes as nodeRandom } from 'node:crypto'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type CardJson, cardJson as cardSchema, type KdfParams, type KeyBundle } from '#shared/contract/account.ts'
import { type IdempotencyKey, idempotencyKey, makeId, type SlotId, type TransferId } from '#shared/contract/ids.ts'
import { transferLimits } from '#shared/contract/limits.ts'
import type { CompleteInput, CreateInput, Part, ReceiptJson } from '#shared/contract/transfer.ts'
import { receiptJson } from '#shared/contract/transfer.ts'
import { generateIdentity, type Identity } from '#shared/crypto/identity.ts'
import { signReceipt } from '#shared/crypto/receipt.ts'
import { collect, type Sealed, sealStream } from '#shared/crypto/seal.ts'
import { cardJson } from '#shared/format/card.ts'
import { encodeReceipt } from '#shared/format/receipt.ts'
import { type Browser, noBrowser } from './devices.ts'
import type { TestGround } from './ground.testing.ts'
import type { LoggedIn, LoginCall } from './login.ts'
import type { Who } from './sessions.ts'

export interface Person {
  readonly who: Who
  readonly cookie: string
  /** The browser that registered: a known device. */
  readonly browser: Browser
  readonly name: string
  readonly email: string
  readonly loginSecret: string
  readonly identity: Identity
}

type Services = Pick<TestGround, 'accounts' | 'keys' | 'sessions' | 'lettersTo'>

export const newKey = (): IdempotencyKey => makeId(idempotencyKey, length => new Uint8Array(nodeRandom(length)))
export const newSecret = () => nodeRandom(32).toString('base64url')

/** Where a call comes from: an address of its own, so that one test's budgets are not another's. */
export const newPlace = () => `test-${nodeRandom(6).toString('hex')}`

export async function codeOf(at: Pick<Services, 'lettersTo'>, email: string): Promise<string> {
  const letters = await at.lettersTo(email)
  const code = letters.at(-1)?.text.match(/\b\d{8}\b/)?.[0]
  if (code === undefined) throw new Error('no letter with a code')
  return code
}

/** Registers somebody by mail, without an identity. */
export async function signUp(at: Services, name: string): Promise<Omit<Person, 'identity'>> {
  const email = `${name}-${nodeRandom(4).toString('hex')}@example.org`
  const loginSecret = newSecret()
  const from = newPlace()
  const kdf = await at.accounts.params(email, from)
  const { registrationId } = await at.accounts.register({ name, email, loginSecret, kdf }, from)
  const { cookie, device } = await at.accounts.verify({ registrationId, code: await codeOf(at, email) }, from)
  const sent = cookie.split(';')[0] ?? ''
  const who = await at.sessions.whoIs(sent)
  if (who === null) throw new Error('no session')
  return { who, cookie: sent, browser: browserWith(device), name, email, loginSecret }
}

/** A browser whose only cookie is this one. */
export const browserWith = (setCookie: string | null): Browser => ({
  ...noBrowser,
  cookies: setCookie?.split(';')[0] ?? null,
})

/** Logs in on another browser, by password and mailed code. */
export async function logIn(
  at: Pick<TestGround, 'login' | 'lettersTo'>,
  person: { email: string; loginSecret: string },
  call: Partial<LoginCall> = {},
): Promise<LoggedIn> {
  const from: LoginCall = { from: newPlace(), browser: noBrowser, kind: 'app', ...call }
  const answer = await at.login.begin(person, from)
  if (answer.state === 'done') return answer
  await at.login.sendCode(answer.attempt)
  const proof = { kind: 'mail' as const, code: await codeOf(at, person.email) }
  return at.login.finish({ attempt: answer.attempt, proof }, from)
}

/** Registers somebody and publishes a new identity. */
export async function join(at: Services, name: string): Promise<Person> {
  const [person, { identity }] = [await signUp(at, name), await generateIdentity()]
  const bundle = bundleOf(identity, await at.accounts.params(person.email, newPlace()))
  await at.keys.publish(person.who, { idempotencyKey: newKey(), bundle })
  return { ...person, identity }
}

export const cardOf = (identity: Identity): CardJson => cardSchema.parse(cardJson(identity.card))

/** The sealed cells are noise: no server can tell. */
export function bundleOf(identity: Identity, kdf: KdfParams): KeyBundle {
  const noise = (length: number) => nodeRandom(length).toString('base64url')
  return {
    card: cardOf(identity),
    keys: { version: 1, sealed: noise(500) },
    wraps: [{ kind: 'password', version: 1, kdf, sealed: noise(60) }],
  }
}

export interface Parcel {
  readonly enc: Uint8Array
  readonly sealed: Sealed
  readonly stanzas: CompleteInput['stanzas']
}

/** Seals `size` random bytes for `to`; the sender's own stanza is the last. */
export async function sealFor(sender: Person, to: readonly Person[], size = 100): Promise<Parcel> {
  const plaintext = new Uint8Array(nodeRandom(size))
  const { bytes, result } = await collect(
    sealStream({
      plaintext: new Blob([plaintext]).stream(),
      suite: 'gcm',
      padding: 'none',
      metadata: { created: 5, files: [{ name: 'x.bin', size, type: '', modified: 4 }] },
      sender: sender.identity,
      recipients: to.map(person => ({ type: 'p384', card: person.identity.card })),
    }),
  )
  const all = [...to, sender].map(person => person.who.userId)
  return { enc: bytes, sealed: result, stanzas: all.map((userId, index) => ({ userId, index })) }
}

export type CreateChanges = Partial<CreateInput>

export function createInput(
  parcel: Pick<Parcel, 'enc'>,
  to: readonly Person[],
  changes: CreateChanges = {},
): CreateInput {
  return {
    idempotencyKey: newKey(),
    length: parcel.enc.length,
    recipients: to.map(person => person.who.userId),
    life: transferLimits.expiryDefault,
    ...changes,
  }
}

export function completeInput(
  parcel: Parcel,
  transferId: TransferId,
  changes: Partial<CompleteInput> = {},
): CompleteInput {
  const { sealed, stanzas } = parcel
  return { idempotencyKey: newKey(), transferId, envelope: sealed.envelopeText, stanzas, ...changes }
}

/** Pieces of `partSize`, as parts with their bytes. */
export function partsOf(enc: Uint8Array, partSize: number): { part: Part; bytes: Uint8Array }[] {
  return Array.from({ length: Math.ceil(enc.length / partSize) }, (_, at) => {
    const bytes = enc.subarray(at * partSize, (at + 1) * partSize)
    return { part: { n: at + 1, length: bytes.length, crc32: crc32(bytes) }, bytes }
  })
}

/** Puts parts as a browser would, through their grants. */
export async function putParts(
  at: Pick<TestGround, 'uploads' | 'blobs'>,
  sender: Person,
  upload: { transferId: TransferId; pieces: readonly { part: Part; bytes: Uint8Array }[] },
): Promise<void> {
  const { transferId, pieces } = upload
  const grants = await at.uploads.grants(sender.who, { transferId, parts: pieces.map(({ part }) => part) })
  for (const [index, { part, bytes }] of pieces.entries()) {
    await at.blobs.putPart(tokenOf(grants[index]), part.n, Readable.from([bytes]))
  }
}

export function tokenOf(grant: { headers: Record<string, string> } | undefined): string {
  const token = grant?.headers['x-datacrypt-grant']
  if (token === undefined) throw new Error('no grant')
  return token
}

export interface Sent {
  readonly parcel: Parcel
  readonly transferId: TransferId
  /** The slots, in the order of the recipients. */
  readonly slots: readonly SlotId[]
}

/** Creates and uploads, and stops before the end. */
export async function upload(
  at: Pick<TestGround, 'uploads' | 'blobs'>,
  sender: Person,
  sending: { to: readonly Person[]; create?: CreateChanges },
): Promise<{ parcel: Parcel; transferId: TransferId }> {
  const parcel = await sealFor(sender, sending.to)
  const { transferId, partSize } = await at.uploads.create(sender.who, createInput(parcel, sending.to, sending.create))
  await putParts(at, sender, { transferId, pieces: partsOf(parcel.enc, partSize) })
  return { parcel, transferId }
}

/** A whole sending, from sealing to ready. */
export async function send(
  at: TestGround,
  sender: Person,
  sending: { to: readonly Person[]; create?: CreateChanges },
): Promise<Sent> {
  const { parcel, transferId } = await upload(at, sender, sending)
  await at.uploads.complete(sender.who, completeInput(parcel, transferId))
  const slots = await at.ground.store.slots.ofTransfer(transferId)
  const ids = sending.to.flatMap(person =>
    slots.filter(slot => slot.owner === person.who.userId).map(slot => slot.slotId),
  )
  return { parcel, transferId, slots: ids }
}

/** A receipt as the recipient's browser signs it once everything was checked. */
export async function receiptFor(recipient: Person, sealed: Sealed, received = 7): Promise<ReceiptJson> {
  const { transfer, senderHash } = sealed
  const receipt = await signReceipt({ identity: recipient.identity, transfer, senderHash, received })
  return receiptJson.parse(JSON.parse(encodeReceipt(receipt)))
}

export const codeOfProblem = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'went well',
    (error: { code?: string }) => error.code ?? String(error),
  )

/** The only element of a list; for tests that know how many there are. */
export function only<T>(list: readonly T[]): T {
  const [first] = list
  if (list.length !== 1 || first === undefined) throw new Error(`${list.length} where one was expected`)
  return first
}

/** The first element of a list that has one. */
export function first<T>(list: readonly T[]): T {
  const [head] = list
  if (head === undefined) throw new Error('nothing where something was expected')
  return head
}
