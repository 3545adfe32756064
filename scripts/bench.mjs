/** `npm run bench`: prepares what the chosen parts need (builds, Chromium, peers, age), and measures. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chosenParts } from '../bench/parts.mjs'
import { findChromium } from './chromium.mjs'
import { buildOnce, checkNode, installDependencies, root, run, runTool } from './ready.mjs'

const args = process.argv.slice(2)
const chosen = chosenParts(args)

checkNode()
// A checkout that others work in is measured as it is.
if (!existsSync(join(root, 'node_modules'))) installDependencies()
const env = { ...process.env }
if (chosen.has('peers')) installPeers()
if (chosen.has('command')) {
  run(process.execPath, [join(root, 'cli/build.mjs')])
  installAge()
}
if (['lanes', 'peers', 'journey'].some(part => chosen.has(part))) {
  env.CHROMIUM_PATH = await findChromium()
  buildOnce()
  runTool('vite', ['build', '--config', join(root, 'bench/vite.config.ts'), '--logLevel', 'warn'])
}
runTool('tsx', [join(root, 'bench/run.ts'), ...args], { env })

/** Other people's libraries are in a folder of their own: nobody else's install takes them. */
function installPeers() {
  const cwd = join(root, 'bench/peers')
  const stamp = join(cwd, 'node_modules', '.lock-hash')
  const hash = createHash('sha256')
    .update(readFileSync(join(cwd, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  console.log('Installing the peers …')
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd })
  writeFileSync(stamp, hash)
}

/** Where it cannot be had, its line of the table has dashes. */
function installAge() {
  if (spawnSync('age', ['--version']).status === 0) return
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.log('Installing age with apt …')
  const quietly = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync('apt-get', ['update', '-qq'], quietly)
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'age'], quietly)
}
