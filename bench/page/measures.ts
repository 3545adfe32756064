/** What the runner asks of the page's workers, and the one way in which they answer. */

import type { PeerName } from '../peers/peer.ts'

export type Suite = 'gcm' | 'cbc'

export type Measure =
  /** Reads the picked file as sealing does and throws it away. */
  | { readonly what: 'read' }
  /** Cipher and SHA-256 of chunks that lie in memory. */
  | { readonly what: 'seal-arithmetic' | 'open-arithmetic'; readonly suite: Suite; readonly bytes: number }
  /** Writes as many bytes to the origin's own files as sealing does. */
  | { readonly what: 'write' }
  | { readonly what: 'seal' | 'seal-to-shelf'; readonly suite: Suite }
  /** Seals bytes that lie in the lanes' memory, or a file that the browser keeps in its own. */
  | { readonly what: 'seal-memory' | 'seal-memory-file'; readonly suite: Suite; readonly bytes: number }
  /** Opens a shelf's segments, and throws it away. */
  | { readonly what: 'open-from-shelf'; readonly suite: Suite; readonly bytes: number }
  | { readonly what: 'bare-put'; readonly bytes: number; readonly partSize: number }

/** Another library, in one worker: the same from memory, from the picked file, and from the origin's own files. */
export interface PeerMeasure {
  readonly what: 'peer-seal-memory' | 'peer-seal-disk' | 'peer-open'
  readonly peer: PeerName
  readonly bytes: number
}

/** `milliseconds` that `bytes` took; plaintext bytes where something is sealed or opened. */
export interface Measured {
  readonly bytes: number
  readonly milliseconds: number
}

interface Order<M> {
  readonly measure: M
  readonly file: File | undefined
  readonly port: MessagePort
}

/** Answers the page's orders with what `run` measures. */
export function answerMeasures<M = Measure>(run: (measure: M, file: File | undefined) => Promise<Measured>): void {
  addEventListener('message', (event: MessageEvent<Order<M>>) => {
    const { measure, file, port } = event.data
    run(measure, file).then(
      measured => port.postMessage(measured),
      (error: unknown) =>
        port.postMessage({ failed: error instanceof Error ? `${error} ${error.stack}` : String(error) }),
    )
  })
}

/** Times `step`, which works on `bytes`. */
export async function timed(bytes: number, step: () => Promise<unknown>): Promise<Measured> {
  const begun = performance.now()
  await step()
  return { bytes, milliseconds: performance.now() - begun }
}

/** Milliseconds after which a measure has failed. */
const patience = 180_000

/** Asks a worker that answers by {@link answerMeasures}, with the file that is picked on this page. */
export function askWorker<M>(worker: Worker, measure: M): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel()
    const timer = setTimeout(() => reject(new Error(`no answer to ${JSON.stringify(measure)}`)), patience)
    port1.onmessage = (event: MessageEvent<Measured | { readonly failed: string }>) => {
      clearTimeout(timer)
      if ('failed' in event.data) reject(new Error(event.data.failed))
      else resolve(event.data)
    }
    const file = document.querySelector('input')?.files?.[0]
    worker.postMessage({ measure, file, port: port2 }, [port2])
  })
}
