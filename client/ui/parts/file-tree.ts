/** Files folded into their folders: a flat list of rows, as many levels deep as are open. */

export interface TreeFile {
  /** Path with `/` between folders. */
  readonly path: string
  readonly size: number
}

export interface FolderRow {
  readonly kind: 'folder'
  /** With its slash at the end. */
  readonly path: string
  readonly name: string
  readonly depth: number
  readonly size: number
  /** Indexes of all files below. */
  readonly files: readonly number[]
  /** Folders below it, at any depth. */
  readonly folders: number
  readonly open: boolean
}

export interface FileRow {
  readonly kind: 'file'
  readonly name: string
  readonly depth: number
  readonly index: number
  readonly size: number
}

export type TreeRow = FolderRow | FileRow

interface Folder {
  readonly path: string
  readonly name: string
  readonly folders: Map<string, Folder>
  readonly own: number[]
  readonly all: number[]
  size: number
  below: number
}

/** Rows in reading order: a folder's place is that of its first file. */
export function treeRows(files: readonly TreeFile[], open: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = []
  pushRows(rows, { folder: buildTree(files), files, open, depth: 0 })
  return rows
}

function newFolder(path: string, name: string): Folder {
  return { path, name, folders: new Map(), own: [], all: [], size: 0, below: 0 }
}

function buildTree(files: readonly TreeFile[]): Folder {
  const root = newFolder('', '')
  for (const [index, file] of files.entries()) {
    const names = file.path.split('/').slice(0, -1)
    const way = folderWay(root, names)
    for (const folder of way) {
      folder.all.push(index)
      folder.size += file.size
    }
    way.at(-1)?.own.push(index)
  }
  return root
}

/** All folders from the root to the one that `names` lead to, made where they are not yet. */
function folderWay(root: Folder, names: readonly string[]): readonly Folder[] {
  const way = [root]
  let folder = root
  for (const name of names) {
    const known = folder.folders.get(name)
    const next = known ?? newFolder(`${folder.path}${name}/`, name)
    if (known === undefined) {
      folder.folders.set(name, next)
      for (const above of way) above.below += 1
    }
    way.push(next)
    folder = next
  }
  return way
}

interface Walk {
  readonly folder: Folder
  readonly files: readonly TreeFile[]
  readonly open: ReadonlySet<string>
  readonly depth: number
}

function pushRows(rows: TreeRow[], walk: Walk): void {
  const { folder, files, open, depth } = walk
  const folders = [...folder.folders.values()].map(child => ({ at: child.all[0] ?? 0, child, index: -1 }))
  const own = folder.own.map(index => ({ at: index, child: null, index }))
  for (const entry of [...folders, ...own].sort((a, b) => a.at - b.at)) {
    if (entry.child === null) pushFile(rows, files[entry.index], { index: entry.index, depth })
    else {
      const child = entry.child
      const isOpen = open.has(child.path)
      rows.push({
        kind: 'folder',
        path: child.path,
        name: child.name,
        depth,
        size: child.size,
        files: child.all,
        folders: child.below,
        open: isOpen,
      })
      if (isOpen) pushRows(rows, { folder: child, files, open, depth: depth + 1 })
    }
  }
}

function pushFile(rows: TreeRow[], file: TreeFile | undefined, at: { index: number; depth: number }): void {
  if (file === undefined) return
  const name = file.path.slice(file.path.lastIndexOf('/') + 1)
  rows.push({ kind: 'file', name, size: file.size, ...at })
}
