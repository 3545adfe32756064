/** The walls: one rule a row of the table in docs/architecture.md. Run: npx depcruise --config .dependency-cruiser.mjs shared server client */

const house = '^(shared|server|client|cli|scripts|e2e|bench)/'
/** What serves tests alone: it may look into any room, and no product file may look into it. */
const testOnly = String.raw`\.(test|testing|contract)\.tsx?$|^(e2e|bench)/|^client/vite\.config\.ts$`

/** A rule: files of `room` (less `except`) import nothing of ours but what lies in the room itself or in `may`. */
const wall = (name, { room, may = [], except = [], why }) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path: `^(${room})`, pathNot: [testOnly, ...except] },
  to: { path: house, pathNot: [`^(${room})`, ...may.map(path => `^(${path})`)] },
})

/** An exception of one file: what it may import beside what its room may. */
const exception = (name, { file, room, may, why }) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path: `^${file}$` },
  to: { path: house, pathNot: [room, ...may].map(path => `^(${path})`) },
})

const rooms = ['db', 'api', 'shelf', 'crypto-worker', 'sync', 'app', 'ui']
const adapters = ['store', 'blob', 'mail', 'bus', 'limits', 'cache', 'push']
const ports = adapters.map(name => `server/${name}/${name}[.]ts$`)
const workerTypes = ['orders', 'save-plan', 'save-stream'].map(name => `client/crypto-worker/${name}[.]ts$`)
const appMay = ['client/(crypto-worker|sync|db|api|shelf)/', 'shared/(contract|format)/']

const shared = [
  wall('shared-contract', { room: 'shared/contract/', why: 'The words on the wire know nothing of ours.' }),
  wall('shared-format', {
    room: 'shared/format/',
    may: ['shared/contract/problems[.]ts$'],
    why: 'Bytes only; of the contract it knows how to complain.',
  }),
  wall('shared-crypto', {
    room: 'shared/crypto/',
    may: ['shared/(format|contract)/'],
    why: 'Streams in, streams out: no server, no client.',
  }),
]

const server = [
  ...adapters.map(name =>
    wall(`server-${name}`, {
      room: `server/${name}/`,
      may: ['shared/contract/'],
      why: 'An adapter knows its port and the contract, and no other adapter.',
    }),
  ),
  wall('server-services', {
    room: 'server/services/',
    may: [
      ...ports,
      'server/store/records[.]ts$',
      'server/mail/letters[.]ts$',
      'shared/(contract|format)/',
      'shared/crypto/(identity|receipt)[.]ts$',
    ],
    why: 'Rules of the product know no transport, no vendor and no cipher; only what checks signatures.',
  }),
  wall('server-trpc', {
    room: 'server/trpc/',
    may: ['server/services/', 'shared/contract/'],
    why: 'An edge translates; it decides nothing and stores nothing.',
  }),
  wall('server-ws', {
    room: 'server/ws/',
    may: ['server/services/', 'shared/contract/', 'server/trpc/changes[.]ts$'],
    why: 'As server/trpc; it mounts the feed router.',
  }),
  wall('server-http', {
    room: 'server/http/',
    may: ['server/services/', 'server/trpc/router[.]ts$', 'shared/contract/'],
    why: 'As server/trpc; it mounts the router.',
  }),
  {
    name: 'server-stands-alone',
    comment: 'The server, its wiring files too, knows nothing of the client.',
    severity: 'error',
    from: { path: '^server/', pathNot: testOnly },
    to: { path: '^(client|cli|scripts)/' },
  },
  {
    name: 'server-wiring',
    comment: 'Only build.ts and main.ts wire: nothing in a room imports them.',
    severity: 'error',
    from: { path: '^server/', pathNot: [testOnly, '^server/main[.]ts$'] },
    to: { path: '^server/(build|main)[.]ts$' },
  },
]

