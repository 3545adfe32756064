/** `npm run dev`: Vite on 5173 with the API on 5000, both reloading. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { checkNode, installDependencies, root, toolPath } from './ready.mjs'

checkNode()
installDependencies()
const tool = name => join(root, 'node_modules', toolPath(name))
const server = [tool('tsx'), 'watch', '--clear-screen=false', join(root, 'server/main.ts')]
const client = [tool('vite'), '--config', join(root, 'client/vite.config.ts')]
const children = [server, client].map(args => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }))
const stop = () => {
  for (const child of children) child.kill('SIGTERM')
}
for (const child of children) child.on('exit', stop)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
