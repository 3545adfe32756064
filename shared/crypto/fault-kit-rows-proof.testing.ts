/** Faults of what proves the sender. */
import { encodeBase64 } from '#shared/format/base64.ts'
import { concat, utf8 } from '#shared/format/bytes.ts'
import { encodeEnvelope } from '#shared/format/envelope.ts'
import { stanzaMessage } from '#shared/format/stanza.ts'
import { signMessage } from './ecdsa.ts'
import { bytesOf, changed, type Kit, type Made, type Row, toolsOf, zeros } from './fault-kit-rows.testing.ts'
import { takeStanzas, turn } from './fault-kit-rows-keys.testing.ts'
import { groupOrder } from './fault-kit-rows-valid.testing.ts'
import { cardOf, fromHex, type Json, withJson } from './forge.testing.ts'
import { signCard } from './identity.ts'
import { platformRandom } from './random.ts'
import { envelopeNames } from './transcript.ts'
import { wrap } from './wrap.ts'

type Members = Record<string, unknown>

export function proofRows(kit: Kit): readonly Row[] {
  const { edit, text, forged } = toolsOf(kit)
  const { people, small, other } = kit
  const sender = (change: (card: Members) => void) => edit(json => change(json.sender))
  const set = (members: Members) => edit(json => Object.assign(json, members))
  const theirs: Json = JSON.parse(other.key)
  const signature = (title: string, r: bigint | null, s: bigint | null): Row[] => [
    [`stanza signature with ${title}`, 'sender-unproven', edit(json => number(json.recipients[0], r, s))],
    [`card signature with ${title}`, 'sender-unproven', edit(json => number(json.sender, r, s))],
  ]
  return [
    ['card signature flipped', 'sender-unproven', sender(card => turn(card, 'sig', 0))],
    ['card signature flipped in its last bit', 'sender-unproven', sender(card => turn(card, 'sig', -1))],
    ['card signature of zeros', 'sender-unproven', sender(card => Object.assign(card, { sig: zeros(96) }))],
    ['card with another time', 'sender-unproven', sender(card => Object.assign(card, { created: 7 }))],
    ['card with another seq', 'sender-unproven', sender(card => Object.assign(card, { seq: 6 }))],
    ['card with another prev', 'sender-unproven', sender(card => turn(card, 'prev', 9))],
    ['card signed by another', 'sender-unproven', () => signedByCarol(kit)],
    [
      "card's encryption key swapped",
      'sender-unproven',
      sender(card => Object.assign(card, { enc: cardOf(people.carol).enc })),
    ],
    [
      "card's signing key swapped",
      'sender-unproven',
      sender(card => Object.assign(card, { sign: cardOf(people.carol).sign })),
    ],
    ['card of another person', 'sender-unproven', set({ sender: cardOf(people.carol) })],
    ["card of the reader's own", 'sender-unproven', set({ sender: cardOf(people.bob) })],
    ['another sender is asked for', 'sender-unproven', () => small, { sender: 'carol' }],
    [
      'another sender is asked for, and there is no stanza',
      'sender-unproven',
      () => small,
      {
        access: 'carol',
        sender: 'carol',
      },
    ],
    [
      'an honest transfer of another than was asked for',
      'sender-unproven',
      () => forged({ sender: people.carol }),
      {
        sender: 'alice',
      },
    ],
    ['stanza signature missing', 'envelope-damaged', edit(json => delete json.recipients[0]?.sig)],
    ['stanza signature empty', 'envelope-damaged', edit(json => Object.assign(json.recipients[0] ?? {}, { sig: '' }))],
    ['stanza signature in DER', 'envelope-damaged', edit(json => inDer(json.recipients[0]))],
    ['stanza signature flipped', 'sender-unproven', edit(json => turn(json.recipients[0], 'sig', 50))],
    [
      'stanza signature of the card',
      'sender-unproven',
      edit(json => Object.assign(json.recipients[0] ?? {}, { sig: json.sender.sig })),
    ],
    ['stanza signature by another', 'sender-unproven', () => signedElse(kit)],
    ['stanza signature over another type', 'sender-unproven', () => overAnotherType(kit)],
    ...signature('r = 0', 0n, null),
    ...signature('s = 0', null, 0n),
    ...signature('r = n', groupOrder, null),
    ...signature('s = n', null, groupOrder),
    ...signature('r and s of zero', 0n, 0n),
    ...signature('r = s = 1', 1n, 1n),
    ...signature('r above n', 2n ** 384n - 1n, null),
    ['root changed under an old signature', 'sender-unproven', edit(json => turn(json, 'root', 0))],
    ['root of another transfer', 'sender-unproven', set({ root: theirs.root })],
    ['length changed under an old signature', 'sender-unproven', set({ length: other.enc.length })],
    ['metadata changed under an old signature', 'sender-unproven', edit(json => turn(json, 'meta', 30))],
    ['metadata of another transfer under an old signature', 'sender-unproven', set({ meta: theirs.meta })],
    ['metadata cut under an old signature', 'sender-unproven', set({ meta: zeros(3) })],
    ['metadata empty under an old signature', 'sender-unproven', set({ meta: '' })],
    [
      'everything of another transfer but the stanza',
      'sender-unproven',
      () => ({
        key: withJson(other.key, json => takeStanzas(json, small.key)),
        enc: other.enc,
      }),
    ],
    [
      'a changed root in front of a good one',
      'ok',
      text(key => key.replace('{', `{"root":"${zeros(32)}",`)),
      {
        released: 1,
      },
    ],
  ]
}

