/**
 * Adds the packages of other platforms to the lockfile where npm left them out, as it does when its registry lacks
 * them: without them `npm ci` refuses the lockfile. They carry no integrity hash; a platform that needs one of them
 * takes the exact version from its registry. Run after `npm install` of a new dependency.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ready.mjs'

const path = join(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(path, 'utf8'))
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

/** Platform packages say in their names what they are for. */
function platformOf(name) {
  const words = name.split(/[-/]/)
  const pick = (key, known) => known.filter(word => words.includes(word)).map(word => ({ [key]: [word] }))[0]
  const libc = words.includes('musl') ? { libc: ['musl'] } : words.includes('gnu') ? { libc: ['glibc'] } : {}
  return { ...pick('cpu', processors), ...pick('os', systems), ...(words.includes('linux') ? libc : {}) }
}

for (const [owner, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const place = `node_modules/${name}`
    if (place in lock.packages || `${owner}/${place}` in lock.packages) continue
    const platform = platformOf(name)
    if (!('os' in platform) && !('cpu' in platform)) continue
    lock.packages[place] = { version, ...(dev ? { dev } : {}), optional: true, ...platform }
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
