import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { slotId, userId } from '#shared/contract/ids.ts'
import { makeSlot, makeUser } from '../records.testing.ts'
import { describeStore } from '../store.contract.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrations.ts'
import { openSqliteStore, storeOn } from './store.ts'

describeStore('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-store-'))
  const file = join(folder, 'store.db')
  let store = await openSqliteStore(file)
  return {
    store,
    reopen: async () => {
      await store.close()
      store = await openSqliteStore(file)
      return store
    },
    close: async () => {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
})

describe('sqlite alone', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'datacrypt-sqlite-'))
    file = join(folder, 'deep', 'store.db')
  })
  afterEach(async () => rm(folder, { recursive: true }))

  it('serves every statement by an index, and sorts nothing', () => {
    const database = openDatabase(file)
    migrate(database)
    storeOn(database, length => new Uint8Array(length))
    const plans = database.statements
      .filter(sql => !sql.startsWith('PRAGMA'))
      .map(sql => ({ sql, steps: planOf(file, sql) }))
    database.close()
    expect(plans.length).toBeGreaterThan(40)
    const slow = plans.filter(({ steps }) => steps.some(step => !isIndexed(step)))
    // The whole queue is what is counted; it is short, and an index covers it.
    // Letters of an address are looked for when somebody leaves, and at no other time.
    const whole = ['SELECT count(*) FROM mail', expect.stringMatching(/^DELETE FROM mail WHERE \? IN/)]
    expect(slow.map(({ sql }) => sql)).toEqual(whole)
  })

  it('is one whole file once it is closed: its log is folded in', async () => {
    const store = await openSqliteStore(file)
    const user = makeUser()
    await store.users.insert(user)
    await store.close()
    expect((await readFile(file)).includes(user.email)).toBe(true)
    const log = await stat(`${file}-wal`).catch(() => ({ size: 0 }))
    expect(log.size).toBe(0)
  })

  it('makes its epoch once, from the given source', async () => {
    const first = await openSqliteStore(file, { random: length => new Uint8Array(length).fill(1) })
    const epoch = await first.epoch()
    await first.close()
    const second = await openSqliteStore(file, { random: length => new Uint8Array(length).fill(2) })
    expect(await second.epoch()).toBe(epoch)
    expect(epoch).toBe('AQEBAQEBAQEBAQEBAQEBAQ')
    await second.close()
  })

  it('is readable by its owner alone', async () => {
    const store = await openSqliteStore(file)
    await store.users.insert(makeUser())
    expect((await stat(file)).mode & 0o077).toBe(0)
    expect((await stat(`${file}-wal`)).mode & 0o077).toBe(0)
    await store.close()
    await store.close()
  })

  it('says server-full where the file may not grow, and goes on where there is room again', async () => {
    const database = openDatabase(file)
    migrate(database)
    const store = storeOn(database, length => new Uint8Array(length))
    database.script('PRAGMA max_page_count = 80')
    const big = () => makeSlot({ stanza: 'x'.repeat(50_000) })
    const filling = async () => {
      for (let i = 0; i < 100; i++) await store.slots.insert(big())
    }
    await expect(filling()).rejects.toMatchObject({ code: 'server-full' })
    database.script('PRAGMA max_page_count = 100000')
    expect(await store.slots.insert(big())).toBe(true)
    await store.close()
  })

  it('says unavailable while another process writes, and internal for a damaged document', async () => {
    const store = await openSqliteStore(file)
    const user = makeUser()
    await store.users.insert(user)
    const other = openDatabase(file)
    other.script('BEGIN IMMEDIATE')
    await expect(store.users.insert(makeUser())).rejects.toMatchObject({ code: 'unavailable' })
    other.script(`UPDATE users SET doc = '{"version":1}'; COMMIT`)
    await expect(store.users.get(user.userId)).rejects.toMatchObject({ code: 'internal', data: { table: 'users' } })
    other.script("UPDATE users SET doc = 'torn'")
    await expect(store.users.get(user.userId)).rejects.toMatchObject({ code: 'internal' })
    other.close()
    await store.close()
  })

  it('rejects a ping once it is closed', async () => {
    const store = await openSqliteStore(file)
    await store.close()
    await expect(store.ping()).rejects.toMatchObject({ code: 'internal' })
  })

  it('loses no acknowledged write to SIGKILL', async () => {
    const acknowledged: string[] = []
    for (const after of [1, 40, 120]) acknowledged.push(...(await writeUntilKilled(file, after)))
    expect(acknowledged.length).toBeGreaterThanOrEqual(161)
    const store = await openSqliteStore(file)
    for (const line of acknowledged) {
      const [slot, user, seq] = line.split(' ')
      expect(await store.slots.get(slotId.parse(slot))).toMatchObject({ version: 2, stanza: 'changed' })
      expect(await store.changes.head(userId.parse(user))).toBeGreaterThanOrEqual(Number(seq))
    }
    await store.close()
    const database = openDatabase(file)
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual(['ok'])
    database.close()
  })
})

function planOf(file: string, sql: string): readonly string[] {
  const connection = new DatabaseSync(file)
  try {
    const rows: unknown[] = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
    return rows.map(row => String(Reflect.get(Object(row), 'detail')))
  } finally {
    connection.close()
  }
}

function isIndexed(step: string): boolean {
  return /^SEARCH |^LIST SUBQUERY|^CREATE BLOOM|^SCAN json_each VIRTUAL TABLE/.test(step)
}

async function writeUntilKilled(file: string, after: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./write-until-killed.testing.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    // The last line may be cut by the kill.
    if (/^\S{22} \S{22} \d+$/.test(line)) lines.push(line)
    if (lines.length === after) child.kill('SIGKILL')
  }
  expect(await ended).toEqual([null, 'SIGKILL'])
  return lines
}
