/** Runs vitest to its end and closes with one plain line that counts; the script ends with vitest where a test fails. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, runTool } from './ready.mjs'

/** `args` are vitest's, `env` its environment. */
export function runTests(args, env = process.env) {
  const folder = join(root, 'node_modules', '.cache')
  const results = join(folder, `tests-${process.pid}.json`)
  mkdirSync(folder, { recursive: true })
  runTool('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...args], { env })
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'))
  rmSync(results)
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`)
}
