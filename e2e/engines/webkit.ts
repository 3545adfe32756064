/** WebKitGTK: Safari's engine, in its MiniBrowser, by WebDriver. Its session keeps nothing, as a private window. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Builder, Key, type WebDriver, type WebElement } from 'selenium-webdriver'
import type { Engine, Seat } from './engine.ts'
import { findInPage, questionOf, type Sought } from './find-in-page.ts'
import { until } from './patience.ts'

export const webkit: Engine = { name: 'WebKitGTK', takeSeat }

const miniBrowser = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'

async function takeSeat(url: string): Promise<Seat> {
  const home = await makeHome()
  const processes: ChildProcess[] = []
  const end = async () => {
    await Promise.all(processes.map(stop))
    await rm(home, { recursive: true, force: true })
  }
  try {
    const screen = await startScreen(processes)
    const driver = await startDriver({ home, screen, processes })
    const close = async () => {
      await driver.quit().catch(() => undefined)
      await end()
    }
    return { ...seatAt(driver, url), engine: webkit.name, downloads: join(home, 'Downloads'), close }
  } catch (error) {
    await end()
    throw error
  }
}

/** MiniBrowser asks the desktop's settings where downloads go. */
async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'datacrypt-webkit-'))
  for (const folder of ['Downloads', '.config', 'run']) await mkdir(join(home, folder), { mode: 0o700 })
  await writeFile(join(home, '.config/user-dirs.dirs'), 'XDG_DOWNLOAD_DIR="$HOME/Downloads"\n')
  return home
}

/** A screen that nobody sees; gives its number. */
async function startScreen(processes: ChildProcess[]): Promise<string> {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  })
  processes.push(screen)
  const said = screen.stdio[3] as Readable
  const [number] = await Promise.race([once(said, 'data'), failing(screen, 'Xvfb')])
  return `:${String(number).trim()}`
}

interface Ground {
  readonly home: string
  readonly screen: string
  readonly processes: ChildProcess[]
}

async function startDriver({ home, screen, processes }: Ground): Promise<WebDriver> {
  const port = await freePort()
  const { XDG_DATA_HOME: _data, XDG_CACHE_HOME: _cache, ...environment } = process.env
  const driver = spawn('dbus-run-session', ['--', 'WebKitWebDriver', `--port=${port}`], {
    stdio: 'ignore',
    detached: true,
    env: {
      ...environment,
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_RUNTIME_DIR: join(home, 'run'),
      DISPLAY: screen,
      // Its sandbox wants namespaces that containers do not give.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  })
  processes.push(driver)
  const server = `http://127.0.0.1:${port}`
  const ready = until('WebKitWebDriver', async () => ((await fetch(`${server}/status`)).ok ? true : null))
  await Promise.race([ready, failing(driver, 'WebKitWebDriver')])
  const binary = process.env.MINIBROWSER_PATH ?? miniBrowser
  const session = await new Builder()
    .usingServer(server)
    .withCapabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary, args: ['--automation'] },
    })
    .build()
  await session.manage().setTimeouts({ script: 120_000, pageLoad: 120_000 })
  await session.manage().window().setRect({ width: 1280, height: 960 })
  return session
}

async function failing(child: ChildProcess, name: string): Promise<never> {
  const [code] = await Promise.race([once(child, 'exit'), once(child, 'error')])
  throw new Error(`${name} ended: ${String(code)}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Ends the process with the group that it leads: the browser and its own children. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await gone
}

function seatAt(driver: WebDriver, url: string): Omit<Seat, 'engine' | 'downloads' | 'close'> {
  const look = (sought: Sought) => driver.executeScript<WebElement | null>(findInPage, questionOf(sought))
  const find = (sought: Sought) => until(`${sought.role} ${sought.name}`, () => look(sought))
  return {
    open: path => driver.get(new URL(path, url).href),
    reload: () => driver.navigate().refresh(),
    see: async sought => void (await find(sought)),
    click: async sought => (await find(sought)).click(),
    async fill(label, text) {
      const field = await find({ role: 'field', name: label })
      // WebDriver's own clearing tells the page nothing, so that a controlled field puts its text back.
      await driver.executeScript(selectAll, field)
      await field.sendKeys(text)
    },
    async pick(label, option) {
      const list = await find({ role: 'field', name: label })
      await list.sendKeys(option)
    },
    press: async () => (await driver.switchTo().activeElement()).sendKeys(Key.ENTER),
    choose: async paths => (await find({ role: 'file', name: /^/ })).sendKeys(paths.join('\n')),
    async screenshot(path) {
      await writeFile(path, Buffer.from(await driver.takeScreenshot(), 'base64'))
    },
  }
}

/** Runs in the page. */
function selectAll(field: HTMLInputElement): void {
  field.focus()
  field.select()
}
