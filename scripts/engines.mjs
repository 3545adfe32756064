/** Finds Firefox and WebKitGTK, or installs them with apt where we are root on Debian or Ubuntu. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Each engine: its test file, the Debian packages that bring it, and `find`, which gives the environment its tests
 * read, or null where something of it is missing.
 */
const engines = [
  {
    name: 'Firefox',
    test: 'firefox',
    packages: ['firefox-esr'],
    find: () => {
      const path = process.env.FIREFOX_PATH ?? onPath('firefox-esr') ?? onPath('firefox') ?? firefoxOnMac()
      return path === null || !existsSync(path) ? null : { FIREFOX_PATH: path }
    },
  },
  {
    name: 'WebKitGTK',
    test: 'webkit',
    packages: ['webkit2gtk-driver', 'xvfb', 'dbus'],
    find: () => {
      const path = process.env.MINIBROWSER_PATH ?? miniBrowser()
      const tools = ['WebKitWebDriver', 'Xvfb', 'dbus-run-session']
      return path === null || tools.some(tool => onPath(tool) === null) ? null : { MINIBROWSER_PATH: path }
    },
  },
]

/** The engines that are here, some of them since now: `{ test, env }` each; and the names of those that are not. */
export function findEngines() {
  const missing = engines.filter(engine => engine.find() === null)
  if (missing.length > 0) install(missing.flatMap(engine => engine.packages))
  const found = engines.flatMap(({ test, find }) => {
    const env = find()
    return env === null ? [] : [{ test, env }]
  })
  return { found, absent: missing.filter(engine => engine.find() === null).map(sayAbsent) }
}

function sayAbsent({ name, packages }) {
  return `${name} is not here and could not be installed; on Debian or Ubuntu its packages are ${packages.join(', ')}.`
}

function install(packages) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.log(`Installing ${packages.join(', ')} with apt …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env })
  // One after the other: a name that this release does not know would keep all the others away.
  for (const name of packages) {
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { stdio: 'inherit', env })
  }
}

function onPath(program) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map(folder => join(folder, program)).find(path => existsSync(path)) ?? null
}

function firefoxOnMac() {
  const path = '/Applications/Firefox.app/Contents/MacOS/firefox'
  return existsSync(path) ? path : null
}

/** It lies in the library's own folder, whose name has the machine's architecture and the library's version. */
function miniBrowser() {
  const folders = ['/usr/lib', '/usr/libexec'].flatMap(root =>
    existsSync(root) ? ['', ...readdirSync(root)].map(name => join(root, name)) : [],
  )
  const candidates = folders.flatMap(folder => ['4.1', '4.0'].map(v => join(folder, `webkit2gtk-${v}`, 'MiniBrowser')))
  return candidates.find(path => existsSync(path)) ?? null
}
