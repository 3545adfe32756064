import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateIdentity, identityHash } from '#shared/crypto/identity.ts'
import { collect, sealStream } from '#shared/crypto/seal.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { concat, equalBytes } from '#shared/format/bytes.ts'
import { parseCard } from '#shared/format/card.ts'
import { cipherRange, layoutOf } from '#shared/format/sizes.ts'
import type { JobEvent, SaveJob } from './orders.ts'
import { type CryptoWorkerHandle, openCryptoWorker } from './pool.ts'
import { filesToSave, planDownload } from './save-plan.ts'
import { saveResponse } from './save-stream.ts'
import { now, openIdentity, patterned, recorder, testBlob } from './setting.testing.ts'

const mebibyte = 1024 * 1024
let handle: CryptoWorkerHandle
let card: Awaited<ReturnType<typeof openIdentity>>['card']

beforeAll(async () => {
  handle = openCryptoWorker()
  card = (await openIdentity(handle.remote)).card
})
afterAll(() => handle.terminate())

/** A transfer for the worker's person, sealed in this page and stored at the test server. */
async function stored(sizes: readonly number[], suite: 'gcm' | 'cbc' = 'gcm') {
  const contents = sizes.map((size, i) => patterned(size, i + 1))
  const files = contents.map(({ length }, i) => ({ name: `dir/${i}.bin`, size: length, type: '', modified: now }))
  const { identity } = await generateIdentity({ now })
  const plaintext = (async function* () {
    yield* contents
  })()
  const recipients = [{ type: 'p384' as const, card: parseCard(card) }]
  const metadata = { created: now, files, note: 'Hello.' }
  const sealing = sealStream({ plaintext, suite, padding: 'padme', metadata, sender: identity, recipients })
  const { bytes, result } = await collect(sealing)
  const blob = testBlob()
  await blob.store(bytes)
  const sender = encodeBase64(await identityHash(identity.card))
  return {
    contents,
    files,
    enc: bytes,
    envelope: result.envelopeText,
    sender,
    blob,
    layout: layoutFor(result.envelope, bytes),
  }
}

function layoutFor({ header }: { header: { suite: 'gcm' | 'cbc'; exponent: number } }, enc: Uint8Array) {
  const unit = layoutOf({ ...header, plaintextLength: 1 })
  return { unit, length: enc.length }
}

type Stored = Awaited<ReturnType<typeof stored>>

function jobOf({ envelope, sender }: Stored, files: readonly number[], target: SaveJob['target']): SaveJob {
  return { jobId: crypto.randomUUID(), envelope, sender, files, target, now }
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory()
  return root.getDirectoryHandle(crypto.randomUUID(), { create: true })
}

async function readFile(root: FileSystemDirectoryHandle, path: string): Promise<Uint8Array> {
  const segments = path.split('/')
  const name = segments.pop() ?? ''
  let at = root
  for (const segment of segments) at = await at.getDirectoryHandle(segment)
  return new Uint8Array(await (await (await at.getFileHandle(name)).getFile()).arrayBuffer())
}

async function namesIn(root: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = []
  for await (const [name, entry] of root.entries()) {
    if (entry instanceof FileSystemDirectoryHandle)
      names.push(...(await namesIn(entry)).map(inner => `${name}/${inner}`))
    else names.push(name)
  }
  return names.sort()
}

/** What the service worker would answer, read to its end. */
function streamed(files: Stored['files'], chosen: readonly number[]) {
  const { port1, port2 } = new MessageChannel()
  const { size } = planDownload(filesToSave(files, chosen))
  const response = saveResponse({ name: 'x', size, port: port1 })
  return { port: port2, size, response, bytes: response.arrayBuffer().then(buffer => new Uint8Array(buffer)) }
}

function isAtEnd(event: JobEvent | undefined): boolean {
  return event?.kind === 'saving' && event.done === event.total
}

