/** `npm start`: makes the checkout ready, then serves in this very process, so that signals and exit code are right. */
import { buildOnce, checkNode, installDependencies } from './ready.mjs'

checkNode()
installDependencies()
buildOnce()
process.env.NODE_ENV ??= 'production'
await import('../server/dist/main.js')
