/** How much one socket may say, and how many one network may hold (THREATS T19). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startServer, type TestServer, withLetters } from '../running.testing.ts'
import { join, type Person } from '../services/people.testing.ts'

let server: TestServer
let ada: Person
beforeAll(async () => {
  server = await startServer({}, { ticketWait: 60_000 })
  ada = await join(await withLetters(server), 'ada')
}, 60_000)
afterAll(() => server.close())

/** Opens a socket; the status where it is refused. */
function open(): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://localhost:${server.port}/feed?connectionParams=1`)
  return new Promise(resolve => {
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (_, answer) => resolve(answer.statusCode ?? 0))
    socket.on('error', () => undefined)
  })
}

async function admitted(): Promise<{ socket: WebSocket; closed: Promise<number> }> {
  const socket = await open()
  if (typeof socket === 'number') throw new Error(`refused: ${socket}`)
  const closed = new Promise<number>(resolve => socket.once('close', resolve))
  const heard = new Promise(resolve => socket.once('message', resolve))
  const ticket = await server.services.sessions.makeTicket(ada.who)
  socket.send(JSON.stringify({ method: 'connectionParams', data: { ticket } }))
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'knocks' } }))
  await heard
  return { socket, closed }
}

test('a feed that says more than a browser does in a minute is closed, and no other is', async () => {
  const [loud, quiet] = [await admitted(), await admitted()]
  for (let i = 0; i < 150; i += 1) loud.socket.send('PING')
  expect(await loud.closed).toBe(4429)
  expect(quiet.socket.readyState).toBe(WebSocket.OPEN)
  quiet.socket.close()
  await quiet.closed
})

test('a feed that goes on subscribing is closed', async () => {
  const { socket, closed } = await admitted()
  for (let i = 2; i < 250; i += 1) {
    socket.send(JSON.stringify({ id: i, method: 'subscription', params: { path: 'knocks' } }))
  }
  expect(await closed).toBe(4429)
})

test('a thousand idle sockets of one network are all there may be, and the rest goes on', async () => {
  const opened: (WebSocket | number)[] = []
  while (opened.length < 1000) opened.push(...(await Promise.all(Array.from({ length: 50 }, open))))
  expect(opened.filter(one => typeof one === 'number')).toEqual([])
  expect(await open()).toBe(429)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  const [first] = opened
  if (first === undefined || typeof first === 'number') throw new Error('refused')
  first.close()
  await new Promise(resolve => first.once('close', resolve))
  await expect.poll(async () => typeof (await open())).toBe('object')
  for (const one of opened) if (typeof one !== 'number') one.terminate()
}, 120_000)
