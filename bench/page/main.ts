/** The page that the runner drives: hands the picked file to the workers and returns what they measured. */
import { askWorker, type Measure, type Measured } from './measures.ts'

declare global {
  interface Window {
    measure(measure: Measure): Promise<Measured>
  }
}

const lanes = new Worker(new URL('./lanes.worker.ts', import.meta.url), { type: 'module' })
const bare = new Worker(new URL('./bare.worker.ts', import.meta.url), { type: 'module' })

window.measure = measure => askWorker(measure.what === 'bare-put' ? bare : lanes, measure)

await navigator.serviceWorker.register('/bare-service-worker.js')
