/**
 * `npm run soak`: the tests that can run longer, at their full length. SOAK_SEED makes a run again; without it one is
 * chosen here and printed. Arguments go on to vitest.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { checkNode, installDependencies, root } from './ready.mjs'
import { runTests } from './run-tests.mjs'

checkNode()
installDependencies()
const tests = ['shared', 'server', 'client', 'cli', 'scripts'].flatMap(room => soakable(join(root, room)))
const seed = process.env.SOAK_SEED ?? String(Date.now() & 0x7fffffff)
console.log(
  `Soaking with seed ${seed} (SOAK_SEED=${seed} makes it again):\n${tests.map(path => `  ${path}`).join('\n')}`,
)
runTests(['--project', 'unit', ...tests, ...process.argv.slice(2)], { ...process.env, SOAK: '1', SOAK_SEED: seed })

/** Test files that ask whether they may run longer. */
function soakable(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.test.ts') && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => /process\.env\.SOAK\b/.test(readFileSync(path, 'utf8')))
    .map(path => relative(root, path))
    .sort()
}
