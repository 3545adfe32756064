import { firefox } from './firefox.ts'
import { walk } from './journey.ts'

walk(firefox)
