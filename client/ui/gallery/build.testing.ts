/** Builds the gallery and serves it: `npx tsx client/ui/gallery/build.testing.ts OUT [PORT]`. */

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
}

/** Builds into `outDir` as the product is built: no inlined assets, so that the strict policy holds. */
export async function buildGallery(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn',
    plugins: [react(), tailwindcss()],
    define: { __VERSION__: '"gallery"' },
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  })
}

/** Serves it at a free port, every page being the same file; returns the origin and how to stop. */
export async function serveGallery(outDir: string, port = 0): Promise<{ origin: string; stop: () => void }> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const name = extname(path) === '' ? '/index.html' : path
    try {
      const bytes = await readFile(join(outDir, name))
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' }).end(bytes)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  const at = typeof address === 'object' && address !== null ? address.port : port
  return { origin: `http://127.0.0.1:${at}`, stop: () => void server.close() }
}
