/** The page starts these two, and nothing else; imported before all that does. */
import { allowScripts } from '#client/crypto-worker/trusted-scripts.ts'
import worker from '#client/crypto-worker/worker.ts?worker&url'

allowScripts([worker, '/service-worker.js'])
