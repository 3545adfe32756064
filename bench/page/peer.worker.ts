/** One peer at work, in one worker: from memory, from the picked file, from the origin's own files. */
import { createSegmentFile, openSegmentFile } from '#client/shelf/segment-file.ts'
import { piecesOf, streamOf } from '../peers/chunks.ts'
import type { Peer, PeerName, Stream } from '../peers/peer.ts'
import { answerMeasures, type PeerMeasure, timed } from './measures.ts'
import { memorySample } from './sample.ts'

/** As large as a source's pieces get: the peers cut them to their own sizes. */
const pieceSize = 512 * 1024
const kibibyte = 1024

const makers: Readonly<Record<PeerName, () => Promise<Peer>>> = {
  age: async () => (await import('../peers/age.ts')).makePeer(),
  openpgp: async () => (await import('../peers/openpgp.ts')).makePeer(),
  wormhole: async () => (await import('../peers/wormhole.ts')).makePeer(),
  'sodium-64k': async () => (await import('../peers/sodium.ts')).makePeer(64 * kibibyte),
  'sodium-4m': async () => (await import('../peers/sodium.ts')).makePeer(4 * kibibyte * kibibyte),
  'sodium-64m': async () => (await import('../peers/sodium.ts')).makePeer(64 * kibibyte * kibibyte),
  rfc8188: async () => (await import('../peers/rfc8188.ts')).makePeer(),
}

interface Ready {
  readonly peer: Peer
  /** Bytes of the ciphertext that lies in the origin's own files, by the plaintext's length. */
  readonly stored: Map<number, number>
}

const made = new Map<PeerName, Promise<Ready>>()

answerMeasures<PeerMeasure>(async (measure, file) => {
  const { peer: name, bytes } = measure
  const ready = made.get(name) ?? makers[name]().then(peer => ({ peer, stored: new Map<number, number>() }))
  made.set(name, ready)
  const { peer, stored } = await ready
  switch (measure.what) {
    case 'peer-seal-memory':
      return sealing(peer, memoryStream(memorySample(bytes)), bytes)
    case 'peer-seal-disk':
      if (file === undefined) throw new TypeError('no file is picked')
      return sealing(peer, file.slice(0, bytes).stream(), bytes)
    case 'peer-open':
      return opening({ name, peer, stored }, bytes)
  }
})

function sealing(peer: Peer, plain: Stream, bytes: number) {
  return timed(bytes, async () => {
    const length = await throwAway(await peer.seal(plain))
    if (length <= bytes) throw new Error(`sealing ${bytes} bytes gave ${length}`)
  })
}

async function opening({ name, peer, stored }: Ready & { name: PeerName }, bytes: number) {
  const length = stored.get(bytes) ?? (await store(name, peer, bytes))
  stored.set(bytes, length)
  return timed(bytes, async () => {
    const opened = await throwAway(await peer.open(storedStream(name, length)))
    if (opened !== bytes) throw new Error(`opening gave ${opened} bytes instead of ${bytes}`)
  })
}

/** Lays the peer's own ciphertext down and sees that it opens to the very bytes; gives its length. */
async function store(name: PeerName, peer: Peer, bytes: number): Promise<number> {
  const sample = memorySample(bytes)
  const file = await createSegmentFile(folderOf(name), 0)
  let length = 0
  for await (const piece of piecesOf(await peer.seal(memoryStream(sample)))) {
    file.write(new Uint8Array(piece), length)
    length += piece.length
  }
  file.finish()
  let at = 0
  for await (const piece of piecesOf(await peer.open(storedStream(name, length)))) {
    if (indexedDB.cmp(piece, sample.subarray(at, at + piece.length)) !== 0) throw new Error('opened to other bytes')
    at += piece.length
  }
  return length
}

function folderOf(name: PeerName): string {
  return `peer-${name}`
}

function memoryStream(sample: Uint8Array): Stream {
  return streamOf(
    (async function* () {
      for (let at = 0; at < sample.length; at += pieceSize) yield sample.subarray(at, at + pieceSize)
    })(),
  )
}

/** By the same handle that our own lanes read with: the fastest way that there is. */
function storedStream(name: PeerName, length: number): Stream {
  return streamOf(
    (async function* () {
      const reader = await openSegmentFile(folderOf(name), 0)
      for (let at = 0; at < length; at += pieceSize) {
        const wanted = Math.min(pieceSize, length - at)
        const { buffer } = await reader.fill({ buffer: new ArrayBuffer(wanted), offset: 0, length: wanted })
        yield new Uint8Array(buffer)
      }
      await reader.cancel()
    })(),
  )
}

async function throwAway(stream: Stream): Promise<number> {
  let length = 0
  for await (const piece of piecesOf(stream)) length += piece.length
  return length
}
