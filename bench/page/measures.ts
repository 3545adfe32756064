/** What the runner asks of the page's workers, and the one way in which they answer. */

export type Suite = 'gcm' | 'cbc'

export type Measure =
  /** Reads the picked file as sealing does and throws it away. */
  | { readonly what: 'read' }
  /** Cipher and SHA-256 of chunks that lie in memory. */
  | { readonly what: 'seal-arithmetic' | 'open-arithmetic'; readonly suite: Suite; readonly bytes: number }
  /** Writes as many bytes to the origin's own files as sealing does. */
  | { readonly what: 'write' }
  | { readonly what: 'seal' | 'seal-to-shelf'; readonly suite: Suite }
  /** Opens what `seal-to-shelf` left, and throws it away. */
  | { readonly what: 'open-from-shelf'; readonly bytes: number }
  | { readonly what: 'bare-put'; readonly bytes: number; readonly partSize: number }

/** `milliseconds` that `bytes` took; plaintext bytes where something is sealed or opened. */
export interface Measured {
  readonly bytes: number
  readonly milliseconds: number
}

interface Order {
  readonly measure: Measure
  readonly file: File | undefined
  readonly port: MessagePort
}

/** Answers the page's orders with what `run` measures. */
export function answerMeasures(run: (measure: Measure, file: File | undefined) => Promise<Measured>): void {
  addEventListener('message', (event: MessageEvent<Order>) => {
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
