/** `npm run test:engines`: the journey of two people in Firefox and in WebKitGTK. Arguments go on to vitest. */
import { findEngines } from './engines.mjs'
import { buildOnce, checkNode, installDependencies } from './ready.mjs'
import { runTests } from './run-tests.mjs'

checkNode()
installDependencies()
const { found, absent } = findEngines()
for (const sentence of absent) console.error(sentence)
// Where every change is tested, an engine that is left out would look like one that passed.
if (found.length === 0 || (absent.length > 0 && process.env.CI === 'true')) process.exit(1)
buildOnce({ testBuild: true })
const env = Object.assign({ ...process.env }, ...found.map(engine => engine.env))
const files = found.map(({ test }) => `e2e/engines/${test}.test.ts`)
runTests(['--project', 'engines', ...files, ...process.argv.slice(2)], env)
