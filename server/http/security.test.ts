import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Request, Response } from 'express'
import { expect, test } from 'vitest'
import { securityHeaders } from './security.ts'

const source = join(import.meta.dirname, '../../node_modules/react-aria/dist/private')

test.each(['interactions/usePress.mjs', 'overlays/usePreventScroll.mjs'])(
  'the policy lets in the style that React Aria adds in %s, as installed',
  async file => {
    const code = await readFile(join(source, file), 'utf8')
    const styles = [...code.matchAll(/\.textContent = `([^`]*)`/g)].map(([, css = '']) => css)
    expect(styles).toHaveLength(1)
    const attribute = /PRESSABLE_ATTRIBUTE = '([^']+)'/.exec(code)?.[1] ?? ''
    const css = (styles[0] ?? '').replace(/\$\{[^}]+\}/, attribute).trim()
    const hash = createHash('sha256').update(css).digest('base64')
    expect(policyOf('/')).toContain(`'sha256-${hash}'`)
  },
)

test('no other inline style is let in', () => {
  const styles = /style-src ([^;]*)/.exec(policyOf('/'))?.[1]?.split(' ') ?? []
  expect(styles[0]).toBe("'self'")
  expect(styles.slice(1).every(value => value.startsWith("'sha256-"))).toBe(true)
  expect(styles).toHaveLength(3)
})

function policyOf(path: string): string {
  const headers = new Map<string, string>()
  const request: Partial<IncomingMessage> & { path: string } = { path, headers: { host: 'localhost:5000' } }
  const response: Partial<ServerResponse> = {
    setHeader: (name, value) => {
      headers.set(name.toLowerCase(), String(value))
      return response as ServerResponse
    },
    removeHeader: () => undefined,
  }
  for (const handler of securityHeaders({ secure: false })) {
    void handler(request as Request, response as Response, () => undefined)
  }
  return headers.get('content-security-policy') ?? ''
}
