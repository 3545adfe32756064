/** Start, and stop gracefully; nothing else. */
import { buildServer, type RunningServer } from './build.ts'
import { type Config, ConfigError, readConfig } from './config.ts'

/** How many ports after a taken one are tried. */
const nextPorts = 20

async function start(config: Config): Promise<RunningServer> {
  for (let port = config.port; ; port += 1) {
    try {
      return await buildServer({ ...config, port })
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!taken || port >= config.port + nextPorts || config.port === 0) throw error
      console.log(`Port ${port} is taken, so the next one is tried.`)
    }
  }
}

function greet(server: RunningServer): void {
  console.log(`\nDataCrypt is ready at ${server.publicUrl}`)
  if (server.mailFolder !== null) console.log(`Letters go to ${server.mailFolder}`)
  if (server.mailboxUrl !== null) console.log(`and can be read at ${server.mailboxUrl}`)
}

async function main(): Promise<void> {
  const server = await start(readConfig(process.env))
  greet(server)
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await server.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())
}

main().catch(error => {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exit(1)
})
