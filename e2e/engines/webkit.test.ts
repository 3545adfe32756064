import { walk } from './journey.ts'
import { webkit } from './webkit.ts'

walk(webkit)
