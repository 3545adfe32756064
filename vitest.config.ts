import { join } from 'node:path'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { blobDoor } from './client/crypto-worker/blob-door.testing.ts'

const chromium = {
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

export default defineConfig({
  test: {
    projects: [
      {
        // A workspace has a package.json of its own, which hides the root's names of the rooms.
        resolve: { alias: { '#shared': join(import.meta.dirname, 'shared') } },
        test: {
          name: 'unit',
          include: ['{shared,server,scripts,cli}/**/*.test.ts', 'client/**/*.node.test.ts'],
          environment: 'node',
          testTimeout: 30_000,
        },
      },
      {
        plugins: [blobDoor()],
        define: { __TEST_BUILD__: 'true', __API_ORIGIN__: '""', __VERSION__: '"test"' },
        worker: { format: 'es' },
        // Named here because they are met only inside workers, and a discovery in the middle of a test reloads the page.
        optimizeDeps: {
          include: [
            'comlink',
            'crc-32',
            'client-zip',
            'dexie',
            'hash-wasm',
            'zod/mini',
            '@hpke/core',
            '@noble/ciphers/aes.js',
          ],
        },
        test: {
          name: 'browser',
          include: ['client/**/*.browser.test.ts'],
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromium }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: ['e2e/engines/**'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // One Chromium and one journey at a time: two cores have enough to do with two people's browsers.
          isolate: false,
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
      {
        // Firefox and WebKit: only `npm run test:engines` runs these, once it has found or installed them.
        test: {
          name: 'engines',
          include: ['e2e/engines/*.test.ts'],
          environment: 'node',
          testTimeout: 240_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
    ],
  },
})
