import { expect, test } from 'vitest'
import type { PersonView } from '#client/app/views.ts'
import { userId } from '#shared/contract/ids.ts'
import { transferLimits } from '#shared/contract/limits.ts'
import { createDraft, emptyDraft, orderOf, withFiles, withPerson } from './draft.ts'
import { addressesIn, matching } from './parts/use-people-picker.ts'
import { createPreferences } from './preferences.ts'
import { saveLabel } from './screens/save-label.ts'

function person(n: number, name: string, email: string): PersonView {
  const id = userId.parse(`${String(n).padStart(21, 'x')}A`)
  return { userId: id, name, email, fingerprint: '', identityHash: '', trust: 'not-verified', firstSeen: 0 }
}

const tomas = person(1, 'Tomás Albarrán', 'ta@albarran-foto.example')
const bao = person(2, 'Bao Trinh', 'bao@trinh.example')

test('nobody stands on the list twice, and the newer view counts', () => {
  const changed = { ...tomas, trust: 'identity-changed' } as const
  expect(withPerson(withPerson([], tomas), changed)).toEqual([changed])
})

test('a path stands once, with the file picked last', () => {
  const first = { path: 'a/b', file: new File(['1'], 'b') }
  const second = { path: 'a/b', file: new File(['22'], 'b') }
  expect(withFiles([first], [second])).toEqual([second])
})

test('an order leaves out what was not said', () => {
  expect(orderOf({ ...emptyDraft, to: [bao], title: '  ', note: ' Hello ' })).toEqual({
    files: [],
    recipients: [bao.userId],
    life: transferLimits.expiryDefault,
    suite: 'gcm',
    padding: true,
    note: 'Hello',
  })
  expect(orderOf({ ...emptyDraft, downloads: 1, title: 'Plans' })).toMatchObject({ downloads: 1, title: 'Plans' })
  expect(orderOf({ ...emptyDraft, padding: false })).toMatchObject({ padding: false })
})

test('who watches a draft hears of each change', () => {
  const draft = createDraft()
  let heard = 0
  const stop = draft.subscribe(() => heard++)
  draft.change({ title: 'x' })
  draft.reset()
  stop()
  draft.change({ title: 'y' })
  expect(heard).toBe(2)
  expect(draft.get().title).toBe('y')
})

test('addresses are read one or many at a time, and half ones not at all', () => {
  expect(addressesIn(' a@b.example, c@d.example;e@f.example\n')).toEqual(['a@b.example', 'c@d.example', 'e@f.example'])
  expect(addressesIn('Tomás')).toEqual([])
  expect(addressesIn('a@b.example, Tomás')).toEqual([])
  expect(addressesIn('')).toEqual([])
})

test('people are found by the beginning of a name or address, without accents', () => {
  const known = [tomas, bao]
  expect(matching(known, 'tomas', [])).toEqual([tomas])
  expect(matching(known, 'TRI', [])).toEqual([bao])
  expect(matching(known, 'ta@', [])).toEqual([tomas])
  expect(matching(known, 'ba', [bao])).toEqual([])
  expect(matching(known, ' ', [])).toEqual([])
})

test('the button says how much is saved', () => {
  expect(saveLabel({ chosen: 148, all: 148, again: false })).toBe('Save all')
  expect(saveLabel({ chosen: 2, all: 148, again: false })).toBe('Save 2\u00a0files')
  expect(saveLabel({ chosen: 1, all: 1, again: false })).toBe('Save the file')
  expect(saveLabel({ chosen: 3, all: 3, again: true })).toBe('Save again')
})

test('preferences last where there is storage, and hold where it refuses', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  createPreferences(storage).change({ scheme: 'dark', letters: false })
  expect(createPreferences(storage).get()).toEqual({ scheme: 'dark', letters: false })
  const refusing = {
    getItem: () => {
      throw new Error('blocked')
    },
    setItem: () => {
      throw new Error('blocked')
    },
  }
  const held = createPreferences(refusing)
  held.change({ scheme: 'light' })
  expect(held.get()).toEqual({ scheme: 'light', letters: true })
})
