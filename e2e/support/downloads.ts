/** What landed on disk: by the browser's downloads, or in a folder that was picked. */
import { readFile } from 'node:fs/promises'
import { unzipSync } from 'fflate'
import type { Page } from 'playwright-core'

/** Does what starts a download and waits until it has ended; rejects where the browser calls it failed. */
export async function download(
  page: Page,
  start: () => Promise<void>,
  timeout = 30_000,
): Promise<{ name: string; path: string }> {
  const [landed] = await Promise.all([page.waitForEvent('download', { timeout }), start()])
  const failure = await landed.failure()
  if (failure !== null) throw new Error(`download failed: ${failure}`)
  return { name: landed.suggestedFilename(), path: await landed.path() }
}

/**
 * The folder question is the browser's own window, which nobody can answer in a test: from now on it is answered with
 * a real folder of this origin's file system.
 */
export async function pickFolder(page: Page): Promise<void> {
  await page.evaluate(() => {
    const answer = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('picked', { create: true })
    Object.assign(window, { showDirectoryPicker: answer })
  })
}

/** Paths and bytes of an archive, read by a library that did not write it. */
async function listZip(path: string): Promise<Record<string, Buffer>> {
  const entries = unzipSync(await readFile(path))
  return Object.fromEntries(Object.entries(entries).map(([name, bytes]) => [name, Buffer.from(bytes)]))
}

/** Path and SHA-256 of every file in the picked folder. */
function listPicked(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const files: Record<string, string> = {}
    const visit = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') await visit(handle as FileSystemDirectoryHandle, `${path}${name}/`)
        else {
          const bytes = await (await (handle as FileSystemFileHandle).getFile()).arrayBuffer()
          const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
          files[path + name] = [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('')
        }
      }
    }
    await visit(await (await navigator.storage.getDirectory()).getDirectoryHandle('picked'), '')
    return files
  })
}

export const listSaved = { zip: listZip, folder: listPicked }
