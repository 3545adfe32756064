/** What two people do with the product, and what its pages cost. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import type { Chromium } from './chromium.ts'
import { boundFigure, type Figure, median, rateFigure } from './figures.ts'
import { bareGet, receive, send } from './journey.ts'
import { measure } from './lanes.ts'
import { watchMemory } from './memory.ts'
import { goTo, type Person } from './people.ts'
import type { Sample } from './sample.ts'

const mebibyte = 1024 * 1024
export const partSize = 8 * mebibyte

export interface Journey {
  readonly sender: Person
  readonly recipient: Person
  /** The bench's own page in either person's browser, for what is bare. */
  readonly bare: { readonly put: Page; readonly get: Page }
  readonly sample: Sample
  readonly rounds: number
}

/** The whole way of one file, and the memory that it takes. */
export async function measureJourney(journey: Journey): Promise<readonly Figure[]> {
  const { sample, rounds } = journey
  const { bytes } = sample
  const rates = { up: [], bareUp: [], down: [], bareDown: [], both: [], bareBoth: [] } as Record<string, number[]>
  const note = (name: string, milliseconds: number) => {
    rates[name]?.push(bytes / 1000 / milliseconds)
    process.stderr.write(`  ${name} ${(milliseconds / 1000).toFixed(2)} s\n`)
  }
  const memory: { up: number[]; down: number[] } = { up: [], down: [] }
  for (let round = 0; round < rounds; round++) {
    const walked = await walk(journey, `Measure ${round + 1}`)
    note('bareUp', walked.bareUp)
    note('up', walked.up)
    note('bareDown', walked.bareDown)
    note('down', walked.down)
    note('bareBoth', walked.bareUp + walked.bareDown)
    note('both', walked.up + walked.down)
    memory.up.push(walked.memoryUp / mebibyte)
    memory.down.push(walked.memoryDown / mebibyte)
    process.stderr.write(`  memory up ${memory.up.at(-1)?.toFixed(0)} down ${memory.down.at(-1)?.toFixed(0)} MiB\n`)
  }
  const beside = (what: string, name: string, bare: string, goal?: number) =>
    rateFigure({
      what,
      rates: rates[name] ?? [],
      limit: { what: 'bare', rates: rates[bare] ?? [] },
      ...(goal === undefined ? {} : { goal }),
    })
  return [
    beside('Send, from the press to ready', 'up', 'bareUp'),
    beside('Receive, from the press to the finished file', 'down', 'bareDown'),
    beside('Browser to browser', 'both', 'bareBoth', 0.5),
    boundFigure({ what: 'Memory beyond idle while sending', unit: 'MiB', values: memory.up, most: 64 }),
    boundFigure({ what: 'Memory beyond idle while receiving', unit: 'MiB', values: memory.down, most: 64 }),
  ]
}

async function walk({ sender, recipient, bare, sample }: Journey, title: string) {
  const bareUp = await measure(bare.put, { what: 'bare-put', bytes: sample.bytes, partSize })
  const sent = await watchMemory(sender.chromium.browser, () => send(sender, recipient, { title, file: sample.path }))
  const bareDown = await bareGet(recipient.chromium, bare.get, sample.bytes)
  const received = await watchMemory(recipient.chromium.browser, () => receive(recipient, title))
  if (received.result.digest !== sample.digest) throw new Error('What arrived is not what was sent.')
  return {
    bareUp: bareUp.milliseconds,
    up: sent.result.completed - sent.result.pressed,
    bareDown,
    down: received.result.milliseconds,
    memoryUp: sent.more,
    memoryDown: received.more,
  }
}

/** From the sender's last call to the row in the recipient's inbox. */
export async function measureLatency(sender: Person, recipient: Person, rounds: number): Promise<readonly Figure[]> {
  const waits: number[] = []
  for (let round = 0; round < rounds; round++) {
    const title = `Word ${round + 1}.`
    const { completing, shown } = await send(sender, recipient, { title, message: 'A short word.' })
    waits.push(shown - completing)
  }
  await goTo(sender.page, 'Inbox')
  const value = median(waits)
  return [{ what: "From the sender's last call to the recipient's row", unit: 'ms', value, rounds: waits }]
}

/** Script that somebody new loads before the first page is there, compressed. */
export async function measureScript(
  { context }: Chromium,
  app: { url: string; folder: string },
): Promise<readonly Figure[]> {
  const page = await context.newPage()
  await page.goto(app.url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const paths = await page.evaluate(() => {
    const loaded = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)
    return [...new Set(loaded)].filter(path => path.endsWith('.js') && path !== '/service-worker.js')
  })
  await page.close()
  const sizes = await Promise.all(paths.map(async path => gzipSync(await readFile(join(app.folder, path))).length))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return [boundFigure({ what: 'Script at first load, gzipped', unit: 'kB', values: [total / 1000], most: 200 })]
}
