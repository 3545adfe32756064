/** The two servers of a run: the product's, as it was built, and the bare one. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..')

export interface Server {
  readonly url: string
  /** From the command to the line that says it is ready, in milliseconds. */
  readonly startedIn: number
  close(): Promise<void>
}

/** Starts the product on a free port with `folder` as its data. */
export async function startProduct(folder: string): Promise<Server> {
  const begun = performance.now()
  const child = spawn(process.execPath, [join(root, 'server/dist/main.js')], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill())
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^DataCrypt is ready at (\S+)/.exec(line)?.[1]
    if (url === undefined) continue
    child.stdout.resume()
    return { url, startedIn: performance.now() - begun, close: () => end(child) }
  }
  throw new Error('The server ended before it was ready.')
}

export async function startBare(options: { folder: string; partSize: number }): Promise<Omit<Server, 'startedIn'>> {
  const pages = join(import.meta.dirname, 'dist')
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), [options.folder, pages, String(options.partSize)])
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', message => resolve(Number(message)))
    child.once('exit', () => reject(new Error('The bare server ended.')))
  })
  return { url: `http://localhost:${port}`, close: () => end(child) }
}

function end(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
