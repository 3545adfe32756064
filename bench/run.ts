/** `npm run bench`: every figure beside its limit, interleaved, in one run. `--quick` takes smaller files. */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Chromium, openChromium } from './chromium.ts'
import { boundFigure, type Figure, tableOf } from './figures.ts'
import { sha256Of } from './journey.ts'
import { register } from './people.ts'
import {
  type Journey,
  measureJourney,
  measureLanes,
  measureLatency,
  measureScript,
  partSize,
  type Sample,
} from './rooms.ts'
import { startBare, startProduct } from './servers.ts'

const mebibyte = 1024 * 1024
const quick = process.argv.includes('--quick')
const only = process.argv.find(argument => argument.startsWith('--only='))?.slice('--only='.length)
const plan = quick
  ? { lanes: 64 * mebibyte, journey: 128 * mebibyte, rounds: 3, journeys: 2, latencies: 5 }
  : { lanes: 256 * mebibyte, journey: 1024 * mebibyte, rounds: 5, journeys: 3, latencies: 10 }
/** What else the machine had to do before the bench began, in waiting processes. */
const load = loadavg()[0] ?? 0
const wants = (part: string) => only === undefined || only.split(',').includes(part)

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-bench-'))
  const executable = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  // Two people, two browsers: what one of them does must not wait for the other's.
  const browsers = [await openChromium(executable), await openChromium(executable)] as const
  const figures: Figure[] = []
  try {
    await mkdir(join(folder, 'bare'))
    const bare = await startBare({ folder: join(folder, 'bare'), partSize })
    const [put, get] = [await openBench(browsers[0], bare.url), await openBench(browsers[1], bare.url)]
    if (wants('lanes')) {
      const sample = await makeSample(join(folder, 'lanes.bin'), plan.lanes)
      figures.push(...(await measureLanes(put, { sample, rounds: plan.rounds })))
    }
    if (wants('journey')) {
      const sample = await makeSample(join(folder, 'journey.bin'), plan.journey)
      figures.push(...(await measureProduct({ browsers, bare: { put, get }, folder, sample })))
    }
    await bare.close()
  } finally {
    await Promise.all(browsers.map(browser => browser.close()))
    await rm(folder, { recursive: true, force: true })
  }
  await report(figures)
}

async function openBench({ context }: Chromium, url: string): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(600_000)
  await page.goto(url)
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  return page
}

interface Product extends Pick<Journey, 'bare' | 'sample'> {
  readonly browsers: readonly [Chromium, Chromium]
  readonly folder: string
}

async function measureProduct({ folder, browsers, ...journey }: Product): Promise<readonly Figure[]> {
  const data = join(folder, 'data')
  // The first start makes keys and tables; what counts is every later one.
  await (await startProduct(data)).close()
  const server = await startProduct(data)
  try {
    const clientFolder = join(import.meta.dirname, '../client/dist')
    const script = await measureScript(browsers[0], { url: server.url, folder: clientFolder })
    const sender = await register(browsers[0], server.url, 'Ines')
    const recipient = await register(browsers[1], server.url, 'Bao')
    return [
      ...(await measureJourney({ ...journey, sender, recipient, rounds: plan.journeys })),
      ...(await measureLatency(sender, recipient, plan.latencies)),
      ...script,
      boundFigure({
        what: 'Second start of the server until ready',
        unit: 'ms',
        values: [server.startedIn],
        most: 2000,
      }),
    ]
  } finally {
    await server.close()
  }
}

/** A file that nothing compresses. */
async function makeSample(path: string, bytes: number): Promise<Sample> {
  const file = await open(path, 'w')
  for (let done = 0; done < bytes; done += 4 * mebibyte) await file.write(randomBytes(4 * mebibyte))
  await file.close()
  return { path, bytes, digest: await sha256Of(path) }
}

async function report(figures: readonly Figure[]): Promise<void> {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 1e9).toFixed(0)} GB, Node ${process.versions.node}, load ${load.toFixed(1)} beforehand`
  const sizes = `Lanes: files of ${plan.lanes / mebibyte} MiB, ${plan.rounds} rounds. Journey: ${plan.journey / mebibyte} MiB, ${plan.journeys} rounds.`
  const table = tableOf(figures)
  console.log(`\n${table}\n`)
  if (only !== undefined) return
  const at = new Date().toISOString()
  const text = `# Figures\n\nWritten by \`npm run bench${quick ? ' -- --quick' : ''}\` at ${at}.\n\nMachine: ${machine}. ${sizes}\n\nEvery figure is a median of rounds that were interleaved with those of its limit; the ratio is the median of the\nrounds' own ratios. MB are 10^6 bytes.\n\n${table}\n`
  await writeFile(join(import.meta.dirname, 'RESULTS.md'), text)
  const results = JSON.stringify({ at, quick, machine, sizes, figures }, null, 2)
  await writeFile(join(import.meta.dirname, 'results.json'), `${results}\n`)
}

// What was started goes with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
await main()
