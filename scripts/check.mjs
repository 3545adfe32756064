/** `npm run check`: Biome, types, the walls, the colours, unit tests (`--static`: all but the tests). */
import { join } from 'node:path'
import { checkNode, installDependencies, root, run, runTool } from './ready.mjs'
import { runTests } from './run-tests.mjs'

checkNode()
installDependencies()
runTool('@biomejs/biome', ['check', '.'])
runTool('typescript', ['-b'])
runTool('dependency-cruiser', ['--config', '.dependency-cruiser.mjs', 'shared', 'server', 'client', 'cli'])
run(process.execPath, [join(root, 'scripts/contrast.mjs')])
if (!process.argv.includes('--static')) runTests(['--project', 'unit'])
