/** Draws the screens on the app in memory; `?state=locked&empty&offline&update&loading&back` in the address choose what is there. */
import { mountUi } from '../mount.tsx'
import { type FakeOptions, fakeApp } from './fake-app.testing.ts'

const asked = new URLSearchParams(window.location.search)
const states = ['starting', 'visitor', 'verifying', 'locked', 'open'] as const
const state = states.find(name => name === asked.get('state'))

const options: FakeOptions = {
  ...(state === undefined ? {} : { session: state }),
  empty: asked.has('empty'),
  loading: asked.has('loading'),
  update: asked.has('update'),
  folderPicker: !asked.has('nopicker'),
  connection: { online: !asked.has('offline'), serverWentBack: asked.has('back') },
}

const root = document.getElementById('root')
if (root !== null) mountUi(fakeApp(options), root)
