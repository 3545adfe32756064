import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allRuns, totalTests } from './wycheproof.testing.ts'
import { testCount } from './wycheproof-read.testing.ts'

const folder = new URL('../vectors/wycheproof/', import.meta.url)
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')

test.each(allRuns({ aes192: true }).map(one => [one.name, one] as const))('%s', async (_name, one) => {
  expect(await one.run(textOf(`${one.file}.json`))).toEqual(one.counts)
})

test('all files are there, and each is run', () => {
  const files = readdirSync(folder).filter(name => name.endsWith('.json'))
  expect(files.reduce((sum, name) => sum + testCount(textOf(name)), 0)).toBe(totalTests)
  expect([...new Set(allRuns({ aes192: true }).map(one => `${one.file}.json`))].sort()).toEqual(files.sort())
})
