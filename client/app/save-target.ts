/** The page's part of saving: opens a folder or a download, watches that it starts, and tidies up. */
import type { SaveJob, SaveResult } from '#client/crypto-worker/orders.ts'
import { type Download, filesToSave, type NamedFile, planDownload } from '#client/crypto-worker/save-plan.ts'
import type { SaveRequest, SaveSign, SaveWord } from '#client/crypto-worker/save-stream.ts'
import { privateFile, removeFrom } from '#client/shelf/private-files.ts'
import { Problem } from '#shared/contract/problems.ts'
import { safeName } from '#shared/format/safe-name.ts'
import { linkLife, offerFile } from './offer-file.ts'
import { holdSaved, openSaved } from './saved-files.ts'

/** A place that is ready to take plaintext. */
export interface SaveTarget {
  readonly target: SaveJob['target']
  /** What the person is told: the name of the folder or of the download. */
  readonly where: string
  /** Rejects with `no-download-started` where the browser does not take the download: abort the job then. */
  readonly started: Promise<void>
  /** All is let out: follows the link where one is needed, and tidies up. */
  finish(result: SaveResult): Promise<void>
  /** The job failed or was ended: tidies up. */
  cancel(): Promise<void>
}

/** What is to be saved. */
export interface Choice {
  /** All files of the transfer, as its metadata names them. */
  readonly files: readonly NamedFile[]
  /** Places of the chosen ones. */
  readonly chosen: readonly number[]
  /** What an archive of several files is called, without extension. */
  readonly title: string
}

const startLimit = 10_000
const pingInterval = 10_000

/**
 * Asks for a folder. Call it in the click itself. Throws `cancelled` where the person closes the question.
 */
export async function openFolderTarget(
  pick: () => Promise<FileSystemDirectoryHandle> = pickFolder,
): Promise<SaveTarget> {
  const folder = await pick().catch((cause: unknown) => {
    throw new Problem('cancelled', { cause })
  })
  return {
    target: { kind: 'folder', folder },
    where: folder.name,
    started: Promise.resolve(),
    finish: async () => undefined,
    cancel: async () => undefined,
  }
}

declare global {
  interface Window {
    showDirectoryPicker?(options: { mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>
  }
}

function pickFolder(): Promise<FileSystemDirectoryHandle> {
  if (window.showDirectoryPicker === undefined) return Promise.reject(new Problem('internal'))
  return window.showDirectoryPicker({ mode: 'readwrite' })
}

/**
 * Opens a download: one file as itself, several as a zip. Streams through the service worker where one controls this
 * page, else through a file of our own and a link. Throws `no-download-started` where the browser has neither.
 */
export async function openDownloadTarget(choice: Choice, options: { fileLinks: boolean }): Promise<SaveTarget> {
  const download = planDownload(filesToSave(choice.files, choice.chosen))
  const name = downloadName(download, choice.title)
  const controller = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null
  if (controller !== null) return openStream(controller, { name, size: download.size })
  if (options.fileLinks) return openLink(name)
  throw new Problem('no-download-started')
}

function downloadName(download: Download, title: string): string {
  if (download.kind === 'zip') return safeName(`${title}.zip`)
  return download.file.path.split('/').at(-1) ?? safeName(download.file.path)
}

function openStream(controller: ServiceWorker, head: { name: string; size: number }): SaveTarget {
  const id = crypto.randomUUID()
  const bytes = new MessageChannel()
  const control = new MessageChannel()
  const request: SaveRequest = { type: 'save', id, ...head }
  controller.postMessage(request, [bytes.port1, control.port1])
  const frame = document.createElement('iframe')
  const pings = setInterval(() => say({ kind: 'ping' }), pingInterval)
  const say = (word: SaveWord) => control.port2.postMessage(word)
  const end = () => {
    clearInterval(pings)
    control.port2.close()
    frame.remove()
  }
  return {
    target: { kind: 'stream', port: bytes.port2 },
    where: head.name,
    started: watchStart(control.port2, () => askFor(frame, id)),
    // The last bytes may still be on their way out of the service worker, which the pings keep awake.
    finish: async () => void setTimeout(end, linkLife),
    async cancel() {
      say({ kind: 'forget' })
      end()
    },
  }
}

/** Asks for the stream from a hidden frame: an answer that is an attachment leaves the page where it is. */
function askFor(frame: HTMLIFrameElement, id: string): void {
  frame.hidden = true
  frame.src = `/save/${id}`
  document.body.append(frame)
}

function watchStart(port: MessagePort, request: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Problem('no-download-started')), startLimit)
    port.onmessage = (event: MessageEvent<SaveSign>) => {
      if (event.data.kind === 'ready') request()
      if (event.data.kind !== 'started') return
      clearTimeout(timer)
      resolve()
    }
  })
}

function openLink(name: string): SaveTarget {
  const own = crypto.randomUUID()
  const letGo = holdSaved(own)
  const remove = async () => {
    const folder = await openSaved()
    await removeFrom(folder, own).catch(() => undefined)
    letGo()
  }
  return {
    target: { kind: 'opfs', name: own },
    where: name,
    started: Promise.resolve(),
    async finish() {
      const file = await privateFile(await openSaved(), own)
      offerFile(file, name)
      setTimeout(() => remove().catch(() => undefined), linkLife)
    },
    cancel: remove,
  }
}
