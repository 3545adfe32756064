/** Makes a checkout ready: Node, dependencies, builds. Only Node's built-ins, since nothing else is there yet. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const leastNode = [20, 19]

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return
  console.error(`DataCrypt needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

/** Runs a command to its end; the script ends with it where it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  })
  if (result.status !== 0) process.exit(result.status ?? 1)
}

/** Runs a tool that npm installed. */
export function runTool(name, args, options = {}) {
  run(process.execPath, [join(root, 'node_modules', toolPath(name)), ...args], options)
}

export function toolPath(name) {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  return join(name, typeof bin === 'string' ? bin : (bin[name.split('/').at(-1)] ?? Object.values(bin)[0]))
}

/**
 * Installs what the lockfile names, where that is not what was installed. A registry that lacks the packages of other
 * platforms (optional ones of Biome, Tailwind and the like) makes `npm ci` refuse a lockfile that names them by
 * dependency only; `npm install` takes the same versions by the same hashes, and leaves the rest out.
 */
export function installDependencies() {
  const stamp = join(root, 'node_modules', '.lock-hash')
  const hash = hashFiles([join(root, 'package-lock.json')])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  console.log('Installing dependencies …')
  // No package needs its install script, and none is trusted to run one.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const clean = spawnSync('npm', ['ci', ...flags], { cwd: root, stdio: 'ignore', shell: process.platform === 'win32' })
  if (clean.status !== 0) run('npm', ['install', '--no-save', ...flags])
  writeFileSync(stamp, hash)
}

const sources = ['shared', 'server', 'client', 'cli', 'package.json', 'package-lock.json', 'scripts/build.mjs']
const generated = new Set(['dist', 'dist-test', 'dist-types', 'vectors', 'node_modules'])

/** Builds what `build.mjs` builds unless the sources are those of the last build. */
export function buildOnce({ testBuild = false } = {}) {
  const stamp = join(root, 'client', testBuild ? 'dist-test' : 'dist', '.build-hash')
  const hash = hashFiles(sources.flatMap(source => listFiles(join(root, source))))
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && existsSync(join(root, 'server/dist/main.js'))) return
  console.log(testBuild ? 'Building for the tests …' : 'Building …')
  run(process.execPath, [join(root, 'scripts/build.mjs'), ...(testBuild ? ['--test-build'] : [])])
  writeFileSync(stamp, hash)
}

function listFiles(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter(entry => !generated.has(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => listFiles(join(path, entry.name)))
}

function hashFiles(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file))
  return hash.digest('hex')
}
