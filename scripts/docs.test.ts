/** What the documents say that a program can check: links, procedures, settings, problems, threats. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { knobs } from '#server/config.ts'
import type { Budget, Ladder } from '#server/limits/limits.ts'
import { budgets, ladders } from '#server/services/budgets.ts'
import { appRouter } from '#server/trpc/router.ts'
import { type Need, table } from '#server/trpc/table.testing.ts'
import { problemTable } from '#shared/contract/problems.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const below = (folder: string) => readdirSync(join(root, folder), { recursive: true }).map(String)
const pages = [
  'README.md',
  'bench/RESULTS.md',
  ...['docs', 'shared/vectors'].flatMap(folder => below(folder).map(name => join(folder, name))),
].filter(path => path.endsWith('.md'))

/** The name of a heading in a link, as GitHub and most others make it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
const withoutCode = (text: string) => text.replace(/^```.*?^```/gms, '')
const anchorsOf = (page: string) =>
  [...withoutCode(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, one]) => anchorOf(one ?? ''))

/** Links of a page that lead nowhere. */
function lostLinks(page: string): string[] {
  const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '')
  return links.filter(link => !/^[a-z]+:/.test(link) && !isThere(page, link))
}

function isThere(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const path = file === '' ? page : normalize(join(dirname(page), file))
  if (statSync(join(root, path), { throwIfNoEntry: false }) === undefined) return false
  return anchor === undefined || anchorsOf(path).includes(anchor)
}

/** Cells of the table rows whose first cell names something in code. */
const rowsOf = (page: string) =>
  [...read(page).matchAll(/^\| `.*\|$/gm)].map(([row]) =>
    row
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim())
      .slice(1, -1),
  )
const names = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')

test.each(pages)('every link of %s leads somewhere', page => {
  expect(lostLinks(page)).toEqual([])
})

test('a link to a file or a heading that is not there would be found', () => {
  expect(isThere('docs/api.md', 'nowhere.md')).toBe(false)
  expect(isThere('docs/api.md', 'format.md#nothing-of-the-kind')).toBe(false)
  expect(isThere('docs/api.md', 'format.md#key-files')).toBe(true)
})

describe('docs/api.md', () => {
  const rows = rowsOf('docs/api.md')

  test('has a row for each procedure, with who may call it', () => {
    const words: Partial<Record<Need, string>> = { open: 'anybody', sensitive: 'password', recovering: 'reset' }
    const said = rows
      .filter(([, kind]) => kind === 'query' || kind === 'mutation')
      .map(([name, , need]) => [names(name)[0], need?.replaceAll('`', '')])
    expect(Object.fromEntries(said)).toEqual(
      Object.fromEntries(Object.entries(table).map(([name, need]) => [name, words[need] ?? need])),
    )
  })

  test('says what each procedure takes, as its schema does', () => {
    const said = rows
      .filter(([, kind]) => kind === 'query' || kind === 'mutation')
      .map(([name, , , takes]) => [names(name)[0], names(takes).toSorted()])
    const taken = Object.entries(appRouter._def.procedures).map(([name, procedure]) => [name, inputOf(procedure)])
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(taken))
  })

  test('says each budget and ladder, with its number', () => {
    const rows = [...read('docs/api.md').matchAll(/^\| ([^|]+) \| ([^|]+) \| (`[a-z`, -]+) \|$/gm)]
    const said = rows.flatMap(([, , often = '', kept]) => names(kept).map(name => [name, numbersIn(often)] as const))
    const kept = [...Object.values(budgets), ...Object.values(ladders)]
    expect(said.map(([name]) => name).toSorted()).toEqual(kept.map(({ name }) => name).toSorted())
    for (const one of kept) {
      const numbers = new Map(said).get(one.name)
      expect([one.name, numbers]).toEqual([one.name, expect.arrayContaining(numbersOf(one))])
    }
  })

  test('has a row for each problem, with its status and advice', () => {
    const said = rows.filter(([, status]) => /^\d{3}$/.test(status ?? ''))
    expect(said.map(([code, status, advice]) => [...names(code), Number(status), advice]).toSorted()).toEqual(
      Object.entries(problemTable)
        .map(([code, [status, , advice]]) => [code, status, advice])
        .toSorted(),
    )
  })
})

const numbersIn = (text: string) =>
  [...text.matchAll(/\d[\d,]*/g)].map(([digits]) => Number(digits.replaceAll(',', '')))
/** What a reader has to find of a budget, or of waits that grow. */
const numbersOf = (one: Budget | Ladder): number[] => ('points' in one ? [one.points] : [one.free, one.stop])

/** Members of a procedure's input, those that may be left out with a question mark. */
function inputOf(procedure: unknown): string[] {
  const { inputs } = (procedure as { _def: { inputs: { shape: Record<string, { type: string }> }[] } })._def
  const members = inputs.flatMap(({ shape }) => Object.entries(shape))
  return members.map(([name, { type }]) => (type === 'optional' ? `${name}?` : name)).toSorted()
}

test('docs/operations.md has a row for each setting', () => {
  const said = rowsOf('docs/operations.md').flatMap(([name]) => names(name))
  expect(said.toSorted()).toEqual(
    Object.values(knobs)
      .map(({ variable }) => variable)
      .toSorted(),
  )
})

test('each test that docs/threat-model.md names is in the file that it names', () => {
  const named = [...read('docs/threat-model.md').matchAll(/\]\((\S+\.test\.ts)\) ((?:\*[^*]+\*(?:, (?=\*))?)+)/g)]
  const lost = named.flatMap(([, link = '', titles = '']) => {
    const text = read(join('docs', link))
    return [...titles.matchAll(/\*([^*]+)\*/g)].map(([, title]) => title ?? '').filter(title => !text.includes(title))
  })
  expect(named.length).toBeGreaterThan(30)
  expect(lost).toEqual([])
})

test('docs/threat-model.md has one row for each class of attack and each attacker', () => {
  const said = [...read('docs/threat-model.md').matchAll(/^\| ([AT]\d+) \|/gm)].map(([, id]) => id)
  const all = (letter: string, most: number) => Array.from({ length: most }, (_, index) => `${letter}${index + 1}`)
  expect(said).toEqual([...all('A', 30), ...all('T', 24)])
})
