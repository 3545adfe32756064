import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startServer, type TestServer, withLetters } from '../running.testing.ts'
import { join, type Person, send } from '../services/people.testing.ts'

let server: TestServer
let ada: Person
let bob: Person
beforeAll(async () => {
  server = await startServer()
  const at = await withLetters(server)
  ;[ada, bob] = [await join(at, 'ada'), await join(at, 'bob')]
})
afterAll(() => server.close())

interface Feed {
  readonly socket: WebSocket
  readonly heard: string[]
  readonly closed: Promise<number>
}

/** Opens a socket; rejects with the status where it is refused. */
function open(headers: Record<string, string> = {}, path = '/feed?connectionParams=1'): Promise<Feed> {
  const socket = new WebSocket(`ws://localhost:${server.port}${path}`, { headers })
  const heard: string[] = []
  socket.on('message', data => heard.push(String(data)))
  const closed = new Promise<number>(resolve => socket.once('close', resolve))
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, heard, closed }))
    socket.once('unexpected-response', (_, answer) => reject(new Error(String(answer.statusCode))))
    socket.on('error', reject)
  })
}

const paramsOf = (ticket: unknown) => JSON.stringify({ method: 'connectionParams', data: { ticket } })
const subscribe = JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'subscription', params: { path: 'knocks' } })

async function listen(who = bob.who, headers: Record<string, string> = {}): Promise<Feed> {
  const feed = await open(headers)
  feed.socket.send(paramsOf(await server.services.sessions.makeTicket(who)))
  feed.socket.send(subscribe)
  await expect.poll(() => feed.heard.some(text => text.includes('"head"'))).toBe(true)
  return feed
}

const hang = async ({ socket, closed }: Feed) => {
  socket.close()
  await closed
}
const alive = async () => (await fetch(`${server.url}/healthz`)).status === 200
const within = <T>(milliseconds: number, work: Promise<T>) =>
  Promise.race([work, new Promise<'too late'>(resolve => setTimeout(() => resolve('too late'), milliseconds).unref())])

describe('the door', () => {
  test.each(['https://evil.example', 'null', 'http://localhost', 'http://localhost.evil.example', 'nonsense'])(
    'is shut for the origin %s',
    async origin => {
      await expect(open({ origin })).rejects.toThrow('403')
    },
  )

  test('is open for our own page, and for programs', async () => {
    await hang(await open({ origin: server.url }))
    await hang(await open())
  })

  test('is nowhere else', async () => {
    await expect(open({}, '/other')).rejects.toThrow('404')
    await expect(open({}, '/feeds')).rejects.toThrow('404')
  })

  test('that was shut may be slammed', async () => {
    for (let i = 0; i < 20; i += 1) {
      const socket = connect(server.port, '127.0.0.1')
      const head = `GET /feed HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
      const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'
      await new Promise<void>(done =>
        socket.write(`${head}${key}Origin: https://evil.example\r\n\r\n${'x'.repeat(5000)}`, () => done()),
      )
      socket.resetAndDestroy()
    }
    expect(await alive()).toBe(true)
  })
})

describe('a ticket', () => {
  const refused = async (feed: Feed) => {
    feed.socket.send(subscribe)
    expect(await within(2000, feed.closed)).not.toBe('too late')
    expect(feed.heard.join()).not.toContain('"head"')
    expect(feed.heard.join()).toMatch(/logged-out|bad-request/)
  }

  test('is needed', async () => {
    await refused(await open({}, '/feed'))
    const cookie = await open({ cookie: bob.cookie }, '/feed')
    await refused(cookie)
  })

  test.each([undefined, null, 5, '', 'x', {}, 'A'.repeat(43), { $gt: '' }])('is not %j', async ticket => {
    const feed = await open()
    feed.socket.send(paramsOf(ticket))
    await refused(feed)
  })

  test('works once', async () => {
    const ticket = await server.services.sessions.makeTicket(bob.who)
    const [one, other] = [await open(), await open()]
    one.socket.send(paramsOf(ticket))
    one.socket.send(subscribe)
    await expect.poll(() => one.heard.join()).toContain('"head"')
    other.socket.send(paramsOf(ticket))
    await refused(other)
    await hang(one)
  })
})

