/** The programs that are compared on a file: ours and those that people use today. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One command line. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Program {
  readonly name: string
  /** What it does for the figure: cipher, and what its reader can rely on. */
  readonly does: string
  /** Encrypts `plain`; `made` are the files that are there afterwards. */
  encrypt(plain: string): Command & { readonly made: readonly string[] }
  /** Decrypts what `encrypt` made, into `made`. */
  decrypt(plain: string): Command & { readonly made: readonly string[] }
  /** Ends what it left running. */
  close?(): void
}

type SetUp = (folder: string) => Program | null

/** Each makes its keys in a folder; `null` where the program is not here. */
export const programs = {
  datacrypt: setUpDataCrypt,
  age: setUpAge,
  gpg: setUpGpg,
  openssl: setUpOpenssl,
} as const satisfies Record<string, SetUp>

export type ProgramName = keyof typeof programs

function setUpDataCrypt(folder: string): Program {
  const script = join(import.meta.dirname, '../cli/datacrypt.mjs')
  const ours = (...args: readonly string[]): Command => ({ command: process.execPath, args: [script, ...args] })
  const [alice, bob, base, out] = ['alice.pem', 'bob.pem', 'sealed', 'opened'].map(name => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ]
  for (const pem of [alice, bob]) must(ours('keygen', '--out', pem, '--no-passphrase'))
  mkdirSync(out)
  const card = (pem: string) => pem.replace(/\.pem$/, '.card.json')
  return {
    name: 'datacrypt',
    does: 'AES-256-GCM, SHA-256 of every chunk; sender signed; files get their names once all is whole',
    encrypt: plain => ({
      ...ours('encrypt', '--identity', alice, '--to', card(bob), '--out', base, plain),
      made: [`${base}.enc`, `${base}.key`],
    }),
    decrypt: () => ({
      ...ours('decrypt', '--identity', bob, '--from', card(alice), '--out', out, `${base}.key`),
      made: [join(out, 'plain')],
    }),
  }
}

function setUpAge(folder: string): Program | null {
  const [key, sealed, opened] = [join(folder, 'key.txt'), join(folder, 'sealed.age'), join(folder, 'opened')]
  const version = versionOf('age', ['--version'])
  if (version === null) return null
  must({ command: 'age-keygen', args: ['-o', key] })
  const recipient = /public key: (\S+)/.exec(readFileSync(key, 'utf8'))?.[1] ?? ''
  return {
    name: `age ${version}`,
    does: 'ChaCha20-Poly1305; no sender; writes under the name that was asked for',
    encrypt: plain => ({ command: 'age', args: ['-r', recipient, '-o', sealed, plain], made: [sealed] }),
    decrypt: () => ({ command: 'age', args: ['-d', '-i', key, '-o', opened, sealed], made: [opened] }),
  }
}

function setUpGpg(folder: string): Program | null {
  const version = versionOf('gpg', ['--version'])
  if (version === null) return null
  const home = join(folder, 'gnupg')
  mkdirSync(home, { mode: 0o700 })
  const quiet = ['--homedir', home, '--batch', '--yes', '--quiet', '--trust-model', 'always']
  const gpg = (...args: readonly string[]): Command => ({ command: 'gpg', args: [...quiet, ...args] })
  const [sealed, opened, person] = [join(folder, 'sealed.gpg'), join(folder, 'opened'), 'bench@example.org']
  must(gpg('--passphrase', '', '--quick-generate-key', person, 'future-default', 'default', 'never'))
  return {
    name: `gpg ${version}, -z 0`,
    does: 'AES-256 with a SHA-1 check at the end, compression off; no sender',
    encrypt: plain => ({
      ...gpg('-z', '0', '--cipher-algo', 'AES256', '-r', person, '-o', sealed, '--encrypt', plain),
      made: [sealed],
    }),
    decrypt: () => ({ ...gpg('-o', opened, '--decrypt', sealed), made: [opened] }),
    close: () => must({ command: 'gpgconf', args: ['--homedir', home, '--kill', 'gpg-agent'] }),
  }
}

function setUpOpenssl(folder: string): Program | null {
  const version = versionOf('openssl', ['version'])
  if (version === null) return null
  const [secret, sealed, opened] = [join(folder, 'secret'), join(folder, 'sealed.ssl'), join(folder, 'opened')]
  writeFileSync(secret, 'nine green boats\n')
  const enc = ['enc', '-aes-256-ctr', '-pbkdf2', '-pass', `file:${secret}`]
  return {
    name: `openssl ${version}, enc`,
    does: 'AES-256-CTR under a passphrase: no check, so a change is not noticed',
    encrypt: plain => ({ command: 'openssl', args: [...enc, '-in', plain, '-out', sealed], made: [sealed] }),
    decrypt: () => ({ command: 'openssl', args: [...enc, '-d', '-in', sealed, '-out', opened], made: [opened] }),
  }
}

/** Runs a command that prepares something; throws where it fails. */
function must({ command, args }: Command): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

function versionOf(command: string, args: readonly string[]): string | null {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? (/\d+\.\d+(\.\d+)?/.exec(stdout)?.[0] ?? '') : null
}
