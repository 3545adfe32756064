import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeUser } from '../records.testing.ts'
import { openDatabase } from './database.ts'
import { migration001 } from './migration-001.ts'
import { migrate } from './migrations.ts'
import { openSqliteStore } from './store.ts'

describe('migrations', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'datacrypt-migrations-'))
    file = join(folder, 'store.db')
  })
  afterEach(async () => rm(folder, { recursive: true }))

  const versionOf = () => {
    const database = openDatabase(file)
    const version = database.version()
    database.close()
    return version
  }

  it('bring an empty file to the newest version, and leave it there', async () => {
    await (await openSqliteStore(file)).close()
    const version = versionOf()
    await (await openSqliteStore(file)).close()
    expect(version).toBeGreaterThanOrEqual(1)
    expect(versionOf()).toBe(version)
  })

  it('open a file of version 1 with what lies in it', async () => {
    const user = makeUser()
    const database = openDatabase(file)
    migrate(database, [migration001])
    const inserting = database.prepare('INSERT INTO users (user_id, email, version, doc) VALUES (?, ?, ?, ?)')
    inserting.run(user.userId, user.email, user.version, JSON.stringify(user))
    database.close()
    const store = await openSqliteStore(file)
    expect(await store.users.byEmail(user.email)).toEqual(user)
    await store.close()
  })

  it('run the versions that are missing, and all or none of them', () => {
    const database = openDatabase(file)
    migrate(database, ['CREATE TABLE a (x)'])
    const broken = ['CREATE TABLE a (x)', 'CREATE TABLE b (x)', 'CREATE TABLE c (']
    expect(() => migrate(database, broken)).toThrow()
    expect(database.version()).toBe(1)
    expect(() => database.prepare('SELECT x FROM b')).toThrow()
    migrate(database, broken.slice(0, 2))
    expect(database.version()).toBe(2)
    expect(database.prepare('SELECT x FROM b').all()).toEqual([])
    database.close()
  })

  it('refuse a file of a newer program, in a plain sentence, and leave it as it is', async () => {
    const database = openDatabase(file)
    database.script('PRAGMA user_version = 7000')
    database.close()
    await expect(openSqliteStore(file)).rejects.toThrow(/written by a newer DataCrypt \(its version is 7000/)
    expect(versionOf()).toBe(7000)
  })
})
