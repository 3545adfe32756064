/** The keyring of one worker: account key and private keys are made, wrapped and opened here, and never posted anywhere. */
import { platformRandom, type Random } from '#shared/crypto/random.ts'
import type { StretchPassword } from './argon2.ts'
import { type ChangesDoor, changesDoor } from './key-changes.ts'
import type { OpenKeys } from './key-open.ts'
import { type KdfFloor, makePasswordKeys } from './key-password.ts'
import { makeKeyRing } from './key-ring.ts'
import { type UnlockDoor, unlockDoor } from './key-unlock.ts'
import { type WaysDoor, waysDoor } from './key-ways.ts'

/** The worker's orders about a person's own keys. */
export interface KeyDoor extends UnlockDoor, WaysDoor, ChangesDoor {}

/** Makes the keyring. `floor` is the least of Argon2id that it takes from a server; `current` throws `locked`. */
export function makeKeys(options: { stretch: StretchPassword; floor: KdfFloor; random?: Random }): {
  door: KeyDoor
  current(): OpenKeys
} {
  const ring = makeKeyRing()
  const use = { passwordKeysOf: makePasswordKeys(options), random: options.random ?? platformRandom }
  return {
    door: { ...unlockDoor(ring, use), ...waysDoor(ring, use), ...changesDoor(ring, use) },
    current: ring.current,
  }
}
