import { expect, test } from 'vitest'
import type { OutboxRow } from '#client/app/views.ts'
import { unfinishedWords } from './unfinished.ts'

const opened = 1_000_000

const row = (state: OutboxRow['state'], since = opened - 1): OutboxRow => ({
  id: `${since}`,
  what: 'Plans',
  to: ['Bao Trinh'],
  files: 1,
  size: 100,
  since,
  state,
})
const progress = { state: 'paused', done: 62, total: 100, rate: 0, secondsLeft: null } as const
const interrupted = { code: 'interrupted', data: {} } as const

test('one that was paused goes on from where it stood', () => {
  expect(unfinishedWords([row({ kind: 'paused', progress })], opened)).toBe(
    '1 transfer is unfinished: go on from 62\u00a0%, or discard it.',
  )
})

test('one that was interrupted while it was sealed asks for its files', () => {
  const rows = [row({ kind: 'failed', fault: interrupted, wayOn: 'pick-again' })]
  expect(unfinishedWords(rows, opened)).toBe('1 transfer is unfinished: pick its files again, or discard it.')
})

test('several are counted', () => {
  const rows = [row({ kind: 'paused', progress }), row({ kind: 'failed', fault: interrupted, wayOn: 'retry' })]
  expect(unfinishedWords(rows, opened)).toMatch(/^2 transfers are unfinished/)
})

test.each([
  ['what waits by itself', row({ kind: 'waiting' })],
  ['what goes on by itself', row({ kind: 'uploading', progress })],
  ['what was begun on this visit', row({ kind: 'paused', progress }, opened + 1)],
  ['what can only be discarded', row({ kind: 'failed', fault: interrupted, wayOn: 'discard' })],
])('says nothing of %s', (_name, one) => {
  expect(unfinishedWords([one], opened)).toBeNull()
})
