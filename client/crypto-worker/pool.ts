/** The page's handle on the crypto worker: start it, ask it, end it. */
import { proxy, transfer, wrap } from 'comlink'
import type { CryptoWorker, SaveJob } from './orders.ts'
import { registerProblemTransfer } from './problem-transfer.ts'

export interface CryptoWorkerHandle {
  /** The worker's door; callbacks are passed as plain functions and objects. */
  readonly remote: CryptoWorker
  /** Ends the worker and its lanes at once: keys, passwords and plaintext in them go with their memory. */
  terminate(): void
}

/** Starts a crypto worker. Calls that are under way when it is terminated never settle. */
export function openCryptoWorker(start: () => Worker = startWorker): CryptoWorkerHandle {
  registerProblemTransfer()
  const worker = start()
  const door = wrap<CryptoWorker>(worker)
  const remote: CryptoWorker = {
    prepareLogin: input => door.prepareLogin(input),
    createKeys: input => door.createKeys(input),
    openKeys: input => door.openKeys(input),
    unlock: input => door.unlock(input),
    loginSecretOf: input => door.loginSecretOf(input),
    wrapUnderPassword: input => door.wrapUnderPassword(input),
    makeRecoveryKit: input => door.makeRecoveryKit(input),
    tryRecoveryKey: input => door.tryRecoveryKey(input),
    unlockWithRecoveryKey: input => door.unlockWithRecoveryKey(input),
    wrapUnderPasskey: input => door.wrapUnderPasskey(moved(input)),
    unlockWithPasskey: input => door.unlockWithPasskey(moved(input)),
    rotateKeys: input => door.rotateKeys(input),
    adoptKeys: input => door.adoptKeys(input),
    olderKeys: () => door.olderKeys(),
    resealKeys: input => door.resealKeys(input),
    signReseal: keys => door.signReseal(keys),
    renewKeys: input => door.renewKeys(input),
    resealCells: cells => door.resealCells(cells),
    adoptRenewed: () => door.adoptRenewed(),
    signRecovery: input => door.signRecovery(input),
    exportKeyFile: input => door.exportKeyFile(input),
    sealCells: cells => door.sealCells(cells),
    openCells: cells => door.openCells(cells),
    cardFacts: card => door.cardFacts(card),
    judgeCard: (pinned, offered) => door.judgeCard(pinned, offered),
    openContent: input => door.openContent(input),
    checkReceipt: input => door.checkReceipt(input),
    probe: () => door.probe(),
    seal: (order, onEvent) => door.seal(order, proxy(onEvent)),
    upload: (order, uploads, onEvent) => door.upload(order, proxy(uploads), proxy(onEvent)),
    save: (job, downloads, onEvent) => door.save(sent(job), proxy(downloads), proxy(onEvent)),
    pause: jobId => forget(door.pause(jobId)),
    resume: jobId => forget(door.resume(jobId)),
    abort: jobId => forget(door.abort(jobId)),
    clearShelf: jobId => door.clearShelf(jobId),
  }
  return { remote, terminate: () => worker.terminate() }
}

/** The one place where the worker's URL stands: Trusted Types allow it by name. */
function startWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
}

/** A stream's port is moved into the worker; everything else is copied. */
function sent(job: SaveJob): SaveJob {
  return job.target.kind === 'stream' ? transfer(job, [job.target.port]) : job
}

/** What a passkey gave is moved too: the page keeps no copy. */
function moved<T extends { readonly prf: Uint8Array<ArrayBuffer> }>(input: T): T {
  return transfer(input, [input.prf.buffer])
}

function forget(call: Promise<void>): void {
  // These are wishes: a worker that is gone has nothing left to pause.
  call.catch(() => undefined)
}
