/** A server that listens, for tests: in this process, on a free port, with a folder that goes away with it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTRPCClient, httpLink } from '@trpc/client'
import { type BuildOptions, buildServer, type RunningServer } from './build.ts'
import { readConfig } from './config.ts'
import type { AppRouter } from './trpc/router.ts'

export interface TestServer extends RunningServer {
  readonly folder: string
  readonly url: string
  close(): Promise<void>
}

export const testEnvironment = {
  PORT: '0',
  KDF_MEMORY_KIB: '64',
  BCRYPT_COST: '4',
  LOG_LEVEL: 'silent',
  CLIENT_DIR: '/nowhere',
}

export async function startServer(
  environment: Record<string, string> = {},
  options: BuildOptions = {},
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-server-'))
  const running = await buildServer(readConfig({ ...testEnvironment, DATA_DIR: folder, ...environment }), options)
  return {
    ...running,
    folder,
    url: `http://localhost:${running.port}`,
    async close() {
      await running.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The API as a browser with this cookie calls it. */
export function callerOf(url: string, cookie?: string) {
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, methodOverride: 'POST', headers: cookie === undefined ? {} : { cookie } })],
  })
}

/** Letters wait until the queue is quiet. */
export async function withLetters(server: TestServer) {
  return {
    ...server.services,
    async lettersTo(email: string) {
      await server.services.mailouts.run()
      const page = await (await fetch(`${server.url}/dev/mail`)).text()
      const articles = page.matchAll(/<h2>(.*?)<\/h2><p>To (.*?) ·[\s\S]*?<pre>([\s\S]*?)<\/pre>/g)
      return [...articles]
        .map(([, subject = '', to = '', text = '']) => ({ mailId: '', subject, to, text, html: '' }))
        .filter(letter => letter.to === email)
        .reverse()
    },
  }
}
