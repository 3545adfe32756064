/** Finds Chromium, or installs it: apt where we are root on Debian or Ubuntu, Playwright's own download elsewhere. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ready.mjs'

const places = {
  linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
}

/** Path of a Chromium that starts; installs one where there is none. Exits with a plain sentence where that fails. */
export async function findChromium() {
  const found = (await installed()) ?? (await install())
  if (found !== null) return found
  console.error('The tests need Chromium, and it could not be installed here. Install it, or set CHROMIUM_PATH.')
  process.exit(1)
}

async function installed() {
  const candidates = [process.env.CHROMIUM_PATH, ...(places[process.platform] ?? []), await playwrightsOwn()]
  return candidates.find(path => path && existsSync(path) && !isSnapShim(path)) ?? null
}

/** Ubuntu's /usr/bin/chromium-browser only tells people to install a snap. */
function isSnapShim(path) {
  if (process.platform !== 'linux') return false
  const head = readFileSync(path).subarray(0, 2000).toString('latin1')
  return head.startsWith('#!') && head.includes('snap')
}

async function install() {
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium with apt …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: 'inherit', env })
    const found = await installed()
    if (found !== null) return found
  }
  console.log("Installing Chromium with Playwright's own download …")
  const cli = join(root, 'node_modules/playwright-core/cli.js')
  spawnSync(process.execPath, [cli, 'install', '--with-deps', 'chromium'], { stdio: 'inherit' })
  return installed()
}

async function playwrightsOwn() {
  const { chromium } = await import('playwright-core')
  return chromium.executablePath()
}
