import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemFrom } from '#shared/contract/problems.ts'
import type { DownloadGrant, Grant } from '#shared/contract/transfer.ts'
import { describeBlobs } from './blob.contract.ts'
import type { BlobStore, DirectBlobs } from './blob.ts'
import { openFileBlobs } from './files.ts'
import { grantHeader } from './files-grants.ts'
import { begin, send } from './uploads.testing.ts'

const secret = new Uint8Array(32).fill(7)
const partSize = 64 * 1024

type Files = BlobStore & DirectBlobs

const tokenOf = (grant: Grant | DownloadGrant | undefined) => grant?.headers[grantHeader] ?? ''
/** In chunks, as a network brings them. */
const streamed = (bytes: Uint8Array) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000)
    })(),
  )
const putting = (blobs: Files) => ({
  blobs,
  put: (grant: Grant, bytes: Uint8Array) => blobs.putPart(tokenOf(grant), grant.n, streamed(bytes)),
})

describeBlobs('files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-blobs-'))
  let time = 1_800_000_000_000
  const blobs = await openFileBlobs({ folder, secret, now: () => time })
  return {
    ...putting(blobs),
    partSize,
    get: async (grant, range) => buffer((await blobs.openRange(tokenOf(grant), range)).body),
    clock: {
      now: () => time,
      pass: ms => {
        time += ms
      },
    },
    close: async () => {
      expect((await readdir(folder, { recursive: true })).filter(name => name.includes('.tmp-'))).toEqual([])
      expect(await readdir(join(folder, '.trash'))).toEqual([])
      await rm(folder, { recursive: true })
    },
  }
})

