/** `npm run check`: Biome, types, the walls, the colours, unit tests. */
import { checkNode, installDependencies, runTool } from './ready.mjs'

checkNode()
installDependencies()
runTool('@biomejs/biome', ['check', '.'])
runTool('typescript', ['-b'])
runTool('dependency-cruiser', ['--config', '.dependency-cruiser.mjs', 'shared', 'server', 'client'])
runTool('vitest', ['run', '--project', 'unit'])
