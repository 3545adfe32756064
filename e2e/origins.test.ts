/** Another site's page in the same browser as a person who is logged in, and what our own page may run (THREATS T15, T16). */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { appRouter } from '#server/trpc/router.ts'
import { type Person, register } from './support/people.ts'
import { startServer, type TestServer } from './support/server.ts'

let server: TestServer
let ines: Person
let evil: Server
let elsewhere: Page

beforeAll(async () => {
  server = await startServer()
  ines = await register(server, 'Ines Halvorsen')
  evil = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><body>'))
  await new Promise<void>(resolve => evil.listen(0, '127.0.0.1', resolve))
  elsewhere = await ines.context.newPage()
  // Another site by name and port; the browser trusts it as little as any.
  await elsewhere.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)
})

afterAll(async () => {
  await ines.context.close()
  evil.close()
  await server.close()
})

const procedures: object = appRouter._def.procedures
const mutations = Object.entries(procedures as Record<string, { _def: { type: string } }>)
  .filter(([, { _def }]) => _def.type === 'mutation')
  .map(([name]) => `/trpc/${name}`)

/** All that somebody else's page could have changed. */
async function standing(): Promise<string> {
  const { store } = server.services.ground
  const user = await store.users.byEmail(ines.email)
  if (user === null) throw new Error('nobody')
  const sessions = await store.sessions.ofUser(user.userId)
  return JSON.stringify([user, sessions.map(({ idHash, scope }) => [idHash, scope])])
}

describe('a page of another site', () => {
  test('sends forms, fetches, images and beacons to every mutation, and nothing changes', async () => {
    const before = await standing()
    const urls = mutations.map(path => server.publicUrl + path)
    const read = await elsewhere.evaluate(async targets => {
      const outcomes: string[] = []
      const note = (work: Promise<Response>) =>
        work.then(
          answer => outcomes.push(answer.type === 'opaque' ? 'opaque' : `read ${answer.status}`),
          () => outcomes.push('refused'),
        )
      const attack = async (url: string) => {
        const shared = { method: 'POST', credentials: 'include', body: '{}' } as const
        const json = { 'content-type': 'application/json' }
        await note(fetch(url, { ...shared, mode: 'no-cors' }))
        await note(fetch(url, { ...shared, headers: json }))
        await note(fetch(`${url}?input=%7B%7D`, { credentials: 'include' }))
        navigator.sendBeacon(url, '{}')
        await new Promise(resolve => {
          const image = new Image()
          image.onload = image.onerror = resolve
          image.src = url
        })
        const frame = document.createElement('iframe')
        frame.name = url
        const form = document.createElement('form')
        Object.assign(form, { action: url, method: 'post', target: url, enctype: 'text/plain' })
        document.body.append(frame, form)
        const loaded = new Promise(resolve => frame.addEventListener('load', resolve, { once: true }))
        form.submit()
        await Promise.race([loaded, new Promise(resolve => setTimeout(resolve, 2000))])
        frame.remove()
        form.remove()
      }
      await Promise.all(targets.map(attack))
      return [...new Set(outcomes)].toSorted()
    }, urls)
    // COEP and CORP keep even the opaque answers away where the browser can.
    expect(read.filter(outcome => outcome.startsWith('read'))).toEqual([])
    expect(await standing()).toBe(before)
  })

  test('opens no feed, and holds no handle on a window of ours', async () => {
    const feed = server.publicUrl.replace('http', 'ws')
    const [opened, handle] = await elsewhere.evaluate(
      async ([socketUrl, pageUrl]) => {
        const socket = new WebSocket(`${socketUrl}/feed?connectionParams=1`)
        const stood = await new Promise(resolve => {
          socket.onopen = () => resolve(true)
          socket.onclose = () => resolve(false)
        })
        const popup = window.open(pageUrl)
        const over = Date.now() + 5000
        while (popup !== null && !popup.closed && Date.now() < over)
          await new Promise(resolve => setTimeout(resolve, 50))
        return [stood, popup !== null && !popup.closed]
      },
      [feed, server.publicUrl] as const,
    )
    expect([opened, handle]).toEqual([false, false])
  })
})

/** What a page or worker is kept from; it runs there. */
async function tries() {
  // In a turn of its own: what the debugger itself calls is let through.
  await new Promise(resolve => setTimeout(resolve))
  const fails = (work: () => unknown) => {
    try {
      work()
      return 'went well'
    } catch (error) {
      return error instanceof TypeError || error instanceof EvalError ? 'refused' : String(error)
    }
  }
  const common = {
    isolated: crossOriginIsolated,
    worker: fails(() => new Worker('/assets/none.js')),
    blob: fails(() => new Worker(URL.createObjectURL(new Blob(['1'])))),
    code: fails(() => new Function('1')),
  }
  if (typeof document === 'undefined') return common
  const { trustedTypes } = globalThis as unknown as {
    trustedTypes: { createPolicy(name: string, rules: object): void }
  }
  return {
    ...common,
    markup: fails(() => {
      document.createElement('div').innerHTML = '<b>x</b>'
    }),
    script: fails(() => {
      document.createElement('script').src = '/assets/none.js'
    }),
    policy: fails(() => trustedTypes.createPolicy('other', {})),
  }
}

const refused = { isolated: true, worker: 'refused', blob: 'refused', code: 'refused' }

describe('our own page', () => {
  test('is isolated, and starts no script but those that are named', async () => {
    const outcome = await ines.page.evaluate(tries)
    expect(outcome).toEqual({ ...refused, markup: 'refused', script: 'refused', policy: 'refused' })
  })

  test('nor do its workers', async () => {
    const worker = await vi.waitFor(() => {
      const found = ines.page.workers().find(one => /\/worker-[^/]*\.js$/.test(one.url()))
      if (found === undefined) throw new Error('no crypto worker')
      return found
    })
    expect(await worker.evaluate(tries)).toEqual(refused)
  })
})
