/** The page of the peers: a worker for each, made when it is first asked for. */
import type { PeerName } from '../peers/peer.ts'
import { askWorker, type Measured, type PeerMeasure } from './measures.ts'

declare global {
  interface Window {
    measurePeer(measure: PeerMeasure): Promise<Measured>
  }
}

const workers = new Map<PeerName, Worker>()

function workerOf(peer: PeerName): Worker {
  const worker = workers.get(peer) ?? new Worker(new URL('./peer.worker.ts', import.meta.url), { type: 'module' })
  workers.set(peer, worker)
  return worker
}

window.measurePeer = measure => askWorker(workerOf(measure.peer), measure)
