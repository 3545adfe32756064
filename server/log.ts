/** The logger: one line of JSON an event; what could be a secret or an address is cut out. */
import { type Logger, pino } from 'pino'
import { Problem } from '#shared/contract/problems.ts'

/** Writes to standard error, so that standard output stays the start-up text's. */
export function makeLogger(level: string): Logger {
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: false }))
}

/** What may be said of an error: its name, our code, a system error's code, where it arose; never its message's data. */
export function plainError(error: unknown): Record<string, unknown> {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (inner instanceof Problem) return { problem: inner.code }
  if (!(inner instanceof Error)) return { error: 'unknown' }
  const { code } = inner as NodeJS.ErrnoException
  const where = framesOf(inner)
    .slice(0, 3)
    .map(line => line.trim().replace(/\(.*\//, '('))
  return { error: inner.name, ...(code === undefined ? {} : { code }), where }
}

/** The lines of a stack that come after the message, which may have several lines, and some that look like these. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const at = stack.indexOf(message)
  if (at < 0) return []
  const lines = stack.slice(at + message.length).split('\n')
  return lines.filter(line => line.trimStart().startsWith('at '))
}
