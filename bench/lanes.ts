/** Sealing and opening by the product's lanes, each beside the limit of the same path. */
import type { Page } from 'playwright-core'
import { rateFigure, type Section } from './figures.ts'
import { interleave } from './interleave.ts'
import type { Measure, Measured } from './page/measures.ts'
import type { Sample } from './sample.ts'

/** 10^6 bytes a second. */
export function rateOf({ bytes, milliseconds }: Measured): number {
  return bytes / 1000 / milliseconds
}

/** Has the bench's own page measure something. */
export function measure(page: Page, order: Measure): Promise<Measured> {
  return page.evaluate(given => window.measure(given), order)
}

export async function measureLanes(page: Page, options: { sample: Sample; rounds: number }): Promise<Section> {
  const { sample, rounds } = options
  await page.locator('input').setInputFiles(sample.path)
  const rates = await ratesOf(page, sample.bytes, rounds)
  const beside = (limit: keyof typeof rates, what: string) => ({ limit: { what, rates: rates[limit] } })
  const gcm = 'cipher and SHA-256 alone'
  const cbc = 'ciphers and SHA-256 alone'
  return {
    title: 'Sealing and opening',
    notes: [
      'The lanes work on as many cores as there are, and so does every limit.',
      'Reading keeps two cores busy by itself (one process reads, another copies), so that sealing comes on top of it.',
    ],
    figures: [
      rateFigure({
        what: 'Seal a file from disk, thrown away',
        rates: rates.seal,
        ...beside('read', 'reading it alone'),
        goal: 0.65,
      }),
      rateFigure({
        what: 'The same',
        rates: rates.seal,
        limit: { what: 'reading, then cipher and SHA-256', rates: inTurnRates(rates.read, rates.arithmetic) },
      }),
      rateFigure({
        what: 'Open from the shelf, thrown away',
        rates: rates.open,
        ...beside('openArithmetic', gcm),
        goal: 0.75,
      }),
      rateFigure({
        what: 'Seal a file from disk with AES-CBC and HMAC, thrown away',
        rates: rates.sealCbc,
        ...beside('arithmeticCbc', cbc),
        goal: 0.8,
      }),
      rateFigure({
        what: 'Open the same from the shelf, thrown away',
        rates: rates.openCbc,
        ...beside('openArithmeticCbc', cbc),
        goal: 0.8,
      }),
      rateFigure({
        what: 'Seal a file from disk onto the shelf',
        rates: rates.shelve,
        ...beside('write', 'writing there alone'),
      }),
    ],
  }
}

/** Where both steps keep every core busy, one comes after the other: nothing is left to do at once. */
function inTurnRates(first: readonly number[], second: readonly number[]): readonly number[] {
  return first.map((rate, round) => 1 / (1 / rate + 1 / (second[round] ?? Number.NaN)))
}

function ratesOf(page: Page, bytes: number, rounds: number) {
  const order = (order: Measure) => async () => rateOf(await measure(page, order))
  return interleave(
    {
      read: order({ what: 'read' }),
      seal: order({ what: 'seal', suite: 'gcm' }),
      sealCbc: order({ what: 'seal', suite: 'cbc' }),
      arithmeticCbc: order({ what: 'seal-arithmetic', suite: 'cbc', bytes }),
      arithmetic: order({ what: 'seal-arithmetic', suite: 'gcm', bytes }),
      write: order({ what: 'write' }),
      shelve: order({ what: 'seal-to-shelf', suite: 'gcm' }),
      openArithmetic: order({ what: 'open-arithmetic', suite: 'gcm', bytes }),
      open: order({ what: 'open-from-shelf', suite: 'gcm', bytes }),
      openCbc: order({ what: 'open-from-shelf', suite: 'cbc', bytes }),
      openArithmeticCbc: order({ what: 'open-arithmetic', suite: 'cbc', bytes }),
    },
    rounds,
  )
}
