import { describe, expect, test } from 'vitest'
import { fold, search } from './search.ts'

const rows = ['Tomás Albarrán\nHarbour shoot', 'Bao Trinh\nAnnual accounts 2025', 'Miriam Osei\nMRI-2026-11-18.zip']
const find = (wanted: string) => search(rows, wanted, row => row).map(row => row.split('\n')[0])

describe('search', () => {
  test('finds without case and accents', () => {
    expect(find('tomas')).toEqual(['Tomás Albarrán'])
    expect(find('ALBARRÁN')).toEqual(['Tomás Albarrán'])
  })

  test('every word has to occur, wherever it stands', () => {
    expect(find('accounts bao')).toEqual(['Bao Trinh'])
    expect(find('accounts miriam')).toEqual([])
  })

  test('shows everything while nothing is asked for', () => {
    expect(search(rows, '   ', row => row)).toBe(rows)
  })
})

test('folding leaves letters of other scripts alone', () => {
  expect(fold(' 写真 Øst ')).toBe('写真 øst')
})
