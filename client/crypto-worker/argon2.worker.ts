/**
 * Argon2id in a worker of its own, started for one stretch: the only response that may run WebAssembly, and its 64 MiB
 * (and the password in them) go when it ends.
 */
import { stretchHere } from './argon2-here.ts'
import type { Stretch, StretchAnswer } from './argon2-orders.ts'

addEventListener('message', (event: MessageEvent<Stretch>) => {
  const answer = (value: StretchAnswer) => postMessage(value)
  stretchHere(event.data).then(
    hash => answer({ hash }),
    () => answer({ failed: true }),
  )
})