describe('file blobs alone', () => {
  let folder: string
  let blobs: Files
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'datacrypt-files-'))
    blobs = await openFileBlobs({ folder, secret })
  })
  afterEach(async () => rm(folder, { recursive: true }))

  it('names its URLs and tells the place of what it serves', async () => {
    const based = await openFileBlobs({ folder, secret, baseUrl: 'https://files.example' })
    const sent = await begin(based, 100, partSize)
    const [grant] = await based.grants(sent.upload, sent.parts)
    expect(grant?.url).toBe(`https://files.example/api/blobs/${sent.upload.blobId}/parts/1`)
    await send(putting(based), sent, [1])
    await based.complete(sent.upload)
    const download = await based.downloadGrant(sent.upload.blobId, { expiresAt: Date.now() + 60_000 })
    expect(download.url).toBe(`https://files.example/api/blobs/${sent.upload.blobId}`)
    const served = await based.openRange(tokenOf(download), { from: 10, to: 19 })
    expect(served).toMatchObject({ from: 10, to: 20, total: 100 })
    expect(await buffer(served.body)).toEqual(sent.bytes.subarray(10, 20))
  })

  it('refuses a token that was changed, cut, signed by another secret or meant for another verb', async () => {
    const sent = await begin(blobs, 100, partSize)
    const good = tokenOf((await blobs.grants(sent.upload, sent.parts))[0])
    const [claims = '', mac = ''] = good.split('.')
    const longer = JSON.parse(Buffer.from(claims, 'base64url').toString())
    const forged = Buffer.from(JSON.stringify({ ...longer, expiresAt: 9e15 })).toString('base64url')
    const others = await openFileBlobs({ folder, secret: new Uint8Array(32) })
    const foreign = tokenOf((await others.grants(sent.upload, sent.parts))[0])
    const download = tokenOf(await blobs.downloadGrant(sent.upload.blobId, { expiresAt: 9e15 }))
    for (const token of [
      `${forged}.${mac}`,
      `${claims}.`,
      claims,
      '',
      '.',
      `${good}.x`,
      good.slice(0, -4),
      foreign,
      download,
    ]) {
      await expect(blobs.putPart(token, 1, streamed(sent.bytes))).rejects.toMatchObject({ code: 'grant-refused' })
    }
    await expect(blobs.putPart(good, 2, streamed(sent.bytes))).rejects.toMatchObject({ code: 'grant-refused' })
    await blobs.putPart(good, 1, streamed(sent.bytes))
    await blobs.complete(sent.upload)
    await expect(blobs.openRange(good, null)).rejects.toMatchObject({ code: 'grant-refused' })
    expect((await blobs.openRange(download, null)).total).toBe(100)
  })

  it('answers a repeated part after completion, and takes no other bytes then', async () => {
    const sent = await begin(blobs, 100, partSize)
    const other = await begin(blobs, 100, partSize)
    const late = { ...other, upload: sent.upload }
    await send(putting(blobs), sent, [1])
    await blobs.complete(sent.upload)
    await send(putting(blobs), sent, [1])
    await expect(send(putting(blobs), late, [1])).rejects.toMatchObject({ code: 'part-refused' })
    expect(await buffer(await blobs.read(sent.upload.blobId, { from: 0, to: 100 }))).toEqual(sent.bytes)
  })

  it('does not complete a part that the disk has cut, and serves no short blob', async () => {
    const sent = await begin(blobs, 2 * partSize, partSize)
    await send(putting(blobs), sent, [1, 2])
    const [name = ''] = (await readdir(folder, { recursive: true })).filter(path => path.includes('00002.'))
    await truncate(join(folder, name), 10)
    await expect(blobs.complete(sent.upload)).rejects.toMatchObject({ code: 'parts-missing', data: { n: 2 } })
    await rm(join(folder, name))
    await send(putting(blobs), sent, [2])
    await blobs.complete(sent.upload)
    await truncate(join(folder, name), 10)
    const body = await blobs.read(sent.upload.blobId, { from: 0, to: 2 * partSize })
    await expect(buffer(body)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('lists a number with two files as missing, and heals it by the next put', async () => {
    const sent = await begin(blobs, 100, partSize)
    await send(putting(blobs), sent, [1])
    const [name = ''] = (await readdir(folder, { recursive: true })).filter(path => path.includes('00001.'))
    await writeFile(join(folder, name.replace(/\w{8}$/, '00000000')), Buffer.alloc(100))
    expect(await blobs.parts(sent.upload)).toEqual([])
    await send(putting(blobs), sent, [1])
    expect(await blobs.parts(sent.upload)).toEqual(sent.parts)
  })

  it('stops reading at the first chunk too many, and leaves the stream to its owner', async () => {
    const sent = await begin(blobs, 1000, partSize)
    let given = 0
    const endless = Readable.from(
      (function* () {
        for (;;) {
          given++
          yield new Uint8Array(500)
        }
      })(),
      { highWaterMark: 1 },
    )
    const [grant] = await blobs.grants(sent.upload, sent.parts)
    await expect(blobs.putPart(tokenOf(grant), 1, endless)).rejects.toMatchObject({ code: 'part-refused' })
    expect(given).toBeLessThan(8)
    expect(endless.destroyed).toBe(false)
    endless.destroy()
  })

  it('leaves nothing of an upload that is aborted while a part comes in', async () => {
    const sent = await begin(blobs, 1000, partSize)
    const [grant] = await blobs.grants(sent.upload, sent.parts)
    const aborting = Readable.from(
      (async function* () {
        yield sent.bytes.subarray(0, 500)
        await blobs.abort(sent.upload)
        yield sent.bytes.subarray(500)
      })(),
      { highWaterMark: 1 },
    )
    await expect(blobs.putPart(tokenOf(grant), 1, aborting)).rejects.toMatchObject({ code: 'part-refused' })
    expect((await readdir(folder, { recursive: true })).filter(path => path.includes(sent.upload.blobId))).toEqual([])
  })

  it('lets go of its files when a reader leaves in the middle', async () => {
    const sent = await begin(blobs, 40 * partSize, 20 * partSize)
    await send(putting(blobs), sent, [1, 2])
    await blobs.complete(sent.upload)
    for (let i = 0; i < 20; i++) {
      const body = await blobs.read(sent.upload.blobId, { from: 0, to: sent.bytes.length })
      for await (const chunk of body) if (chunk.length > 0) break
    }
    const ours = async () => {
      const links = await readdir('/proc/self/fd').catch(() => [])
      const paths = await Promise.all(links.map(fd => readlinkOrEmpty(`/proc/self/fd/${fd}`)))
      return paths.filter(path => path.startsWith(folder))
    }
    await expect.poll(ours).toEqual([])
  })

  it('empties the trash that a crash has left', async () => {
    await mkdir(join(folder, '.trash', 'grave'))
    await writeFile(join(folder, '.trash', 'grave', 'file'), 'x')
    await openFileBlobs({ folder, secret })
    expect(await readdir(join(folder, '.trash'))).toEqual([])
  })

  it('says unavailable where its folder cannot be written', async () => {
    await rm(join(folder, '.trash'), { recursive: true })
    await writeFile(join(folder, '.trash'), '')
    await expect(blobs.ping()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('takes nothing from a connection that breaks, and still answers one that sends too much', async () => {
    const server = createServer((message, response) => {
      blobs.putPart(String(message.headers[grantHeader]), 1, message).then(
        () => response.writeHead(204).end(),
        (error: unknown) => {
          codes.push(problemFrom(error)?.code ?? String(error))
          response.writeHead(400, { connection: 'close' }).end()
        },
      )
    })
    const codes: string[] = []
    await once(server.listen(0, '127.0.0.1'), 'listening')
    try {
      const length = 20 * partSize
      const sent = await begin(blobs, length, length)
      const [grant] = await blobs.grants(sent.upload, sent.parts)
      const { port } = server.address() as AddressInfo
      const headers = { [grantHeader]: tokenOf(grant), 'content-length': 2 * length }
      const put = () => request({ port, host: '127.0.0.1', method: 'PUT', headers })

      const cut = put()
      cut.on('error', () => undefined)
      await new Promise<void>(resolve => cut.write(sent.bytes.subarray(0, length / 2), () => resolve()))
      cut.destroy()
      await expect.poll(() => codes).toEqual(['part-refused'])

      const long = put()
      long.on('error', () => undefined)
      long.write(Buffer.concat([sent.bytes, Buffer.from([1])]))
      const [response] = await once(long, 'response')
      expect(response.statusCode).toBe(400)
      long.destroy()
      expect(await blobs.parts(sent.upload)).toEqual([])
      expect((await readdir(folder, { recursive: true })).filter(path => path.includes('.tmp-'))).toEqual([])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  it('shows no part of a put that SIGKILL cut, and takes it again', async () => {
    const script = fileURLToPath(new URL('./put-half.testing.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', 'tsx', script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const { upload, parts } = JSON.parse(String(line))
    const reopened = await openFileBlobs({ folder, secret: new Uint8Array(32) })
    expect(await reopened.parts(upload)).toEqual(parts.slice(0, 1))
    expect((await readdir(folder, { recursive: true })).filter(path => path.includes('.tmp-'))).toHaveLength(1)
    await expect(reopened.complete(upload)).rejects.toMatchObject({ code: 'parts-missing', data: { n: 2 } })
    const again = await begin(reopened, upload.length, upload.partSize)
    await send(putting(reopened), { ...again, upload }, [1, 2])
    await reopened.complete(upload)
    expect((await readdir(folder, { recursive: true })).filter(path => path.includes('.tmp-'))).toEqual([])
    const got = await buffer(await reopened.read(upload.blobId, { from: 0, to: upload.length }))
    expect(got.equals(again.bytes)).toBe(true)
  })

  it('says server-full on a full disk, cuts nothing, and goes on where there is room again', async context => {
    if (!(await canMount(folder))) return context.skip('no tmpfs can be mounted here')
    const script = fileURLToPath(new URL('./fill-disk.testing.ts', import.meta.url))
    const run = 'mount -t tmpfs -o size=16m tmpfs "$1" && exec "$2" --import tsx "$3" "$1"'
    const { stdout } = await promisify(execFile)('unshare', [
      '-m',
      'sh',
      '-c',
      run,
      'sh',
      folder,
      process.execPath,
      script,
    ])
    expect(JSON.parse(stdout)).toEqual({
      codes: ['done', 'done', 'done', 'done', 'server-full', 'server-full'],
      left: [],
      parts: 4,
      readable: true,
      after: true,
    })
  })
})

async function canMount(folder: string): Promise<boolean> {
  const mounting = promisify(execFile)('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
  return mounting.then(
    () => true,
    () => false,
  )
}

async function readlinkOrEmpty(path: string): Promise<string> {
  return readlink(path).catch(() => '')
}
