/** The process: its streams, its signals, its exit code. */
import { constants } from 'node:os'
import { removeInterrupted, removeLeftovers } from './outputs.ts'
import { exits, runCommandLine, tellFailure } from './run.ts'
import type { Setting } from './setting.ts'

const setting: Setting = {
  env: process.env,
  // Opening standard input costs time and may hold the process; most commands never read it.
  input: { [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() },
  write: bytes =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, error => (error ? reject(error) : resolve()))
    }),
  say: line => void process.stderr.write(`${line}\n`),
  get outputIsTerminal() {
    return process.stdout.isTTY === true
  },
  get errorsAreTerminal() {
    return process.stderr.isTTY === true
  },
  redraw: text => void process.stderr.write(`\r\u001b[K${text}`),
  ask: async question => (await import('./terminal.ts')).askUnseen(question),
  chunkWorkers: new URL('./chunk-worker.js', import.meta.url),
  now: Date.now,
  random: length => crypto.getRandomValues(new Uint8Array(length)),
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, async () => {
    await removeInterrupted()
    process.exit(128 + constants.signals[signal])
  })
}
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    removeLeftovers()
    tellFailure(error, setting)
    process.exit(exits.failed)
  })
}
// A reader that went away is told by the write that failed.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const code = await runCommandLine(process.argv.slice(2), setting)
process.exit(code)
