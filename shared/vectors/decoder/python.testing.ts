/** Gets the second reader a Python of its own, once for each list of requirements. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const requirements = fileURLToPath(new URL('./requirements.txt', import.meta.url))
const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url))
const windows = process.platform === 'win32'
const systemPython = windows ? 'python' : 'python3'

/** The interpreter with the packages of requirements.txt; made on first use. Throws a sentence that says what to install. */
export async function decoderPython(): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const home = join(cache, `decoder-python-${version}`)
  if (!existsSync(home)) await makeEnvironment(home)
  return pythonOf(home)
}

function pythonOf(home: string): string {
  return windows ? join(home, 'Scripts', 'python.exe') : join(home, 'bin', 'python')
}

/** Made under a name of its own and then renamed, since several test files may want the first one at a time. */
async function makeEnvironment(home: string): Promise<void> {
  const draft = `${home}.${process.pid}.${Date.now()}`
  await mkdir(cache, { recursive: true })
  try {
    await makeVenv(draft)
    await installPackages(draft)
    await rename(draft, home)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(home)) throw error
  }
}

async function makeVenv(draft: string): Promise<void> {
  const make = () => run(systemPython, ['-m', 'venv', draft])
  try {
    await make()
  } catch (error) {
    await installVenv(error)
    await make()
  }
}

/** Debian and Ubuntu ship Python without venv; root can help itself there. */
async function installVenv(cause: unknown): Promise<void> {
  const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version')
  const advice =
    'The second reader of the format needs Python 3.9 or newer with venv (on Debian: apt install python3-venv).'
  if (!mayInstall) throw new Error(advice, { cause })
  try {
    await run('apt-get', ['update'])
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'python3', 'python3-venv'])
  } catch (error) {
    throw new Error(advice, { cause: error })
  }
}

async function installPackages(draft: string): Promise<void> {
  try {
    await run(pythonOf(draft), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  } catch (cause) {
    const needs = (await readFile(requirements, 'utf8')).trim().split('\n').join(', ')
    throw new Error(`The second reader of the format needs ${needs}: let pip reach its package index once.`, { cause })
  }
}