describe.each(['gcm', 'cbc'] as const)('saving what was sealed with %s', suite => {
  test('all files into a folder, with a receipt that the sender can check', async () => {
    const transfer = await stored([5 * mebibyte + 3, 0, 17, 700_000], suite)
    const root = await folder()
    const { events, onEvent } = recorder()
    const job = jobOf(transfer, [0, 1, 2, 3], { kind: 'folder', folder: root })
    const result = await handle.remote.save(job, transfer.blob.download, onEvent)
    expect(result.whole).toBe(true)
    for (const [i, bytes] of transfer.contents.entries()) {
      expect(equalBytes(await readFile(root, result.names[i] ?? ''), bytes)).toBe(true)
    }
    const { receipt } = result
    if (receipt === undefined) throw new Error('no receipt')
    await handle.remote.checkReceipt({ receipt, envelope: transfer.envelope, recipient: card })
    const wrong = { ...receipt, received: receipt.received + 1 }
    const check = handle.remote.checkReceipt({ receipt: wrong, envelope: transfer.envelope, recipient: card })
    await expect(check).rejects.toMatchObject({ code: 'receipt-invalid' })
    await expect.poll(() => isAtEnd(events.at(-1))).toBe(true)
  })

  test('one file of many as a stream, without fetching the others', async () => {
    const transfer = await stored([9 * mebibyte, mebibyte + 1, 9 * mebibyte], suite)
    const { port, bytes, size } = streamed(transfer.files, [1])
    const result = await handle.remote.save(
      jobOf(transfer, [1], { kind: 'stream', port }),
      transfer.blob.download,
      () => undefined,
    )
    expect(result).toEqual({ whole: false, names: { 1: 'dir/1.bin' } })
    expect(size).toBe(mebibyte + 1)
    expect(equalBytes(await bytes, transfer.contents[1] ?? new Uint8Array())).toBe(true)
    const asked = (await transfer.blob.seen())
      .filter(line => line.startsWith('GET'))
      .map(line => /(\d+)-(\d+)/.exec(line))
    const fetched = asked.reduce((sum, range) => sum + Number(range?.[2]) - Number(range?.[1]) + 1, 0)
    expect(fetched).toBeLessThan(4 * mebibyte)
  })

  test('several files as a zip of exactly the length that was told', async () => {
    const transfer = await stored([100_000, 0, mebibyte], suite)
    const { port, bytes, size } = streamed(transfer.files, [0, 1, 2])
    await handle.remote.save(
      jobOf(transfer, [0, 1, 2], { kind: 'stream', port }),
      transfer.blob.download,
      () => undefined,
    )
    const zip = await bytes
    expect(zip.length).toBe(size)
    expect([...zip.subarray(0, 4)]).toEqual([0x50, 0x4b, 3, 4])
    const stream = new Blob([zip])
    const head = new Uint8Array(await stream.slice(30, 39).arrayBuffer())
    expect(new TextDecoder().decode(head)).toBe('dir/0.bin')
    const first = new Uint8Array(await stream.slice(39, 39 + 100_000).arrayBuffer())
    expect(equalBytes(first, transfer.contents[0] ?? new Uint8Array())).toBe(true)
  })
})

test('a file of our own, for a link', async () => {
  const transfer = await stored([3 * mebibyte])
  const name = crypto.randomUUID()
  await handle.remote.save(jobOf(transfer, [0], { kind: 'opfs', name }), transfer.blob.download, () => undefined)
  const root = await navigator.storage.getDirectory()
  expect(equalBytes(await readFile(root, `saved/${name}`), transfer.contents[0] ?? new Uint8Array())).toBe(true)
})

test('cut connections, overload and grants that ran out are got over', async () => {
  const transfer = await stored([12 * mebibyte])
  await transfer.blob.fault(
    { on: 'GET', kind: 'status', status: 503, code: 'unavailable' },
    { on: 'GET', kind: 'status', status: 403 },
    { on: 'GET', kind: 'cut', after: 30 },
    { on: 'GET', kind: 'cut', after: 0 },
    { on: 'GET', kind: 'cut', after: 3 * mebibyte + 5 },
    { on: 'GET', kind: 'cut', after: 600_000 },
    { on: 'GET', kind: 'status', status: 401, code: 'logged-out' },
  )
  const { port, bytes } = streamed(transfer.files, [0])
  const { events, onEvent } = recorder()
  await handle.remote.save(jobOf(transfer, [0], { kind: 'stream', port }), transfer.blob.download, onEvent)
  expect(equalBytes(await bytes, transfer.contents[0] ?? new Uint8Array())).toBe(true)
  expect(events.some(({ kind }) => kind === 'reconnecting')).toBe(true)
  expect(transfer.blob.asked()).toBeGreaterThanOrEqual(2)
})

test('a byte that the line turned is fetched again', async () => {
  const transfer = await stored([6 * mebibyte])
  const at = cipherRange({ ...transfer.layout.unit, digestsAt: transfer.enc.length }, 5).offset + 10
  await transfer.blob.fault(...Array.from({ length: 3 }, () => ({ on: 'GET' as const, kind: 'flip' as const, at })))
  const { port, bytes } = streamed(transfer.files, [0])
  await handle.remote.save(jobOf(transfer, [0], { kind: 'stream', port }), transfer.blob.download, () => undefined)
  expect(equalBytes(await bytes, transfer.contents[0] ?? new Uint8Array())).toBe(true)
})

