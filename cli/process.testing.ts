/** Runs the built command as a child process, in a folder of its own. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Builds the command beside the bench: other test files build at the same time. */
function build(folder: string): string {
  execFileSync(process.execPath, [fileURLToPath(new URL('./build.mjs', import.meta.url)), folder])
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return join(folder, 'datacrypt.js')
}

export interface Ended {
  readonly code: number | null
  readonly out: Buffer
  readonly text: string
  readonly errors: string
}

export interface Running {
  readonly input?: Uint8Array
  readonly env?: Record<string, string>
}

/** A folder, and the command run in it. */
export interface Bench {
  readonly folder: string
  /** Node runs it. */
  readonly command: string
  path(...names: string[]): string
  run(args: readonly string[], running?: Running): Promise<Ended>
  /** {@link run}, for what has to succeed. */
  done(args: readonly string[], running?: Running): Promise<Ended>
  /** What lies in the folder, folders of folders too. */
  list(): readonly string[]
  remove(): void
}

export function bench(): Bench {
  const [folder, dist] = [makeFolder('bench'), makeFolder('dist')]
  const command = build(dist)
  const run = (args: readonly string[], running: Running = {}) => start([command, ...args], { ...running, cwd: folder })
  return {
    folder,
    command,
    path: (...names) => join(folder, ...names),
    run,
    async done(args, running) {
      const ended = await run(args, running)
      if (ended.code !== 0) throw new Error(`${args.join(' ')}: ${ended.code} ${ended.errors}`)
      return ended
    },
    list: () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort(),
    remove() {
      for (const made of [folder, dist]) rmSync(made, { recursive: true })
    },
  }
}

function makeFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `datacrypt-cli-${name}-`))
}

function start(args: readonly string[], { cwd, input, env = {} }: Running & { cwd: string }): Promise<Ended> {
  // A session of its own has no terminal to ask on.
  const child = spawn(process.execPath, args, {
    cwd,
    detached: true,
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  const [out, errors]: Buffer[][] = [[], []]
  child.stdout.on('data', (piece: Buffer) => out?.push(piece))
  child.stderr.on('data', (piece: Buffer) => errors?.push(piece))
  // A command that fails may not have read its input.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      const all = Buffer.concat(out ?? [])
      resolve({ code, out: all, text: all.toString(), errors: Buffer.concat(errors ?? []).toString() })
    })
  })
}

/** The one line that a failed command says. */
export const failure = (code: string) => new RegExp(`^error: ${code}: [^\\n]+\\n$`)