describe('a feed', () => {
  test('knocks within a second of a change, and only for its own person', async () => {
    const [feed, other] = [await listen(bob.who), await listen(ada.who)]
    const eve = await join(await withLetters(server), 'eve')
    const quiet = await listen(eve.who)
    const before = quiet.heard.length
    const at = { ...server.services, blobs: server.services.directBlobs }
    const { head } = await server.services.feed.pull(bob.who, 0)
    await send(at as never, ada, { to: [bob] })
    await expect.poll(() => feed.heard.join(), { timeout: 1000 }).toContain(`"head":${head + 1}`)
    expect(feed.heard.join()).not.toContain(ada.email)
    expect(quiet.heard).toHaveLength(before)
    await Promise.all([feed, other, quiet].map(hang))
  })

  test('ends within five seconds of logging out, and no other does', async () => {
    const { who } = await server.services.sessions.begin(bob.who.userId)
    const [ending, staying] = [await listen(who), await listen(bob.who)]
    await server.services.sessions.end(who)
    expect(await within(5000, ending.closed)).toBe(4401)
    expect(staying.socket.readyState).toBe(WebSocket.OPEN)
    await hang(staying)
  })

  test('ends within five seconds where the session went without a word', async () => {
    const { who } = await server.services.sessions.begin(bob.who.userId)
    const feed = await listen(who)
    await server.services.ground.store.sessions.delete(who.sessionHash)
    expect(await within(5000, feed.closed)).toBe(4401)
  })

  test('is one of twenty in a session', async () => {
    const feeds = await Promise.all(Array.from({ length: 20 }, () => listen(ada.who)))
    const extra = await open()
    extra.socket.send(paramsOf(await server.services.sessions.makeTicket(ada.who)))
    extra.socket.send(subscribe)
    expect(await within(2000, extra.closed)).not.toBe('too late')
    expect(extra.heard.join()).toContain('too-many-tries')
    await Promise.all(feeds.map(hang))
  })

  test('that never shows a ticket is closed', async () => {
    const quick = await startServer({}, { ticketWait: 50 })
    try {
      const socket = new WebSocket(`ws://localhost:${quick.port}/feed?connectionParams=1`)
      const closed = new Promise<number>(resolve => socket.once('close', resolve))
      expect(await within(2000, closed)).toBe(4401)
    } finally {
      await quick.close()
    }
  })
})

describe('frames', () => {
  test('over 64 KiB close the feed', async () => {
    const feed = await listen()
    feed.socket.send('x'.repeat(64 * 1024 + 1))
    expect(await within(2000, feed.closed)).toBe(1009)
  })

  test('of any nonsense, five hundred of them, harm nobody', async () => {
    const frames = [
      '',
      '{',
      'null',
      '5',
      '[]',
      '[null]',
      '{}',
      '"x"',
      '{"id":null}',
      '{"id":1}',
      '{"id":{},"method":"subscription"}',
      '{"id":1,"method":"subscription","params":{"path":"__proto__"}}',
      '{"id":1,"method":"subscription","params":{"path":"knocks","input":{"$gt":1},"lastEventId":{}}}',
      '{"id":1,"method":"query","params":{"path":"knocks"}}',
      '{"id":1,"method":"mutation","params":null}',
      '{"id":1,"method":"subscription.stop","params":5}',
      '{"method":"connectionParams","data":{"__proto__":1}}',
      '{"method":"connectionParams"}',
      `${'['.repeat(5000)}${']'.repeat(5000)}`,
      '\u0000',
      'PONG',
      'PING',
      '😀',
    ]
    const bystander = await listen()
    for (let round = 0; round < 25; round += 1) {
      const feed = await open({}, round % 2 === 0 ? '/feed?connectionParams=1' : '/feed')
      feed.socket.on('error', () => undefined)
      for (let i = 0; i < 20; i += 1) feed.socket.send(frames[(round * 7 + i) % frames.length] ?? '')
      feed.socket.send(Buffer.from([0xff, 0xfe, round]))
      feed.socket.close()
      await feed.closed
    }
    const admitted = await listen(ada.who)
    for (const frame of frames) admitted.socket.send(frame)
    await expect.poll(alive).toBe(true)
    expect(bystander.socket.readyState).toBe(WebSocket.OPEN)
    expect([...bystander.heard, ...admitted.heard].join()).not.toMatch(/\.ts:|node_modules|"stack"/)
    admitted.socket.terminate()
    await hang(bystander)
  })

  test('that break the protocol harm nobody', async () => {
    for (const bytes of [
      [0xff, 0xff, 0xff],
      [0x83, 0x00],
      [0x81, 0x05, 1, 2, 3],
      [0xc1, 0x80, 0, 0, 0, 0],
    ]) {
      const feed = await open()
      feed.socket.on('error', () => undefined)
      const raw = (feed.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket
      raw.write(Buffer.from(bytes))
      feed.socket.terminate()
      await feed.closed
    }
    expect(await alive()).toBe(true)
  })
})

test('a server that stops does not wait for a feed that no longer answers', async () => {
  const stopping = await startServer()
  const socket = new WebSocket(`ws://localhost:${stopping.port}/feed?connectionParams=1`)
  await new Promise(resolve => socket.once('open', resolve))
  socket.pause()
  expect(await within(5000, stopping.close())).toBeUndefined()
  socket.terminate()
})

test('a server whose port is taken leaves no timer behind', async () => {
  const [begun, ended] = [vi.spyOn(globalThis, 'setInterval'), vi.spyOn(globalThis, 'clearInterval')]
  try {
    await expect(startServer({ PORT: String(server.port) })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const left = begun.mock.results.filter(({ value }) => !ended.mock.calls.some(([timer]) => timer === value))
    expect(begun).toHaveBeenCalled()
    expect(left).toEqual([])
  } finally {
    vi.restoreAllMocks()
  }
})
