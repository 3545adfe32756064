import { expect, test } from 'vitest'
import { openDownloadTarget } from './save-target.ts'
import { clearSaved } from './saved-files.ts'

async function savedNames(): Promise<string[]> {
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle('saved', { create: true })
  const names: string[] = []
  for await (const name of folder.keys()) names.push(name)
  return names
}

async function leaveBehind(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle('saved', { create: true })
  await folder.getFileHandle(name, { create: true })
}

test('a start removes what an earlier page left behind, and leaves what a page still holds', async () => {
  const files = [{ name: 'a.txt', size: 1, modified: 1 }]
  const open = await openDownloadTarget({ files, chosen: [0], title: 'A' }, { fileLinks: true })
  if (open.target.kind !== 'opfs') throw new Error('not a file behind a link')
  await leaveBehind(open.target.name)
  await leaveBehind('of-an-earlier-page')
  await clearSaved()
  expect(await savedNames()).toEqual([open.target.name])
  await open.cancel()
  expect(await savedNames()).toEqual([])
})

test('what a page let go is removed by the next start', async () => {
  const files = [{ name: 'a.txt', size: 1, modified: 1 }]
  const open = await openDownloadTarget({ files, chosen: [0], title: 'A' }, { fileLinks: true })
  if (open.target.kind !== 'opfs') throw new Error('not a file behind a link')
  await open.cancel()
  await leaveBehind(open.target.name)
  await clearSaved()
  expect(await savedNames()).toEqual([])
})
