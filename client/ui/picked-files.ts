/** From what a person chose or dropped to files with their paths. */
import type { PickedFile } from '#client/app/views.ts'

/** Files of an `<input type="file">`; a chosen folder gives each its path inside it. */
export function filesOfInput(list: FileList | null): readonly PickedFile[] {
  return Array.from(list ?? [], file => ({ path: file.webkitRelativePath || file.name, file }))
}

/**
 * Files of a drop, folders walked through. The entries have to be taken in the event itself: afterwards the list is
 * empty. A file that cannot be read is left to the sending, which says so by its name.
 */
export function filesOfDrop(transfer: DataTransfer): Promise<readonly PickedFile[]> {
  const entries = Array.from(transfer.items, item => (item.kind === 'file' ? item.webkitGetAsEntry() : null))
  const loose = Array.from(transfer.files, file => ({ path: file.name, file }))
  if (entries.every(entry => entry === null)) return Promise.resolve(loose)
  return Promise.all(entries.map(entry => (entry === null ? [] : filesOfEntry(entry)))).then(found => found.flat())
}

async function filesOfEntry(entry: FileSystemEntry): Promise<readonly PickedFile[]> {
  if (isFile(entry)) return [{ path: pathOf(entry), file: await fileOf(entry) }]
  if (!isDirectory(entry)) return []
  const found = await Promise.all((await childrenOf(entry)).map(filesOfEntry))
  return found.flat()
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

function pathOf(entry: FileSystemEntry): string {
  return entry.fullPath.replace(/^\/+/, '')
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

/** A reader hands out at most a hundred at a time, and nothing at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}
