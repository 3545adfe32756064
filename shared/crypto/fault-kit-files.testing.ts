/** The fault kit's files, for tests in Node. */
import { readdirSync, readFileSync } from 'node:fs'
import type { SuiteName } from '#shared/format/sizes.ts'
import { type KitPeople, parseKeysFile, takePeople } from './fault-kit-people.testing.ts'
import { parseVector, type Vector } from './fault-kit-vector.testing.ts'

const folder = new URL('../vectors/faults/', import.meta.url)

export function kitNames(suite: SuiteName): readonly string[] {
  return readdirSync(new URL(`${suite}/`, folder)).sort()
}

export function readVector(suite: SuiteName, name: string): Vector {
  return parseVector(readFileSync(new URL(`${suite}/${name}`, folder)))
}

export function kitKeys() {
  return parseKeysFile(readFileSync(new URL('keys.json', folder), 'utf8'))
}

export function kitPeople(): Promise<KitPeople> {
  return takePeople(kitKeys())
}
