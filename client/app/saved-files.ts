/** Plaintext of ours that waits behind a link until the browser has read it. */
import { privateFolder, removeFrom } from '#client/shelf/private-files.ts'
import { savedFolder } from '#client/shelf/segment-file.ts'

export const openSaved = () => privateFolder([savedFolder], { create: true })

const lockOf = (own: string) => `datacrypt-saved-${own}`

/** Marks a file as this page's, until it is let go or the page is gone (Web Locks, section 2). */
export function holdSaved(own: string): () => void {
  let letGo = () => {}
  const over = new Promise<void>(resolve => {
    letGo = resolve
  })
  navigator.locks.request(lockOf(own), () => over).catch(() => undefined)
  return letGo
}

/**
 * Removes plaintext that an earlier page left behind its links; call it once when the app starts. What another page
 * still holds stays.
 */
export async function clearSaved(): Promise<void> {
  try {
    const folder = await privateFolder([savedFolder], { create: false })
    for await (const own of folder.keys()) await removeUnheld(folder, own)
  } catch {
    // There is none, or no such storage: nothing to clear.
  }
}

async function removeUnheld(folder: FileSystemDirectoryHandle, own: string): Promise<void> {
  await navigator.locks.request(lockOf(own), { ifAvailable: true }, async lock => {
    if (lock !== null) await removeFrom(folder, own)
  })
}
