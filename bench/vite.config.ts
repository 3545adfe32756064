/** Builds the page that measures the product's own lanes beside their limits, and that of the peers where they are. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vite'

const page = join(import.meta.dirname, 'page')
const withPeers = existsSync(join(import.meta.dirname, 'peers/node_modules'))

export default defineConfig({
  root: page,
  define: { __API_ORIGIN__: '""', __TEST_BUILD__: 'false', __VERSION__: '"bench"' },
  // @hpke/core asks for Node's crypto where there is no Web Crypto, which is nowhere that this runs.
  resolve: { alias: { crypto: join(import.meta.dirname, '../client/no-node-crypto.ts') } },
  worker: { format: 'es' },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rollupOptions: { input: [join(page, 'index.html'), ...(withPeers ? [join(page, 'peers.html')] : [])] },
  },
})
