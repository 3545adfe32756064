/** A server with the browsers at it, for one file of journeys; both end with the file. */
import { afterAll, beforeAll } from 'vitest'
import { type Seat, takeSeat } from './browser.ts'
import { logInOnNewDevice } from './factors.ts'
import { type Person, register } from './people.ts'
import { startServer, type TestServer } from './server.ts'

export interface House {
  readonly server: TestServer
  /** A browser of its own. */
  seat(): Promise<Seat>
  /** Registers somebody, in a new browser unless one is given, and leaves them at their inbox. */
  newcomer(name: string, seat?: Seat): Promise<Person>
  /** A second browser of the same person, at the inbox. */
  secondDevice(person: { readonly email: string; readonly password: string }): Promise<Seat>
}

/** Call it at the head of a file: the server starts before the file's first test. */
export function openHouse(): House {
  const seats: Seat[] = []
  let started: TestServer | null = null
  const server = (): TestServer => {
    if (started === null) throw new Error('the server starts with the first test')
    return started
  }
  beforeAll(async () => {
    started = await startServer()
  })
  afterAll(async () => {
    await Promise.all(seats.map(seat => seat.context.close()))
    await started?.close()
  })
  const keep = <S extends Seat>(seat: S): S => {
    seats.push(seat)
    return seat
  }
  const seat = async () => keep(await takeSeat(server().publicUrl))
  return {
    get server() {
      return server()
    },
    seat,
    newcomer: async (name, given) => keep(await register(server(), name, given === undefined ? {} : { seat: given })),
    async secondDevice(person) {
      const taken = await seat()
      await logInOnNewDevice(server(), taken.page, person)
      return taken
    },
  }
}
