import { expect, test } from 'vitest'
import { fileKind } from './file-kind.ts'
import { treeRows } from './file-tree.ts'

const files = [
  { path: 'a.txt', size: 1 },
  { path: 'photos/1.jpg', size: 10 },
  { path: 'photos/raw/1.raw', size: 100 },
  { path: 'photos/raw/old/0.raw', size: 1000 },
  { path: 'z.txt', size: 2 },
]

test('folders are folded, with what is in them at any depth', () => {
  const rows = treeRows(files, new Set())
  expect(rows.map(row => row.name)).toEqual(['a.txt', 'photos', 'z.txt'])
  expect(rows[1]).toEqual({
    kind: 'folder',
    path: 'photos/',
    name: 'photos',
    depth: 0,
    size: 1110,
    files: [1, 2, 3],
    folders: 2,
    open: false,
  })
})

test('an open folder shows one level, deeper ones stay as they are', () => {
  const rows = treeRows(files, new Set(['photos/', 'photos/raw/']))
  expect(rows.map(row => `${row.depth} ${row.name}`)).toEqual([
    '0 a.txt',
    '0 photos',
    '1 1.jpg',
    '1 raw',
    '2 1.raw',
    '2 old',
    '0 z.txt',
  ])
})

test('an open folder inside a folded one is not seen', () => {
  expect(treeRows(files, new Set(['photos/raw/']))).toHaveLength(3)
})

test('a file and a folder of one name stay two', () => {
  const rows = treeRows(
    [
      { path: 'x', size: 1 },
      { path: 'x/y', size: 1 },
    ],
    new Set(),
  )
  expect(rows.map(row => row.kind)).toEqual(['file', 'folder'])
})

test('names that objects know already are names like others', () => {
  const rows = treeRows(
    [
      { path: '__proto__/a', size: 1 },
      { path: 'constructor/b', size: 1 },
    ],
    new Set(['__proto__/']),
  )
  expect(rows.map(row => row.name)).toEqual(['__proto__', 'a', 'constructor'])
})

test('indexes lead back to the file', () => {
  const rows = treeRows(files, new Set(['photos/', 'photos/raw/', 'photos/raw/old/']))
  const found = rows.flatMap(row => (row.kind === 'file' ? [files[row.index]?.path] : []))
  expect(found).toEqual(files.map(file => file.path))
})

test('a hundred thousand files in a thousand folders fold in a moment', () => {
  const many = Array.from({ length: 100_000 }, (_, n) => ({ path: `d${n % 1000}/f${n}`, size: 1 }))
  expect(treeRows(many, new Set())).toHaveLength(1000)
})

test.each([
  ['report.pdf', 'PDF document'],
  ['a.DWG', 'Drawing'],
  ['x.e57', 'E57 file'],
  ['.profile', 'File'],
  ['Makefile', 'File'],
])('%s is a %s', (name, kind) => {
  expect(fileKind(name)).toBe(kind)
})
