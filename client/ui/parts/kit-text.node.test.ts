import { expect, test } from 'vitest'
import { kitText } from './kit-text.ts'
import { keyTyped } from './recovery-typing.ts'

const recoveryKey = '7QK4M2XDPV9R3HTW8ZNB6CFYJ5GAEUS2'
const kit = {
  name: 'Ines Halvorsen',
  email: 'ines@example.org',
  fingerprint: '70632 10258 24642 83074 11677 35538',
  madeAt: Date.UTC(2026, 9, 12),
  recoveryKey,
  server: 'https://files.example.org',
}

test('the text says whose it is, where it is used, and the whole key', () => {
  const text = kitText(kit)
  expect(text).toContain('ines@example.org')
  expect(text).toContain('https://files.example.org/recover')
  const lines = text.split('\r\n')
  const at = lines.indexOf('Recovery key:')
  expect(keyTyped(lines.slice(at + 1, at + 3).join(''))).toBe(recoveryKey)
})
