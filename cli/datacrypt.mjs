#!/usr/bin/env node
/** `datacrypt`: starts what build.mjs wrote, and has it written where an install without scripts has left it out. */
import { existsSync } from 'node:fs'

const built = new URL('./dist/datacrypt.js', import.meta.url)
if (!existsSync(built)) await import('./build.mjs')
await import(built.href)
