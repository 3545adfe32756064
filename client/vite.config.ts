import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string
}
const api = 'http://127.0.0.1:5000'

/** React Aria brings its few words in 34 languages; the screens speak English, so each is replaced by the English ones. */
const english: Plugin = {
  name: 'english-only',
  enforce: 'pre',
  load(id) {
    const other = /react-aria(-components)?\/dist\/private\/intl\/.*\/(?!en-US)[a-z]{2}-[A-Z]{2}\.mjs$/.test(id)
    return other ? "export { default } from './en-US.mjs'" : null
  },
}

export default defineConfig(({ mode }) => {
  const testBuild = mode === 'test-build'
  return {
    root: import.meta.dirname,
    define: {
      __TEST_BUILD__: JSON.stringify(testBuild),
      __VERSION__: JSON.stringify(version),
      __API_ORIGIN__: JSON.stringify(process.env.API_ORIGIN ?? ''),
    },
    plugins: [
      english,
      react(),
      tailwindcss(),
      VitePWA({
        strategies: 'injectManifest',
        srcDir: '.',
        filename: 'service-worker.ts',
        outDir: testBuild ? 'dist-test' : 'dist',
        registerType: 'prompt',
        injectRegister: false,
        injectManifest: { globPatterns: ['**/*.{js,css,html,svg,woff2,png}'], target: 'es2022' },
        manifest: {
          name: 'DataCrypt',
          short_name: 'DataCrypt',
          description: 'Send files that only their reader can open.',
          id: '/',
          start_url: '/',
          display: 'standalone',
          background_color: '#f4f6f7',
          theme_color: '#f4f6f7',
          icons: [
            { src: '/app-icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
            { src: '/app-icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'maskable' },
          ],
        },
      }),
    ],
    // @hpke/core asks for Node's crypto where there is no Web Crypto, which is nowhere that this runs.
    resolve: { alias: { crypto: join(import.meta.dirname, 'no-node-crypto.ts') } },
    worker: { format: 'es' },
    build: {
      outDir: testBuild ? 'dist-test' : 'dist',
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
    },
    server: {
      port: 5173,
      strictPort: true,
      proxy: {
        '/trpc': api,
        '/api': api,
        '/healthz': api,
        '/dev': api,
        '/feed': { target: api.replace('http', 'ws'), ws: true },
      },
    },
  }
})
