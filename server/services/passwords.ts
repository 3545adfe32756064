/** The server's half of a password: bcrypt over the login secret that the client stretched and derived (THREATS A11). */
import { Bcrypt } from 'oslo/password'
import { Problem } from '#shared/contract/problems.ts'

/** Hashes that may wait at once; more are turned away before they cost memory (THREATS T19). */
const queueLimit = 64

export interface Passwords {
  /** bcrypt of the base64url login secret: 43 characters, so its 72-byte cut is never met. */
  hash(loginSecret: string): Promise<string>
  /** Takes as long for a person that does not exist (`hash` null) as for one that does. */
  verify(hash: string | null, loginSecret: string): Promise<boolean>
}

export async function makePasswords(cost: number): Promise<Passwords> {
  const bcrypt = new Bcrypt({ cost })
  const nobody = await bcrypt.hash('nobody')
  let waiting = 0
  const queued = async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= queueLimit) throw new Problem('unavailable')
    waiting += 1
    try {
      return await work()
    } finally {
      waiting -= 1
    }
  }
  return {
    hash: loginSecret => queued(() => bcrypt.hash(loginSecret)),
    verify: (hash, loginSecret) =>
      queued(async () => (await bcrypt.verify(hash ?? nobody, loginSecret)) && hash !== null),
  }
}
