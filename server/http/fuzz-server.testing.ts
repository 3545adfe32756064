/** The real server in a process of its own, for tests that try to break it. Its parent asks by messages. */
import { once } from 'node:events'
import { openMemoryLimits } from '../limits/memory.ts'
import { startServer, withLetters } from '../running.testing.ts'
import { join } from '../services/people.testing.ts'

export type Wish = 'person' | 'memory' | 'end'
export type Told =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'person'; readonly cookie: string; readonly email: string }
  | { readonly kind: 'memory'; readonly bytes: number }

const say = (told: Told) => process.send?.(told)

// Budgets are not what is tried here: their own tests are in limits, and one address asks thousands of times.
const limits = { ...openMemoryLimits(), spend: async () => undefined }
const server = await startServer({ LOG_LEVEL: 'error' }, { limits })
const at = await withLetters(server)
process.on('message', (wish: Wish) => void answer(wish))
say({ kind: 'port', port: server.port })

async function answer(wish: Wish): Promise<void> {
  if (wish === 'person') {
    const { cookie, email } = await join(at, 'fuzz')
    say({ kind: 'person', cookie, email })
  }
  if (wish === 'memory') {
    for (let i = 0; i < 3; i += 1) {
      globalThis.gc?.()
      await new Promise(resolve => setImmediate(resolve))
    }
    say({ kind: 'memory', bytes: process.memoryUsage.rss() })
  }
  if (wish === 'end') {
    await server.close()
    process.disconnect()
  }
}

await once(process, 'disconnect')
