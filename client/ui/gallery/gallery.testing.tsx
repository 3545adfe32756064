/**
 * Draws the screens on the app in memory; `?state=locked&empty&offline&update&loading&back&out` in the address choose
 * what is there, and for accounts `kit=none|untried|proven`, `confirm`, `alarm`, `nopasskeys`, `step=app,recovery-code`
 * (a login under way), `recover=code|proven`.
 */
import type { RecoveryStep } from '#client/app/safety-views.ts'
import { mountUi } from '../mount.tsx'
import { type FakeOptions, fakeApp } from './fake-app.testing.ts'

const asked = new URLSearchParams(window.location.search)
const states = ['starting', 'visitor', 'verifying', 'locked', 'open'] as const
const state = states.find(name => name === asked.get('state'))

const kits = ['none', 'untried', 'proven'] as const
const kit = kits.find(name => name === asked.get('kit'))
const allWays = ['app', 'passkey', 'recovery-code', 'mail'] as const
const ways = allWays.filter(way => asked.get('step')?.split(',').includes(way))
const email = 'ines@nordlys-arkitekter.example'
const recoveries: Readonly<Record<string, RecoveryStep>> = {
  code: { state: 'code', email, ways },
  proven: { state: 'proven', email, name: 'Ines Halvorsen', kit: kit !== 'none' },
}
const recovery = recoveries[asked.get('recover') ?? '']

const options: FakeOptions = {
  ...(state === undefined ? {} : { session: state }),
  empty: asked.has('empty'),
  loading: asked.has('loading'),
  update: asked.has('update'),
  loggedOut: asked.has('out'),
  safety: {
    confirm: asked.has('confirm'),
    alarm: asked.has('alarm'),
    noPasskeys: asked.has('nopasskeys'),
    ...(kit === undefined ? {} : { kit }),
    ...(ways.length === 0 || recovery !== undefined ? {} : { loginStep: { email, ways, mailed: false } }),
    ...(recovery === undefined ? {} : { recovery }),
  },
  folderPicker: !asked.has('nopicker'),
  connection: { online: !asked.has('offline'), serverWentBack: asked.has('back') },
}

const root = document.getElementById('root')
if (root !== null) mountUi(fakeApp(options), root)
