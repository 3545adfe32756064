/** `npm test`: makes the checkout ready, finds Chromium, runs every test. Arguments go on to vitest. */
import { findChromium } from './chromium.mjs'
import { buildOnce, checkNode, installDependencies, runTool } from './ready.mjs'

checkNode()
installDependencies()
const env = { ...process.env, CHROMIUM_PATH: await findChromium() }
runTool('typescript', ['-b'])
buildOnce()
buildOnce({ testBuild: true })
runTool('vitest', ['run', ...process.argv.slice(2)], { env })
