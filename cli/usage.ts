/** Reads a command's arguments. */
import { type ParseArgsConfig, parseArgs } from 'node:util'

/** The command line is not one that the command takes: exit code 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

type Options = NonNullable<ParseArgsConfig['options']>
type Read<O extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>>

/** `parseArgs`, strict; throws `UsageError`. A lone `-` is a path. */
export function readArguments<const O extends Options>(args: readonly string[], options: O): Read<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : 'These arguments cannot be read')
  }
}

function firstSentence(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/\. To specify .*/, '').replace(/\.$/, '')
}

/** The one path that a command takes. */
export function onlyPath(positionals: readonly string[], what: string): string {
  const [path] = positionals
  if (path === undefined || path === '') throw new UsageError(`${what} is missing`)
  if (positionals.length > 1) throw new UsageError(`One path is taken: ${what}`)
  return path
}

/** An option that has to be there. */
export function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new UsageError(`--${option} is missing`)
  return value
}