const routerTypes = ['client/api/trpc[.]ts', 'client/api/feed[.]ts']
const client = [
  wall('client-db', { room: 'client/db/', may: ['shared/contract/'], why: 'A door to a table, nothing more.' }),
  wall('client-shelf', {
    room: 'client/shelf/',
    may: ['shared/(contract|format)/'],
    why: 'Sealed bytes on this device; it counts them, and cannot read them.',
  }),
  wall('client-api', {
    room: 'client/api/',
    may: ['shared/contract/'],
    except: routerTypes.map(file => `^${file}$`),
    why: 'Calls over the wire, and their problems.',
  }),
  ...routerTypes.map(file =>
    exception(`client-api-type-${file.includes('feed') ? 'feed' : 'trpc'}`, {
      file,
      room: 'client/api/',
      may: ['shared/contract/', 'server/trpc/router[.]ts$'],
      why: 'The two files that name the server.',
    }),
  ),
  {
    name: 'client-api-type-only',
    comment: 'Of the server the client takes types alone.',
    severity: 'error',
    from: { path: '^(client|cli)/', pathNot: testOnly },
    to: { path: '^server/', dependencyTypesNot: ['type-only'] },
  },
  wall('client-crypto-worker', {
    room: 'client/crypto-worker/',
    may: ['shared/(crypto|format|contract)/', 'client/shelf/', 'client/api/(upload|download|problems)[.]ts$'],
    why: 'A worker seals, opens, and puts and fetches parts itself.',
  }),
  wall('client-sync', {
    room: 'client/sync/',
    may: ['client/(db|api|shelf)/', 'shared/contract/'],
    why: 'The outbox up, the changes down.',
  }),
  wall('client-app', { room: 'client/app/', may: appMay, why: 'What a person can do; no screens, no ciphers.' }),
  {
    name: 'client-app-worker-doors',
    comment: 'save-target sorts out how a file is saved from the worker files that have no cipher in them.',
    severity: 'error',
    from: { path: '^client/app/save-target[.]ts$' },
    to: { path: '^client/crypto-worker/', pathNot: workerTypes.map(path => `^${path}`) },
  },
  wall('client-ui', {
    room: 'client/ui/',
    may: ['client/app/', 'shared/contract/'],
    why: 'app.ts is all that ui sees.',
  }),
  exception('client-service-worker', {
    file: 'client/service-worker[.]ts',
    room: 'client/service-worker[.]ts$',
    may: ['client/crypto-worker/save-stream[.]ts$'],
    why: 'It hands a saved stream on, and keeps the app for offline.',
  }),
  exception('client-main', {
    file: 'client/main[.]tsx',
    room: 'client/main[.]tsx$',
    may: ['client/(app|ui)/'],
    why: 'Mounts the app.',
  }),
  {
    name: 'client-roots-are-ends',
    comment: 'No room imports what starts the rooms.',
    severity: 'error',
    from: { path: `^client/(${rooms.join('|')})/`, pathNot: testOnly },
    to: { path: '^client/[^/]+[.]tsx?$' },
  },
  wall('cli', {
    room: 'cli/',
    may: ['shared/', 'client/api/(trpc|upload|download|problems)[.]ts$'],
    why: 'The same ciphers and the same contract, in Node.',
  }),
]

const everywhere = [
  {
    name: 'no-cycles',
    comment: 'Calls go down; news comes up through db and bus. Types go the same way.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-tests-in-the-product',
    comment: 'What serves tests is not shipped.',
    severity: 'error',
    from: { path: '^(shared|server|client|cli)/', pathNot: testOnly },
    to: { path: testOnly },
  },
  {
    name: 'no-unresolved',
    comment: 'A door that leads nowhere.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true, pathNot: '^(virtual:|node:sqlite)' },
  },
  {
    name: 'no-orphans',
    comment: 'A product file that nobody imports and that imports nothing is left over.',
    severity: 'error',
    from: { orphan: true, pathNot: [testOnly, String.raw`\.d\.ts$`, 'vectors/', '^client/no-node-crypto'] },
    to: {},
  },
  {
    name: 'no-development-packages',
    comment: 'What ships rests on dependencies, not on devDependencies.',
    severity: 'error',
    from: { path: '^(shared|server|client|cli)/', pathNot: testOnly },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
  },
]

export default {
  forbidden: [...everywhere, ...shared, ...server, ...client],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: String.raw`(^|/)dist(-test|-types)?/|\.css$|\.svg$` },
    // Its `paths` say the rooms' names for cli/, whose package.json hides the root's.
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
}
