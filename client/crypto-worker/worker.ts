/** The crypto worker: what the page can ask, and which file does it. */
import './trusted-workers.ts'
import { expose } from 'comlink'
import { argon2Floor } from '#shared/contract/limits.ts'
import { recordNonces } from '#shared/crypto/nonce-recorder.ts'
import { stretchInWorker } from './argon2.ts'
import { makeCryptoWorker } from './crypto-worker.ts'
import { registerProblemTransfer } from './problem-transfer.ts'

/** In the build that tests use alone, any cost that Argon2id takes at all. */
const testFloor = { m: 8, t: 1, p: 1 }

if (__TEST_BUILD__) recordNonces({ channel: new BroadcastChannel('datacrypt-nonces') })
registerProblemTransfer()
expose(makeCryptoWorker({ stretch: stretchInWorker, floor: __TEST_BUILD__ ? testFloor : argon2Floor }))
