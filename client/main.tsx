/** Starts the app: what it can do, then what it shows. */
import './app/trusted-page.ts'
import { createApp } from './app/app.ts'
import { mountUi } from './ui/mount.tsx'

const root = document.getElementById('root')
if (root !== null) {
  const app = await createApp({ origin: __API_ORIGIN__ })
  mountUi(app, root)
}