describe('a chunk that is damaged where it is stored', () => {
  async function damaged() {
    const transfer = await stored([6 * mebibyte])
    const at = cipherRange({ ...transfer.layout.unit, digestsAt: transfer.enc.length }, 5).offset + 10
    const enc = transfer.enc.slice()
    enc[at] = (enc[at] ?? 0) ^ 1
    await transfer.blob.store(enc)
    return transfer
  }

  test('fails the download, and nothing from there on comes out', async () => {
    const transfer = await damaged()
    const { port1, port2 } = new MessageChannel()
    const response = saveResponse({ name: 'x', size: 6 * mebibyte, port: port1 })
    const got: Uint8Array[] = []
    const reading = (async () => {
      const reader = response.body?.getReader()
      // As a browser does: a piece is copied before the next one is asked for.
      for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) {
        got.push(step.value.slice())
      }
    })()
    const failed = expect(reading).rejects.toThrow()
    const save = handle.remote.save(
      jobOf(transfer, [0], { kind: 'stream', port: port2 }),
      transfer.blob.download,
      () => undefined,
    )
    await expect(save).rejects.toMatchObject({ code: 'damaged-at-chunk', data: { chunk: 5 } })
    await failed
    const whole = concat(...got)
    expect(whole.length).toBeLessThanOrEqual(5 * 512 * 1024)
    expect(equalBytes(whole, (transfer.contents[0] ?? new Uint8Array()).subarray(0, whole.length))).toBe(true)
  })

  test('leaves nothing in the folder', async () => {
    const transfer = await damaged()
    const root = await folder()
    const save = handle.remote.save(
      jobOf(transfer, [0], { kind: 'folder', folder: root }),
      transfer.blob.download,
      () => undefined,
    )
    await expect(save).rejects.toMatchObject({ code: 'damaged-at-chunk' })
    expect(await namesIn(root)).toEqual([])
  })
})

test('nothing is overwritten in a folder', async () => {
  const transfer = await stored([10, 20])
  const root = await folder()
  const save = () =>
    handle.remote.save(
      jobOf(transfer, [0, 1], { kind: 'folder', folder: root }),
      transfer.blob.download,
      () => undefined,
    )
  await save()
  expect((await save()).names).toEqual({ 0: 'dir/0 (2).bin', 1: 'dir/1 (2).bin' })
  expect(await namesIn(root)).toEqual(['dir/0 (2).bin', 'dir/0.bin', 'dir/1 (2).bin', 'dir/1.bin'])
})

describe("the blob's ends, in FORMAT.md's order", () => {
  test.each([
    ['not-a-bundle', (enc: Uint8Array) => concat(new Uint8Array(8), enc.subarray(8))],
    [
      'parts-differ',
      (enc: Uint8Array) => concat(enc.subarray(0, 75), Uint8Array.of((enc[75] ?? 0) ^ 1), enc.subarray(76)),
    ],
    ['truncated', (enc: Uint8Array) => concat(enc.subarray(0, enc.length - 1))],
    ['truncated', (enc: Uint8Array) => concat(enc.subarray(0, 40))],
    ['trailing-data', (enc: Uint8Array) => concat(enc, new Uint8Array(1))],
    [
      'root-mismatch',
      (enc: Uint8Array) => concat(enc.subarray(0, enc.length - 1), Uint8Array.of((enc.at(-1) ?? 0) ^ 1)),
    ],
  ] as const)('%s', async (code, change) => {
    const transfer = await stored([600_000])
    await transfer.blob.store(change(transfer.enc))
    const { port, bytes } = streamed(transfer.files, [0])
    bytes.catch(() => undefined)
    const save = handle.remote.save(
      jobOf(transfer, [0], { kind: 'stream', port }),
      transfer.blob.download,
      () => undefined,
    )
    await expect(save).rejects.toMatchObject({ code })
  })

  test('sender-unproven for another sender than asked for', async () => {
    const transfer = await stored([10])
    const other = { ...transfer, sender: encodeBase64(new Uint8Array(32)) }
    const save = handle.remote.save(
      jobOf(other, [0], { kind: 'opfs', name: 'x' }),
      transfer.blob.download,
      () => undefined,
    )
    await expect(save).rejects.toMatchObject({ code: 'sender-unproven' })
  })
})

test('a download that its person cancels ends the job', async () => {
  const transfer = await stored([20 * mebibyte])
  const { port1, port2 } = new MessageChannel()
  const response = saveResponse({ name: 'x', size: 20 * mebibyte, port: port1 })
  const save = handle.remote.save(
    jobOf(transfer, [0], { kind: 'stream', port: port2 }),
    transfer.blob.download,
    () => undefined,
  )
  const ended = expect(save).rejects.toMatchObject({ code: 'cancelled' })
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  await ended
})

test('the answer that starts a download carries its name safely', async () => {
  const { port1 } = new MessageChannel()
  const { headers } = saveResponse({ name: "Zeugnis '1' (é).pdf", size: 3, port: port1 })
  expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Zeugnis%20%271%27%20%28%C3%A9%29.pdf")
  expect(headers.get('content-length')).toBe('3')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-security-policy')).toContain('sandbox')
})
