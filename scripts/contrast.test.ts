import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { contrast, prove } from './contrast.mjs'

const css = readFileSync(fileURLToPath(new URL('../client/ui/tokens.css', import.meta.url)), 'utf8')

test('the ratio of WCAG: black on white is 21, a colour on itself 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#777777')).toBe(1)
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
})

test('every pair of the tokens has its contrast', () => {
  expect(prove(css).complaints).toEqual([])
})

test('a shortfall, a new role and a role that is gone are each told', () => {
  const pale = css.replace(/--ink-3: [^;]+;/, '--ink-3: light-dark(#b0b0b0, #98a3ab);')
  expect(prove(pale).complaints).toContainEqual(expect.stringMatching(/^light: --ink-3 on --canvas has/))
  expect(prove(`${css}:root { --new-one: #123456; }`).complaints).toEqual(['--new-one is in no pair'])
  const gone = css.replace(/--mark: [^;]+;/, '')
  expect(prove(gone).complaints).toContain('--mark is not among the tokens')
})
