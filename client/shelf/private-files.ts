/** Folders and files of the origin private file system, asked for so that an answer comes (File System, section 2). */

/** What is being asked: handles and their streams whose answer is waited for. */
const asked = new Set<object>()

/**
 * Calls a handle (or a stream of one) and keeps it reachable until it has answered. Where nothing else reaches it, Chromium's collector takes it in the
 * middle of its own call, which is then never answered: one sealing in some twenty stood still for ever.
 */
export async function ask<H extends FileSystemHandle | WritableStream, T>(
  handle: H,
  call: (handle: H) => Promise<T>,
): Promise<T> {
  const question = { handle }
  asked.add(question)
  try {
    return await call(handle)
  } finally {
    asked.delete(question)
  }
}

/** The folder at the end of a path from the root. Throws the platform's errors, as everything here does. */
export async function privateFolder(
  path: readonly string[],
  options: { create: boolean },
): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory()
  for (const name of path) folder = await ask(folder, held => held.getDirectoryHandle(name, options))
  return folder
}

function fileIn(folder: FileSystemDirectoryHandle, name: string, create: boolean): Promise<FileSystemFileHandle> {
  return ask(folder, held => held.getFileHandle(name, { create }))
}

/** A file of `folder`, open for this worker alone. */
export async function openSync(
  folder: FileSystemDirectoryHandle,
  name: string,
  { create }: { create: boolean },
): Promise<FileSystemSyncAccessHandle> {
  return ask(await fileIn(folder, name, create), held => held.createSyncAccessHandle())
}

/** A file of `folder` as it is now. */
export async function privateFile(folder: FileSystemDirectoryHandle, name: string): Promise<File> {
  return ask(await fileIn(folder, name, false), held => held.getFile())
}

/** Removes a file or a folder with all that is in it. */
export function removeFrom(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  return ask(folder, held => held.removeEntry(name, { recursive: true }))
}
