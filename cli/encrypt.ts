/** `datacrypt encrypt` */
import type { Identity } from '#shared/crypto/identity.ts'
import { finishSealing, startSealing } from '#shared/crypto/seal.ts'
import type { Recipient } from '#shared/crypto/wrap.ts'
import type { Metadata } from '#shared/format/metadata.ts'
import { exponentFor, layoutOf, padme } from '#shared/format/sizes.ts'
import { type Crew, callWorkers } from './chunk-workers.ts'
import { type Destination, oneFile, standardOutput, twoFiles } from './destination.ts'
import { type Arguments, readEncryptArguments } from './encrypt-arguments.ts'
import { type Source, sourceOf } from './encrypt-source.ts'
import { envelopeRoom } from './envelope-room.ts'
import { loadIdentity } from './identity.ts'
import { targetsOf } from './outputs.ts'
import { counted, padded } from './plaintext.ts'
import { showProgress } from './progress.ts'
import { recipientsOf } from './recipients.ts'
import { writeEnc } from './seal-run.ts'
import type { Setting } from './setting.ts'

export { help } from './encrypt-arguments.ts'

interface Work {
  readonly asked: Arguments
  readonly exponent: number
  readonly source: Source
  readonly crew: Crew | null
  readonly metadata: Metadata
  readonly sender: Identity
  readonly recipients: readonly Recipient[]
}

export async function run(args: readonly string[], setting: Setting): Promise<void> {
  const asked = readEncryptArguments(args, setting)
  const source = await sourceOf(setting, asked)
  const crew = callWorkers(setting.chunkWorkers, source.size)
  try {
    await sealWith(setting, asked, { source, crew })
  } finally {
    await crew?.close()
  }
  for (const reason of source.leftOut) setting.say(`Left out: ${reason}`)
}

async function sealWith(setting: Setting, asked: Arguments, { source, crew }: Pick<Work, 'source' | 'crew'>) {
  const sender = await loadIdentity(setting, asked.identity)
  const recipients = await recipientsOf(setting, asked, sender.card)
  const metadata = { created: setting.now(), files: source.files, ...asked.words }
  const exponent = asked.exponent ?? exponentFor(source.size === null ? 0 : plainLength(asked, source.size))
  const work = { asked, exponent, source, crew, metadata, sender, recipients }
  await seal(setting, work, await openDestination(setting, work))
}

function plainLength({ padding }: Arguments, size: number): number {
  return padding ? padme(size) : size
}

async function openDestination(setting: Setting, work: Work): Promise<Destination> {
  // What the envelope cannot hold is found here, before anything is sealed.
  const room = envelopeRoom({ ...work, length: encLength(work), sender: work.sender.card })
  const { out } = work.asked
  const targets = targetsOf(work.asked)
  if ('base' in out) return twoFiles(targets, out.base)
  return out.single === '-' ? standardOutput(setting, targets) : oneFile(targets, out.single, room)
}

function encLength({ asked, exponent, source }: Work): number {
  if (source.size === null) return Number.MAX_SAFE_INTEGER
  return layoutOf({ suite: asked.suite, exponent, plaintextLength: plainLength(asked, source.size) }).length
}

async function seal(setting: Setting, work: Work, destination: Destination): Promise<void> {
  const { asked, source, metadata, sender, recipients } = work
  const real = counted(source.plaintext)
  const plaintext = asked.padding ? padded(real) : real
  const progress = showProgress(setting, 'Sealing', source.size)
  try {
    const sealing = await startSealing({ suite: asked.suite, chunkExponent: work.exponent })
    const written = await writeEnc({ ...destination, sealing, plaintext, crew: work.crew, progress })
    const files = source.size === null ? metadata.files.map(file => ({ ...file, size: real.count() })) : metadata.files
    const finish = { ...written, metadata: { ...metadata, files }, sender, recipients }
    const { envelopeText } = await finishSealing(sealing, finish)
    await destination.finish(envelopeText)
  } finally {
    progress.end()
    await plaintext.close()
  }
}
