import { describe, expect, test } from 'vitest'
import { getRange } from './download.ts'
import { putPart } from './upload.ts'

const own = { 'x-datacrypt': '1' }
const body = new Uint8Array(3)
const answering = (status: number, options: { headers?: Record<string, string>; body?: string } = {}) => {
  const seen: { url: string; init: RequestInit | undefined }[] = []
  const fake: typeof fetch = async (url, init) => {
    seen.push({ url: String(url), init })
    return new Response(options.body ?? (status === 204 ? null : ''), { status, headers: options.headers ?? own })
  }
  return { seen, fetch: fake }
}
const grant = (url = '/api/blobs/x') => ({ n: 1, url, headers: { 'x-datacrypt-grant': 'token' }, expiresAt: 0 })

describe('putPart', () => {
  test('puts to our own server with its cookie, and to another without', async () => {
    const { seen, fetch } = answering(204)
    await putPart({ grant: grant(), body, fetch, origin: 'https://api.example' })
    await putPart({ grant: grant('https://s3.example/b?sig=1'), body, fetch: answering(200, { headers: {} }).fetch })
    expect(seen[0]?.url).toBe('https://api.example/api/blobs/x')
    expect(seen[0]?.init).toMatchObject({ method: 'PUT', credentials: 'same-origin', headers: grant().headers })
  })

  test.each([
    [503, '{"code":"server-full"}', own, 'server-full'],
    [403, '{"code":"expired","data":{}}', own, 'expired'],
    [403, '', own, 'expired'],
    [404, '', own, 'not-found'],
    [400, '{"code":"part-refused"}', own, 'part-refused'],
    [500, '<html>', own, 'unavailable'],
    [507, '', own, 'server-full'],
    [429, '', { ...own, 'retry-after': '7' }, 'too-many-tries'],
    [200, '<h1>Hotel</h1>', {}, 'not-our-server'],
    [511, 'log in', {}, 'not-our-server'],
    [400, '{"code":"made-up"}', own, 'bad-request'],
    [400, '{"code":"constructor"}', own, 'bad-request'],
  ])('%d %s is told', async (status, text, headers, code) => {
    const { fetch } = answering(status, { body: text, headers })
    await expect(putPart({ grant: grant(), body, fetch })).rejects.toMatchObject({ code })
  })

  test('a relative-looking address of another host is not ours', async () => {
    const { seen, fetch } = answering(200, { headers: {} })
    await putPart({ grant: grant('//evil.example/x'), body, fetch })
    expect(seen[0]?.init).toMatchObject({ credentials: 'omit' })
  })

  test('no answer is a lost line; an abort stays an abort', async () => {
    const lost: typeof fetch = () => Promise.reject(new TypeError('Failed to fetch'))
    await expect(putPart({ grant: grant(), body, fetch: lost })).rejects.toMatchObject({ code: 'network' })
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(putPart({ grant: grant(), body, fetch: lost, signal })).rejects.toThrow('enough')
  })
})

describe('getRange', () => {
  const get = (headers: Record<string, string>, status = 206) =>
    getRange({
      grant: grant(),
      offset: 10,
      length: 5,
      fetch: answering(status, { headers: { ...own, ...headers }, body: 'abcde' }).fetch,
    })

  test('asks for the range and tells the whole length', async () => {
    const { seen, fetch } = answering(206, { headers: { ...own, 'content-range': 'bytes 10-14/100' }, body: 'abcde' })
    const { total, body: stream } = await getRange({ grant: grant(), offset: 10, length: 5, fetch })
    expect(total).toBe(100)
    expect(await new Response(stream).text()).toBe('abcde')
    expect(seen[0]?.init).toMatchObject({ headers: { range: 'bytes=10-14', 'x-datacrypt-grant': 'token' } })
  })

  test.each([
    ['another range', { 'content-range': 'bytes 0-4/100' }, 206],
    ['a longer range', { 'content-range': 'bytes 10-20/100' }, 206],
    ['no range', {}, 206],
    ['the whole', {}, 200],
  ])('%s is not taken', async (_, headers, status) => {
    await expect(get(headers, status)).rejects.toMatchObject({ code: 'network' })
  })

  test('a range behind the end is truncated', async () => {
    await expect(get({}, 416)).rejects.toMatchObject({ code: 'truncated' })
  })
})