/** Puts a number where r or s stands. */
function number(signed: Members | undefined, r: bigint | null, s: bigint | null): void {
  if (signed === undefined) return
  signed.sig = changed(signed.sig, sig => {
    for (const [value, at] of [
      [r, 0],
      [s, 48],
    ] as const) {
      if (value !== null) sig.set(fromHex(value.toString(16).padStart(96, '0')), at)
    }
  })
}

async function signedByCarol({ small, people }: Kit): Promise<Made> {
  const { sig: _, ...card } = people.alice.card
  const sender = cardOf({ ...people.alice, card: await signCard(card, people.carol.signKey) })
  return { key: withJson(small.key, json => Object.assign(json, { sender })), enc: small.enc }
}

async function signedElse({ small, people }: Kit): Promise<Made> {
  const { transcript } = await envelopeNames(small.envelope)
  const { contentKey } = small
  const wrapping = { contentKey, header: small.envelope.header, transcript, random: platformRandom }
  const stanza = await wrap({ type: 'p384', card: people.bob.card }, { ...wrapping, signKey: people.carol.signKey })
  return { key: encodeEnvelope({ ...small.envelope, stanzas: [stanza] }), enc: small.enc }
}

/** Signed by the sender, but as a link's stanza. */
async function overAnotherType({ small, people }: Kit): Promise<Made> {
  const { transcript } = await envelopeNames(small.envelope)
  const [stanza] = small.envelope.stanzas
  if (stanza?.type !== 'p384') throw new Error('one stanza, of a key pair')
  const message = stanzaMessage(stanza, transcript)
  const relabeled = concat(utf8(`${stanzaLabel}link\0`), message.subarray(utf8(`${stanzaLabel}p384\0`).length))
  const sig = await signMessage(people.alice.signKey, relabeled)
  return { key: encodeEnvelope({ ...small.envelope, stanzas: [{ ...stanza, sig }] }), enc: small.enc }
}

const stanzaLabel = 'datacrypt/1 stanza\0'

function inDer(stanza: Members | undefined): void {
  if (stanza === undefined) return
  const sig = bytesOf(stanza.sig)
  const integer = (bytes: Uint8Array) => concat(Uint8Array.of(2, 49, 0), bytes)
  const body = concat(integer(sig.slice(0, 48)), integer(sig.slice(48)))
  stanza.sig = encodeBase64(concat(Uint8Array.of(0x30, body.length), body))
}
