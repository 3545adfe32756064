/** Asks on the terminal without showing what is typed. */
import { openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { Problem } from '#shared/contract/problems.ts'

const ends = ['\r', '\n', '\u0004']
const interrupt = '\u0003'

/** What somebody types at the terminal up to Enter; `null` where there is no terminal. Throws `cancelled` on Ctrl-C. */
export async function askUnseen(question: string): Promise<string | null> {
  const terminal = openTerminal()
  if (terminal === null) return null
  // Before the question, since somebody may be quick to answer it.
  terminal.stream.setRawMode(true)
  process.stderr.write(question)
  try {
    return await readLine(terminal.stream)
  } finally {
    terminal.stream.setRawMode(false)
    terminal.close()
    process.stderr.write('\n')
  }
}

/** The terminal itself, since standard input may be a file that is to be sealed. */
function openTerminal(): { stream: ReadStream; close(): void } | null {
  if (process.stdin.isTTY) return { stream: process.stdin, close: () => process.stdin.pause() }
  try {
    const stream = new ReadStream(openSync('/dev/tty', 'r'))
    return { stream, close: () => stream.destroy() }
  } catch {
    return null
  }
}

function readLine(stream: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = ''
    const finish = (end: () => void) => {
      stream.off('data', read)
      end()
    }
    const read = (piece: string) => {
      if (piece.includes(interrupt)) return finish(() => reject(new Problem('cancelled')))
      const end = [...piece].findIndex(key => ends.includes(key))
      typed = edited(typed, end < 0 ? [...piece] : [...piece].slice(0, end))
      if (end >= 0) finish(() => resolve(typed))
    }
    stream.setEncoding('utf8')
    stream.on('data', read)
    stream.once('error', reject)
    stream.resume()
  })
}

/** Applies backspace and Ctrl-U as a terminal would. */
function edited(before: string, keys: readonly string[]): string {
  let line = [...before]
  for (const key of keys) {
    if (key === '\u007f' || key === '\b') line.pop()
    else if (key === '\u0015') line = []
    else line.push(key)
  }
  return line.join('')
}
