/** `datacrypt` on a file, beside age, gpg and openssl on the same file. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { boundFigure, type Figure, median, rateFigure, type Section, shown } from './figures.ts'
import { type Program, type ProgramName, programs } from './programs.ts'
import { makeSample, type Sample, sha256Of } from './sample.ts'

const mebibyte = 1024 * 1024
/** How often a process is asked what it holds; the system itself keeps the most that it held. */
const every = 20
const verbs = ['encrypt', 'decrypt'] as const
type Verb = (typeof verbs)[number]

/** One run of a command: milliseconds to its end, then until its files were on the disk, and the most it held. */
interface Run {
  readonly ended: number
  readonly onDisk: number
  readonly held: number | null
}

type Runs = Readonly<Record<Verb, Run[]>>

export async function measureCommand(options: { folder: string; bytes: number; rounds: number }): Promise<Section> {
  const { folder, rounds, bytes } = options
  const path = join(folder, 'plain')
  const sample = await makeSample(path, bytes)
  const here = await setUpAll(folder)
  const runs = new Map<ProgramName, Runs>([...here.keys()].map(name => [name, { encrypt: [], decrypt: [] }]))
  for (let round = -1; round < rounds; round++) {
    for (const [name, program] of here) {
      const measured = await there(program, sample, round < 0)
      if (round < 0) continue
      for (const verb of verbs) runs.get(name)?.[verb].push(measured[verb])
    }
  }
  for (const program of here.values()) program.close?.()
  await rm(path)
  return sectionOf(here, runs, bytes)
}

async function setUpAll(folder: string): Promise<ReadonlyMap<ProgramName, Program>> {
  const here = new Map<ProgramName, Program>()
  for (const [name, setUp] of Object.entries(programs)) {
    const own = join(folder, name)
    await mkdir(own)
    const program = setUp(own)
    if (program !== null) here.set(name as ProgramName, program)
  }
  return here
}

/** There and back: encrypts and decrypts once, and removes what was made. */
async function there(program: Program, { path, bytes, digest }: Sample, check: boolean): Promise<Record<Verb, Run>> {
  const sealing = program.encrypt(path)
  const encrypt = await time(sealing)
  const opening = program.decrypt(path)
  const decrypt = await time(opening)
  const [opened = ''] = opening.made
  const right = check ? (await sha256Of(opened)) === digest : (await stat(opened)).size === bytes
  if (!right) throw new Error(`${program.name} did not give back what it was given`)
  for (const file of [...sealing.made, ...opening.made]) await rm(file)
  const told = [encrypt, decrypt].map(({ ended }) => `${(ended / 1000).toFixed(2)} s`)
  process.stderr.write(`  ${program.name} ${told.join(' ')}\n`)
  return { encrypt, decrypt }
}

async function time({ command, args, env, made }: ReturnType<Program[Verb]>): Promise<Run> {
  // What was written before is not to be written to the disk meanwhile.
  spawnSync('sync')
  const begun = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } })
  const complaint = collect(child.stderr)
  const held = watchHeld(child.pid)
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve)
    child.once('error', reject)
  })
  const ended = performance.now() - begun
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${await complaint}`)
  for (const path of made) await waitForDisk(path)
  return { ended, onDisk: performance.now() - begun, held: await held() }
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const part of stream) text += String(part)
  return text
}

async function waitForDisk(path: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.sync()
  await file.close()
}

/** Watches the most bytes that a process held; the answer is `null` where the system does not tell. */
function watchHeld(pid: number | undefined): () => Promise<number | null> {
  let most: number | null = null
  let over = false
  const watching = (async () => {
    while (!over) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
      if (kibibytes !== undefined) most = Math.max(most ?? 0, Number(kibibytes) * 1024)
      await new Promise(resolve => setTimeout(resolve, every))
    }
  })()
  return async () => {
    over = true
    await watching
    return most
  }
}

function sectionOf(
  here: ReadonlyMap<ProgramName, Program>,
  runs: ReadonlyMap<ProgramName, Runs>,
  bytes: number,
): Section {
  const ratesOf = (name: ProgramName, verb: Verb, until: 'ended' | 'onDisk') =>
    runs.get(name)?.[verb].map(run => bytes / 1000 / run[until]) ?? []
  return {
    title: 'The command',
    notes: [
      `A file of ${bytes / mebibyte} MiB from disk to disk, all on the same one. Figures end when the command does, whether it waits for`,
      'the disk itself or not; "on disk" counts on until an `fsync` of its files, which everyone gets, has returned.',
    ],
    figures: [
      ...verbs.flatMap(verb => [
        besideAge(`datacrypt ${verb}`, { ratesOf: name => ratesOf(name, verb, 'ended'), goal: 1 }),
        besideAge('The same, until it is on the disk', { ratesOf: name => ratesOf(name, verb, 'onDisk') }),
      ]),
      ...verbs.flatMap(verb => memoryFigure(verb, runs.get('datacrypt')?.[verb] ?? [])),
    ],
    grid: {
      head: ['program', 'encrypt', 'on disk', 'decrypt', 'on disk', 'most memory', 'what it does'],
      rows: (Object.keys(programs) as ProgramName[]).map(name => {
        const rates = verbs.flatMap(verb => [ratesOf(name, verb, 'ended'), ratesOf(name, verb, 'onDisk')])
        const title = here.get(name)?.name ?? name
        return [title, ...rates.map(rateCell), memoryCell(runs.get(name)), here.get(name)?.does ?? 'is not here']
      }),
    },
  }
}

function besideAge(
  what: string,
  { ratesOf, goal }: { ratesOf: (name: ProgramName) => readonly number[]; goal?: number },
): Figure {
  const [ours, age] = [ratesOf('datacrypt'), ratesOf('age')]
  if (age.length === 0) return { what, unit: 'MB/s', value: median(ours), rounds: ours }
  const limit = { what: 'age', rates: age }
  return rateFigure({ what, rates: ours, limit, ...(goal === undefined ? {} : { goal }) })
}

function memoryFigure(verb: Verb, runs: readonly Run[]): readonly Figure[] {
  const values = heldIn(runs).map(bytes => bytes / 1e6)
  if (values.length === 0) return []
  return [boundFigure({ what: `Most memory of datacrypt ${verb}`, unit: 'MB', values, most: 150 })]
}

function heldIn(runs: readonly Run[]): readonly number[] {
  return runs.flatMap(({ held }) => (held === null ? [] : [held]))
}

function rateCell(rates: readonly number[]): string {
  return rates.length === 0 ? '–' : `${shown(median(rates))} MB/s`
}

function memoryCell(runs: Runs | undefined): string {
  const held = verbs.flatMap(verb => heldIn(runs?.[verb] ?? []))
  return held.length === 0 ? '–' : `${shown(Math.max(...held) / 1e6)} MB`
}
