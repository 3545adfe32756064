import { describeLimits } from './limits.contract.ts'
import { openMemoryLimits } from './memory.ts'

describeLimits('memory', async () => ({ limits: openMemoryLimits(), close: async () => undefined }))
