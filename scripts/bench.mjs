/** `npm run bench`: builds the app and the bench's page, finds Chromium, measures. Arguments go on to the bench. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './chromium.mjs'
import { buildOnce, checkNode, installDependencies, root, runTool } from './ready.mjs'

checkNode()
// A checkout that others work in is measured as it is.
if (!existsSync(join(root, 'node_modules'))) installDependencies()
const env = { ...process.env, CHROMIUM_PATH: await findChromium() }
buildOnce()
runTool('vite', ['build', '--config', join(root, 'bench/vite.config.ts'), '--logLevel', 'warn'])
runTool('tsx', [join(root, 'bench/run.ts'), ...process.argv.slice(2)], { env })
