/** Runs Wycheproof's vectors inside a module worker. */
import { expose } from 'comlink'
import { allRuns } from '#shared/crypto/wycheproof.testing.ts'
import type { Counts } from '#shared/crypto/wycheproof-read.testing.ts'

const vectorWorker = {
  /** The counts of the run of that name over the file's text. */
  run(name: string, text: string): Promise<Counts> {
    const found = allRuns({ aes192: false }).find(one => one.name === name)
    if (found === undefined) throw new Error(`no run called ${name}`)
    return found.run(text)
  },
}
export type VectorWorker = typeof vectorWorker

expose(vectorWorker)
