/** Our lanes beside other people's libraries, in the same rounds. */
import type { Page } from 'playwright-core'
import { type Figure, median, rateFigure, type Section, shown } from './figures.ts'
import { interleave } from './interleave.ts'
import { measure, rateOf } from './lanes.ts'
import type { Measure, PeerMeasure } from './page/measures.ts'
import { type PeerName, peerTitles } from './peers/peer.ts'
import type { Sample } from './sample.ts'

/** What is compared: our measure, the peers', and how many times the fastest peer ours has to be. */
interface Act {
  readonly what: string
  readonly column: string
  readonly ours: (bytes: number) => Measure
  readonly theirs: PeerMeasure['what']
  readonly goal: number
  /** Another measure of ours, told beside the same peers. */
  readonly variant?: { readonly what: string; readonly ours: (bytes: number) => Measure }
}

const acts: readonly Act[] = [
  {
    what: 'Seal from memory',
    column: 'seal from memory',
    ours: bytes => ({ what: 'seal-memory', suite: 'gcm', bytes }),
    theirs: 'peer-seal-memory',
    goal: 4,
    variant: {
      what: "The same as a File in the browser's memory",
      ours: bytes => ({ what: 'seal-memory-file', suite: 'gcm', bytes }),
    },
  },
  {
    what: 'Seal from disk',
    column: 'seal from disk',
    ours: () => ({ what: 'seal', suite: 'gcm' }),
    theirs: 'peer-seal-disk',
    goal: 2.5,
  },
  {
    what: "Open from the origin's files (OPFS)",
    column: 'open from OPFS',
    ours: bytes => ({ what: 'open-from-shelf', suite: 'gcm', bytes }),
    theirs: 'peer-open',
    goal: 6,
  },
]

const names = Object.keys(peerTitles) as PeerName[]

export interface Comparison {
  /** The page of the lanes, and that of the peers, in one browser. */
  readonly lanes: Page
  readonly peers: Page
  readonly sample: Sample
  readonly rounds: number
}

export async function measurePeers(comparison: Comparison): Promise<Section> {
  const { lanes, peers, sample } = comparison
  for (const page of [lanes, peers]) await page.locator('input').setInputFiles(sample.path)
  const compared = await ratesOf(comparison)
  const row = (title: string, rates: (act: Compared) => readonly number[]) => [
    title,
    ...compared.map(act => `${shown(median(rates(act)))} MB/s`),
  ]
  return {
    title: 'Beside other libraries',
    notes: [
      'Each peer is one worker, used as its documentation shows, stream to stream; ours is the lanes, as many as there are',
      'cores, which hash the ciphertext besides. Bytes in memory lie in the worker that seals them, OPFS is read by sync',
      'access handles by all, and all results are thrown away. The RFC 8188 pipeline is our own; the others are libraries.',
    ],
    figures: compared.flatMap(figuresOf),
    grid: {
      head: ['library', ...compared.map(({ act }) => act.column)],
      rows: [
        row('DataCrypt', ({ ours }) => ours),
        ...names.map(name => row(peerTitles[name], ({ peers }) => peers[name])),
      ],
    },
  }
}

/** The rates of an act, one a round. */
interface Compared {
  readonly act: Act
  readonly ours: readonly number[]
  readonly variant: readonly number[]
  readonly peers: Readonly<Record<PeerName, readonly number[]>>
}

async function ratesOf(comparison: Comparison): Promise<readonly Compared[]> {
  const measures = Object.fromEntries(acts.flatMap(act => measuresOf(act, comparison)))
  const rates = await interleave<string>(measures, comparison.rounds)
  return acts.map(act => ({
    act,
    ours: rates[act.what] ?? [],
    variant: rates[act.variant?.what ?? ''] ?? [],
    peers: Object.fromEntries(names.map(name => [name, rates[`${act.what}: ${name}`] ?? []])) as Compared['peers'],
  }))
}

function measuresOf(act: Act, { lanes, peers, sample }: Comparison) {
  const mine = [act, ...(act.variant === undefined ? [] : [act.variant])].map(
    ({ what, ours }) => [what, async () => rateOf(await measure(lanes, ours(sample.bytes)))] as const,
  )
  const theirs = names.map(
    peer => [`${act.what}: ${peer}`, () => ratePeer(peers, { what: act.theirs, peer, bytes: sample.bytes })] as const,
  )
  return [...mine, ...theirs]
}

async function ratePeer(page: Page, order: PeerMeasure): Promise<number> {
  return rateOf(await page.evaluate(given => window.measurePeer(given), order))
}

function figuresOf({ act, ours, variant, peers }: Compared): readonly Figure[] {
  const fastest = names.reduce((best, name) => (median(peers[name]) > median(peers[best]) ? name : best))
  const limit = { what: peerTitles[fastest], rates: peers[fastest] }
  const { what, goal } = act
  const figure = rateFigure({ what, rates: ours, limit, goal })
  return act.variant === undefined ? [figure] : [figure, rateFigure({ what: act.variant.what, rates: variant, limit })]
}
