/** `npm run build`: the client with Vite, the server and the command with esbuild. `--test-build` allows a small Argon2id, for tests alone. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { build as buildClient } from 'vite'
import { root, run } from './ready.mjs'

const testBuild = process.argv.includes('--test-build')
if (testBuild && process.env.DATACRYPT_RELEASE !== undefined) {
  console.error('A release is never built with --test-build: it would accept a weak Argon2id.')
  process.exit(1)
}

process.env.NODE_ENV = 'production'
await buildClient({
  configFile: join(root, 'client/vite.config.ts'),
  mode: testBuild ? 'test-build' : 'production',
  logLevel: 'warn',
})
mkdirSync(join(root, 'server/dist'), { recursive: true })
await bundle({
  entryPoints: [join(root, 'server/main.ts')],
  outfile: join(root, 'server/dist/main.js'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
})
run(process.execPath, [join(root, 'cli/build.mjs')])
