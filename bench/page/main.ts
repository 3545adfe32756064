/** The page that the runner drives: hands the picked file to the workers and returns what they measured. */
import type { Measure, Measured } from './measures.ts'

declare global {
  interface Window {
    measure(measure: Measure): Promise<Measured>
  }
}

const lanes = new Worker(new URL('./lanes.worker.ts', import.meta.url), { type: 'module' })
const bare = new Worker(new URL('./bare.worker.ts', import.meta.url), { type: 'module' })

window.measure = measure =>
  new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = (event: MessageEvent<Measured | { readonly failed: string }>) => {
      if ('failed' in event.data) reject(new Error(event.data.failed))
      else resolve(event.data)
    }
    const file = document.querySelector('input')?.files?.[0]
    const worker = measure.what === 'bare-put' ? bare : lanes
    worker.postMessage({ measure, file, port: port2 }, [port2])
  })

await navigator.serviceWorker.register('/bare-service-worker.js')
