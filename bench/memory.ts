/** Memory of the browser's page processes (pages and their workers): proportional set size, from Linux's own books. */
import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'

const every = 250

interface Process {
  readonly type: string
  readonly id: number
}

/** Bytes that all renderer processes hold together; `null` where the system does not say. */
async function renderersHold(browser: Browser): Promise<number | null> {
  const session = await browser.newBrowserCDPSession()
  try {
    const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as { processInfo: readonly Process[] }
    const held = await Promise.all(processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => holds(id)))
    const known = held.filter(bytes => bytes !== null)
    return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0)
  } finally {
    await session.detach()
  }
}

async function holds(pid: number): Promise<number | null> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]) * 1024
  } catch {
    return null
  }
}

/** The most that `step` made them hold beyond what they held before it, in bytes. */
export async function watchMemory<T>(browser: Browser, step: () => Promise<T>): Promise<{ result: T; more: number }> {
  const idle = (await renderersHold(browser)) ?? Number.NaN
  let most = idle
  let over = false
  const watching = (async () => {
    while (!over) {
      most = Math.max(most, (await renderersHold(browser)) ?? most)
      await new Promise(resolve => setTimeout(resolve, every))
    }
  })()
  try {
    return { result: await step(), more: most - idle }
  } finally {
    over = true
    await watching
  }
}
