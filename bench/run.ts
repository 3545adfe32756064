/**
 * `npm run bench`: every figure beside its limit, interleaved, in one run. `--quick` takes smaller files;
 * `--only=lanes,peers,journey,command` prints some parts and leaves RESULTS.md as it is.
 */
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Chromium, openChromium } from './chromium.ts'
import { measureCommand } from './command.ts'
import { measurePeers } from './compare.ts'
import { boundFigure, markdownOf, type Section } from './figures.ts'
import { measureLanes } from './lanes.ts'
import { chosenParts, parts } from './parts.mjs'
import { register } from './people.ts'
import { writeReport } from './report.ts'
import { type Journey, measureJourney, measureLatency, measureScript, partSize } from './rooms.ts'
import { makeSample } from './sample.ts'
import { startBare, startProduct } from './servers.ts'

const mebibyte = 1024 * 1024
const quick = process.argv.includes('--quick')
const chosen = chosenParts(process.argv.slice(2))
const plan = quick
  ? { lanes: 64, rounds: 3, peerRounds: 2, journey: 128, journeys: 2, latencies: 5, command: 128 }
  : { lanes: 256, rounds: 5, peerRounds: 3, journey: 1024, journeys: 3, latencies: 10, command: 1024 }
const commandRounds = 3
/** What else the machine had to do before the bench began, in waiting processes. */
const load = loadavg()[0] ?? 0

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-bench-'))
  // Also where the run is stopped.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const sections: Section[] = []
  try {
    if ((['lanes', 'peers', 'journey'] as const).some(part => chosen.has(part))) {
      sections.push(...(await measureBrowsers(folder)))
    }
    if (chosen.has('command')) {
      const bytes = plan.command * mebibyte
      sections.push(await measureCommand({ folder, bytes, rounds: commandRounds }))
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  await report(sections)
}

async function measureBrowsers(folder: string): Promise<readonly Section[]> {
  const executable = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  // Two people, two browsers: what one of them does must not wait for the other's.
  const browsers = [await openChromium(executable), await openChromium(executable)] as const
  const sections: Section[] = []
  try {
    await mkdir(join(folder, 'bare'))
    const bare = await startBare({ folder: join(folder, 'bare'), partSize })
    const [put, get] = [await openBench(browsers[0], bare.url), await openBench(browsers[1], bare.url)]
    const sample = await makeSample(join(folder, 'lanes.bin'), plan.lanes * mebibyte)
    if (chosen.has('lanes')) sections.push(await measureLanes(put, { sample, rounds: plan.rounds }))
    if (chosen.has('peers')) {
      const peers = await openPage(browsers[0], `${bare.url}/peers.html`)
      sections.push(await measurePeers({ lanes: put, peers, sample, rounds: plan.peerRounds }))
      await peers.close()
    }
    if (chosen.has('journey')) sections.push(await measureProduct({ browsers, bare: { put, get }, folder }))
    await bare.close()
  } finally {
    await Promise.all(browsers.map(browser => browser.close()))
  }
  return sections
}

async function openBench(chromium: Chromium, url: string): Promise<Page> {
  const page = await openPage(chromium, url)
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  return page
}

async function openPage({ context }: Chromium, url: string): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(600_000)
  await page.goto(url)
  return page
}

interface Product extends Pick<Journey, 'bare'> {
  readonly browsers: readonly [Chromium, Chromium]
  readonly folder: string
}

async function measureProduct({ folder, browsers, bare }: Product): Promise<Section> {
  const sample = await makeSample(join(folder, 'journey.bin'), plan.journey * mebibyte)
  const data = join(folder, 'data')
  // The first start makes keys and tables; what counts is every later one.
  await (await startProduct(data)).close()
  const server = await startProduct(data)
  try {
    const clientFolder = join(import.meta.dirname, '../client/dist')
    const script = await measureScript(browsers[0], { url: server.url, folder: clientFolder })
    const sender = await register(browsers[0], server.url, 'Ines')
    const recipient = await register(browsers[1], server.url, 'Bao')
    const start = { what: 'Second start of the server until ready', unit: 'ms', values: [server.startedIn], most: 2000 }
    const figures = [
      ...(await measureJourney({ bare, sample, sender, recipient, rounds: plan.journeys })),
      ...(await measureLatency(sender, recipient, plan.latencies)),
      ...script,
      boundFigure(start),
    ]
    return { title: 'Browser to browser', notes: ['Bare is a PUT and a GET of the same bytes.'], figures }
  } finally {
    await server.close()
  }
}

async function report(sections: readonly Section[]): Promise<void> {
  const text = sections.map(markdownOf).join('\n\n')
  console.log(`\n${text}\n`)
  if (chosen.size < parts.length) return
  const processors = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`
  const machine = `${processors}, ${(totalmem() / 1e9).toFixed(0)} GB, Node ${process.versions.node}, load ${load.toFixed(1)} beforehand`
  const sizes = [
    `Lanes and libraries: ${plan.lanes} MiB, ${plan.rounds} and ${plan.peerRounds} rounds.`,
    `Journey: ${plan.journey} MiB, ${plan.journeys} rounds.`,
    `Command: ${plan.command} MiB, ${commandRounds} rounds.`,
  ].join(' ')
  await writeReport({ at: new Date().toISOString(), quick, machine, sizes, sections })
}

// What was started goes with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
await main()
