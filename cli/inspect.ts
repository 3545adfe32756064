/** `datacrypt inspect` */
import { Problem } from '#shared/contract/problems.ts'
import { fingerprint, verifyCard } from '#shared/crypto/cards.ts'
import { envelopeNames } from '#shared/crypto/transcript.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Envelope, parseEnvelope } from '#shared/format/envelope.ts'
import { own } from '#shared/format/members.ts'
import type { Stanza, UnknownStanza } from '#shared/format/stanza.ts'
import { openBundle } from './bundle.ts'
import { about } from './failures.ts'
import { inUnits } from './progress.ts'
import { print, type Setting } from './setting.ts'
import { onlyPath, readArguments } from './usage.ts'
import { printable } from './words.ts'

export const help = `Usage: datacrypt inspect [--json] (BASE.key | FILE.dcrypt)

Says what can be said about a transfer without a key: its suite, its size, its
name, who says to have sent it and how many can open it. "-" is standard input.

Examples:
  datacrypt inspect report.key
  datacrypt inspect --json holiday.dcrypt`

export async function run(args: readonly string[], setting: Setting): Promise<void> {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean' } })
  const path = onlyPath(positionals, 'BASE.key or FILE.dcrypt')
  const bundle = await openBundle(setting, path)
  try {
    const facts = await about(path, factsOf(bundle.envelope))
    await print(setting, values.json ? JSON.stringify(facts) : inWords(facts))
  } finally {
    await bundle.close()
  }
}

type Facts = Awaited<ReturnType<typeof factsOf>>

async function factsOf(bytes: Uint8Array) {
  const envelope: Envelope = parseEnvelope(bytes)
  const { header, length, root, sender, stanzas } = envelope
  if (!(await verifyCard(sender))) throw new Problem('sender-unproven')
  return {
    format: 'datacrypt-key/1',
    suite: header.suite,
    chunk: 2 ** header.exponent,
    length,
    root: encodeBase64(root),
    transfer: encodeBase64((await envelopeNames(envelope)).transfer),
    sender: { fingerprint: await fingerprint(sender.sign) },
    recipients: stanzas.map(recipientOf),
  }
}

function recipientOf(stanza: Stanza | UnknownStanza): { type: string; kid?: string } {
  if (stanza.type === 'p384') return { type: stanza.type, kid: encodeBase64(stanza.kid) }
  return { type: stanza.type === 'unknown' ? String(own(stanza.json, 'type')) : stanza.type }
}

function inWords({ suite, chunk, length, root, transfer, sender, recipients }: Facts): string {
  const lines = [
    `Suite:       ${suite}, chunks of ${inUnits(chunk)}`,
    `Length:      ${length} bytes (${inUnits(length)})`,
    `Root:        ${root}`,
    `Transfer:    ${transfer}`,
    `Sender:      ${sender.fingerprint}`,
    ...recipients.map(({ type, kid }) => `Recipient:   ${printable(type).slice(0, 80)}${kid ? ` ${kid}` : ''}`),
  ]
  return lines.join('\n')
}
