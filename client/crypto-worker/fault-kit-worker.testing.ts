/** Runs vectors of the fault kit inside a module worker. */
import { expose } from 'comlink'
import { runVector } from '#shared/crypto/fault-kit.testing.ts'
import { type KitPeople, parseKeysFile, takePeople } from '#shared/crypto/fault-kit-people.testing.ts'
import { parseVector } from '#shared/crypto/fault-kit-vector.testing.ts'

let people: KitPeople = new Map()

const kitWorker = {
  /** Takes the text of the keys file. */
  async take(keys: string): Promise<void> {
    people = await takePeople(parseKeysFile(keys))
  },
  /** What was not as the vector says; `file` is the vector's file. */
  run(file: Uint8Array): Promise<readonly string[]> {
    return runVector(parseVector(file), people)
  },
}
export type KitWorker = typeof kitWorker

expose(kitWorker)
