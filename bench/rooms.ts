/** The measures: each gives its figures. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import type { Chromium } from './chromium.ts'
import { boundFigure, type Figure, median, rateFigure } from './figures.ts'
import { bareGet, receive, send } from './journey.ts'
import { watchMemory } from './memory.ts'
import type { Measure, Measured } from './page/measures.ts'
import { goTo, type Person } from './people.ts'

const mebibyte = 1024 * 1024
export const partSize = 8 * mebibyte

export interface Sample {
  readonly path: string
  readonly bytes: number
  /** SHA-256 in hex. */
  readonly digest: string
}

async function measure(page: Page, order: Measure): Promise<Measured> {
  return page.evaluate(given => window.measure(given), order)
}

const rateOf = ({ bytes, milliseconds }: Measured) => bytes / 1000 / milliseconds

/** Sealing and opening by the lanes, each beside its limit, in turn. */
export async function measureLanes(
  page: Page,
  options: { sample: Sample; rounds: number },
): Promise<readonly Figure[]> {
  const { sample, rounds } = options
  const { bytes } = sample
  await page.locator('input').setInputFiles(sample.path)
  const orders = {
    read: { what: 'read' },
    seal: { what: 'seal', suite: 'gcm' },
    sealCbc: { what: 'seal', suite: 'cbc' },
    arithmeticCbc: { what: 'seal-arithmetic', suite: 'cbc', bytes },
    arithmetic: { what: 'seal-arithmetic', suite: 'gcm', bytes },
    write: { what: 'write' },
    shelve: { what: 'seal-to-shelf', suite: 'gcm' },
    openArithmetic: { what: 'open-arithmetic', suite: 'gcm', bytes },
    open: { what: 'open-from-shelf', bytes },
  } as const satisfies Record<string, Measure>
  const names = Object.keys(orders) as (keyof typeof orders)[]
  const rates = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<keyof typeof orders, number[]>
  // The first round warms files, keys and compilers up.
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const rate = rateOf(await measure(page, orders[name]))
      if (round >= 0) rates[name].push(rate)
      process.stderr.write(`  ${name} ${rate.toFixed(0)}\n`)
    }
  }
  const reading = { what: 'reading it alone', rates: rates.read }
  return [
    rateFigure({ what: 'Seal a file from disk, thrown away', rates: rates.seal, limit: reading, goal: 0.5 }),
    rateFigure({
      what: 'The same',
      rates: rates.seal,
      limit: { what: 'cipher and SHA-256 alone', rates: rates.arithmetic },
    }),
    rateFigure({
      what: 'Seal with AES-CBC and HMAC, thrown away',
      rates: rates.sealCbc,
      limit: { what: 'ciphers and SHA-256 alone', rates: rates.arithmeticCbc },
    }),
    rateFigure({
      what: 'Seal a file from disk onto the shelf',
      rates: rates.shelve,
      limit: { what: 'writing there alone', rates: rates.write },
    }),
    rateFigure({
      what: 'Open from the shelf, thrown away',
      rates: rates.open,
      limit: { what: 'cipher and SHA-256 alone', rates: rates.openArithmetic },
      goal: 0.5,
    }),
  ]
}

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
