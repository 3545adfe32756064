import { describe, expect, test } from 'vitest'
import type { Me, Session } from '#client/app/views.ts'
import { userId } from '#shared/contract/ids.ts'
import { doorFor, isInFront } from './door-for.ts'

const me: Me = {
  userId: userId.parse('xxxxxxxxxxxxxxxxxxxxxA'),
  name: 'Ines',
  email: 'ines@example.org',
  fingerprint: '70632 10258 24642 83074 11677 35538',
  identityHash: 'h',
  keyNumber: 1,
  keySince: 0,
}
const visitor: Session = { state: 'visitor' }
const locked: Session = { state: 'locked', name: 'Ines', email: me.email, fingerprint: me.fingerprint }
const open: Session = { state: 'open', me, online: 'logged-in' }

test('while it starts nobody is sent anywhere', () => {
  expect(doorFor({ state: 'starting' }, '/inbox', null)).toEqual({ to: null })
})

describe('a visitor', () => {
  test('sees the doors that need no keys', () => {
    expect(doorFor(visitor, '/recover', null).to).toBeNull()
    expect(doorFor(visitor, '/recover/new', null).to).toBeNull()
    expect(doorFor(visitor, '/register', null).to).toBeNull()
    expect(doorFor(visitor, '/login', null).to).toBeNull()
    expect(doorFor(visitor, '/', null).to).toBe('/register')
    expect(doorFor(visitor, '/unlock', null).to).toBe('/register')
  })

  test('who asked for a page logs in first, and the page is remembered', () => {
    expect(doorFor(visitor, '/inbox/x', null)).toEqual({ to: '/login', remember: '/inbox/x' })
  })

  test('whose address is confirmed goes on to the password', () => {
    expect(doorFor({ state: 'visitor', after: 'confirmed' }, '/verify', null).to).toBe('/login')
  })

  test('who has logged out or is deleted goes to the log-in, and their pages are forgotten', () => {
    const forgotten = { to: '/login', remember: null }
    expect(doorFor({ state: 'visitor', after: 'logged-out' }, '/inbox/x', '/inbox/x')).toEqual(forgotten)
    expect(doorFor({ state: 'visitor', after: 'deleted' }, '/settings', null)).toEqual(forgotten)
    expect(doorFor({ state: 'visitor', after: 'deleted' }, '/register', null).to).toBeNull()
  })
})

test('verifying has one door', () => {
  expect(doorFor({ state: 'verifying', email: me.email }, '/register', null).to).toBe('/verify')
  expect(doorFor({ state: 'verifying', email: me.email }, '/login', null).to).toBe('/verify')
})

test('locked keys are unlocked, or opened by logging in or by the recovery kit', () => {
  expect(doorFor(locked, '/login', '/people')).toEqual({ to: null })
  expect(doorFor(locked, '/recover', null).to).toBeNull()
  expect(doorFor(locked, '/register', null).to).toBe('/unlock')
  expect(doorFor(locked, '/unlock', null).to).toBeNull()
  expect(doorFor(locked, '/people', null)).toEqual({ to: '/unlock', remember: '/people' })
  expect(doorFor(locked, '/unlock', '/people')).toEqual({ to: null })
})

describe('an open session', () => {
  test('leaves the doors for the page that was asked for', () => {
    expect(doorFor(open, '/unlock', '/people')).toEqual({ to: '/people', remember: null })
    expect(doorFor(open, '/recover', '/people')).toEqual({ to: '/people', remember: null })
    expect(doorFor(open, '/register', null)).toEqual({ to: '/inbox', remember: null })
  })

  test('with a new identity goes on to the recovery kit', () => {
    expect(doorFor(open, '/verify', '/people')).toEqual({ to: '/welcome', remember: null })
    expect(doorFor(open, '/recover/new', null)).toEqual({ to: '/welcome', remember: null })
    expect(doorFor({ ...open, newcomer: true }, '/login', '/people').to).toBe('/welcome')
    expect(doorFor({ ...open, newcomer: true }, '/inbox', null).to).toBeNull()
    expect(doorFor(open, '/welcome', null)).toEqual({ to: null })
    expect(isInFront('/welcome')).toBe(true)
    expect(isInFront('/inbox')).toBe(false)
  })

  test('stays on its pages', () => {
    expect(doorFor(open, '/send', null)).toEqual({ to: null })
  })

  test('may log in again once the server has logged it out', () => {
    expect(doorFor({ ...open, online: 'logged-out' }, '/login', null).to).toBeNull()
    expect(doorFor({ ...open, online: 'logged-out' }, '/recover', null).to).toBeNull()
    expect(doorFor(open, '/login', null).to).toBe('/inbox')
  })
})
