import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testEnvironment } from './running.testing.ts'

let folder: string
let children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datacrypt-main-'))
})
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  children = []
  await rm(folder, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  readonly said: () => string
  readonly complained: () => string
}

function start(environment: Record<string, string>): Started {
  const env = { PATH: process.env.PATH ?? '', ...testEnvironment, DATA_DIR: folder, ...environment }
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: resolve(import.meta.dirname, '..'),
    env,
  })
  children.push(child)
  let [said, complained] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    said += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    complained += text
  })
  return { child, said: () => said, complained: () => complained }
}

const ready = ({ said, complained }: Started) =>
  expect
    .poll(() => /ready at (\S+)/.exec(said())?.[1] ?? complained(), { timeout: 20_000, interval: 50 })
    .toMatch(/^http:\/\/localhost:\d+$/)
const exit = async ({ child }: Started): Promise<unknown> => child.exitCode ?? (await once(child, 'exit'))[0]
const addressOf = ({ said }: Started) => /ready at (\S+)/.exec(said())?.[1] ?? ''

async function takePort(): Promise<{ port: number; holder: Server }> {
  const holder = createServer((_, response) => response.end('taken'))
  holder.listen(0, '127.0.0.1')
  await once(holder, 'listening')
  return { port: (holder.address() as AddressInfo).port, holder }
}

test('says where it is, and stops when asked, with what runs finished', async () => {
  const server = start({})
  await ready(server)
  expect(server.said()).toContain('/dev/mail')
  const address = addressOf(server)
  expect(await (await fetch(`${address}/healthz`)).json()).toEqual({ alive: true })
  server.child.kill('SIGTERM')
  expect(await exit(server)).toBe(0)
  expect(server.complained()).toBe('')
  await expect(fetch(`${address}/healthz`)).rejects.toThrow()
})

test('takes the next port where its own is taken, and says so', async () => {
  const { port, holder } = await takePort()
  try {
    const server = start({ PORT: String(port) })
    await ready(server)
    expect(server.said()).toContain(`Port ${port} is taken, so the next one is tried.`)
    expect(addressOf(server)).not.toContain(`:${port}`)
    expect((await fetch(`${addressOf(server)}/healthz`)).headers.get('x-datacrypt')).toBe('1')
  } finally {
    holder.close()
  }
})

test('with a wrong configuration says what is wrong and ends', async () => {
  const server = start({ PORT: 'five', REGISTRATION: 'maybe' })
  expect(await exit(server)).toBe(1)
  expect(server.complained()).toMatch(
    /^The configuration has 2 wrong value\(s\):\n {2}PORT: .*\n {2}REGISTRATION: .*\n$/,
  )
})
