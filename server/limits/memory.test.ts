import { describeLimits } from './limits.contract.ts'
import { openMemoryLimits } from './memory.ts'

describeLimits('memory', async () => {
  let now = Date.now()
  return {
    limits: openMemoryLimits(() => now),
    pass: async milliseconds => {
      now += milliseconds
    },
    close: async () => undefined,
  }
})
