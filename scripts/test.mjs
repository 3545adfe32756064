/** `npm test`: makes the checkout ready, finds Chromium, runs every test. Arguments go on to vitest. */
import { findChromium } from './chromium.mjs'
import { buildOnce, checkNode, installDependencies, runTool } from './ready.mjs'
import { runTests } from './run-tests.mjs'

checkNode()
installDependencies()
const env = { ...process.env, CHROMIUM_PATH: await findChromium() }
runTool('typescript', ['-b'])
buildOnce()
buildOnce({ testBuild: true })
// Not the other engines: `npm run test:engines` is theirs.
const projects = ['unit', 'browser', 'e2e'].flatMap(name => ['--project', name])
runTests([...projects, ...process.argv.slice(2)], env)
