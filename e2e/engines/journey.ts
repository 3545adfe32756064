/** The journey that every engine must be able to walk: register, send, receive, lock, unlock. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { listSaved } from '../support/downloads.ts'
import { startServer, type TestServer } from '../support/server.ts'
import type { Engine } from './engine.ts'
import { goTo, type Person, register, save, send } from './people.ts'
import { digestOf, landed, writeSample } from './samples.ts'

const mebibyte = 1024 * 1024
const big = 200 * mebibyte

/** Two people in two browsers, with the server between them. */
interface Party {
  readonly server: TestServer
  readonly ines: Person
  readonly bao: Person
}

/** Declares the journey's tests. */
export function walk(engine: Engine): void {
  describe(engine.name, () => {
    let party: Party | null = null
    let folder = ''
    const here = () => {
      if (party === null) throw new Error('nobody is registered')
      return party
    }

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'datacrypt-samples-'))
      party = await invite(engine)
    })

    afterEach(({ task }) => shots(task, party))

    afterAll(async () => {
      await Promise.allSettled([party?.ines.seat.close(), party?.bao.seat.close()])
      await party?.server.close()
      await rm(folder, { recursive: true, force: true })
    })

    for (const [cipher, seed] of [
      ['AES-256-GCM', 1],
      ['AES-256-CBC with HMAC', 2],
    ] as const) {
      test(`200 MiB with ${cipher} arrive byte by byte, and the receipt is checked`, async () => {
        const { ines, bao } = here()
        const sample = await writeSample(folder, { name: `pattern-${seed}.bin`, size: big, seed })
        const title = `Pattern ${seed}`
        await send(ines, {
          to: bao,
          paths: [sample.path],
          title,
          ...(seed === 1 ? {} : { cipher: 'AES-256-CBC with HMAC' }),
        })
        await save(bao, title)
        expect(await digestOf(await landed(bao.seat.downloads, sample))).toBe(sample.digest)
        await seeReceipt(ines, title)
      })
    }

    test('several files arrive as a zip: Unicode names, an empty one', async () => {
      const { ines, bao } = here()
      const paths: string[] = []
      for (const [name, bytes] of Object.entries(small)) {
        const path = join(folder, name)
        await writeFile(path, bytes)
        paths.push(path)
      }
      await send(ines, { to: bao, paths, title: 'Plans' })
      await save(bao, 'Plans')
      const entries = await listSaved.zip(await landed(bao.seat.downloads, { name: 'Plans.zip' }))
      expect(digests(entries)).toEqual(digests(small))
      await seeReceipt(ines, 'Plans')
    })

    test('locked by hand, a wrong password is refused and the right one unlocks', async () => {
      const { seat, name } = here().bao
      await seat.click({ role: 'button', name: 'Lock' })
      await seat.see({ role: 'heading', name })
      await seat.fill('Password', 'not this one at all')
      await seat.click({ role: 'button', name: 'Unlock' })
      await seat.see({ role: 'alert', name: /password/i })
      await unlock(here().bao)
      await seat.see({ role: 'heading', name: 'Plans' })
    })

    test('a reload locks', async () => {
      const { seat, name } = here().bao
      await seat.reload()
      await seat.see({ role: 'heading', name })
      await seat.see({ role: 'button', name: 'Unlock' })
      await unlock(here().bao)
    })

    test('without the server a reload still shows the unlock screen, and it unlocks', async () => {
      const { server, bao } = here()
      await server.stop()
      try {
        await bao.seat.reload()
        await bao.seat.see({ role: 'heading', name: bao.name })
        await unlock(bao)
        await bao.seat.see({ role: 'text', name: 'Offline' })
        await bao.seat.see({ role: 'heading', name: 'Plans' })
      } finally {
        await server.start()
      }
    })
  })
}

const small: Record<string, Buffer> = {
  'grundriß – Øst.pdf': Buffer.alloc(70_000, 3),
  'empty.txt': Buffer.alloc(0),
  '写真 🌊.jpg': Buffer.alloc(1_300_000, 5),
}

/** Compared by digest: comparing a megabyte value by value takes seconds. */
const digests = (files: Record<string, Buffer>) =>
  Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
  )

async function invite(engine: Engine): Promise<Party> {
  const server = await startServer()
  const come = await Promise.allSettled(['Ines Halvorsen', 'Bao Trinh'].map(name => register(server, engine, name)))
  const [ines, bao] = come
  if (ines?.status === 'fulfilled' && bao?.status === 'fulfilled') return { server, ines: ines.value, bao: bao.value }
  for (const one of come) if (one.status === 'fulfilled') await one.value.seat.close()
  await server.close()
  throw come.find(one => one.status === 'rejected')?.reason
}

async function seeReceipt({ seat }: Person, title: string): Promise<void> {
  await goTo(seat, 'Sent')
  await seat.click({ role: 'link', name: new RegExp(title) })
  await seat.see({ role: 'text', name: 'Receipt checked' })
}

async function unlock({ seat, password }: Person): Promise<void> {
  await seat.fill('Password', password)
  await seat.click({ role: 'button', name: 'Unlock' })
  await seat.see({ role: 'button', name: 'Lock' })
}

/** What stood on the screens after each test, where `ENGINE_SHOTS` names a folder for it. */
async function shots(task: { readonly name: string }, party: Party | null): Promise<void> {
  const folder = process.env.ENGINE_SHOTS
  if (folder === undefined || party === null) return
  for (const { seat, name } of [party.ines, party.bao]) {
    await seat.screenshot(join(folder, `${seat.engine} ${task.name.slice(0, 30)} ${name}.png`))
  }
}
