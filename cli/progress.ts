/** A bar on standard error while much is read or written; nothing where nobody looks. */
import type { Setting } from './setting.ts'

/** How far something has come. */
export interface Progress {
  add(bytes: number): void
  /** Takes the bar away. */
  end(): void
}

const width = 24
/** Milliseconds between two pictures. */
const pause = 100

/** A bar towards `total` bytes, or a counter where the total is not known. */
export function showProgress(setting: Setting, what: string, total: number | null): Progress {
  if (!setting.errorsAreTerminal) return { add: () => undefined, end: () => undefined }
  const began = setting.now()
  let done = 0
  let drawn = began
  return {
    add(bytes) {
      done += bytes
      const now = setting.now()
      if (now - drawn < pause) return
      drawn = now
      setting.redraw(`${what} ${picture(done, total)} ${inUnits((done / (now - began)) * 1000)}/s`)
    },
    end: () => setting.redraw(''),
  }
}

function picture(done: number, total: number | null): string {
  if (total === null) return inUnits(done)
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * width)
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}]`
  return `${bar} ${Math.floor(share * 100)}% of ${inUnits(total)},`
}

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

/** A size as people read it. */
export function inUnits(bytes: number): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / 2 ** (10 * step)
  return `${step === 0 ? Math.round(value) : value.toFixed(1)} ${units[step]}`
}
