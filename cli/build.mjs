/** Bundles the command, its dependencies too, into dist/ (or the folder that is named). Parts that one command alone needs are loaded when it runs. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = name => fileURLToPath(new URL(name, import.meta.url))

const outdir = process.argv[2] ?? here('dist')

rmSync(join(outdir, 'datacrypt'), { recursive: true, force: true })
await build({
  entryPoints: { datacrypt: here('main.ts'), 'chunk-worker': here('chunk-worker.ts') },
  outdir,
  chunkNames: 'datacrypt/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  // The nearest package.json has no `imports`, so the rooms' names are said here.
  alias: { '#shared': here('../shared') },
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
})
