/** Builds the page that measures the product's own lanes beside their limits. */
import { join } from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  root: join(import.meta.dirname, 'page'),
  define: { __API_ORIGIN__: '""', __TEST_BUILD__: 'true', __VERSION__: '"bench"' },
  worker: { format: 'es' },
  build: { outDir: '../dist', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
})
