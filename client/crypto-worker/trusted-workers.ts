/** The crypto worker starts these two, and nothing else; imported before all that does. */
import argon2 from './argon2.worker.ts?worker&url'
import lane from './lane.worker.ts?worker&url'
import { allowScripts } from './trusted-scripts.ts'

allowScripts([argon2, lane])
