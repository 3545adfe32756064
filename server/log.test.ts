import { describe, expect, test } from 'vitest'
import { Problem } from '#shared/contract/problems.ts'
import { plainError } from './log.ts'

const secret = 'canary-7f3a91c2d4e5b6a7'

describe('what is said of an error', () => {
  test('holds no message, whatever lines it has', () => {
    for (const message of [secret, `over\n${secret}`, `over\n    at ${secret} (${secret}:1:1)\n${secret}`]) {
      for (const error of [
        new Error(message),
        new SyntaxError(message),
        new Error('outer', { cause: new Error(message) }),
      ]) {
        expect(JSON.stringify(plainError(error))).not.toContain(secret)
      }
    }
  })

  test('holds no part of a body that was no JSON', () => {
    const body = `{"password":\n${secret}\n`
    const thrown = (() => {
      try {
        return JSON.parse(body)
      } catch (error) {
        return error
      }
    })()
    expect((thrown as Error).message).toContain(secret.slice(0, 4))
    expect(JSON.stringify(plainError(thrown))).not.toContain(secret.slice(0, 4))
  })

  test('tells its name, the code and where it arose', () => {
    const error = Object.assign(new RangeError('no room'), { code: 'ENOSPC' })
    const said = plainError(error)
    expect(said).toMatchObject({ error: 'RangeError', code: 'ENOSPC' })
    expect(JSON.stringify(said.where)).toContain('log.test.ts')
    expect(plainError(new Error('outer', { cause: error }))).toMatchObject({ error: 'RangeError' })
  })

  test('of a problem tells its code alone', () => {
    const internal = new Problem('internal', { cause: new Error(secret) })
    expect(plainError(internal)).toMatchObject({ error: 'Error' })
    expect(JSON.stringify(plainError(internal))).not.toContain(secret)
    expect(plainError(new Problem('not-found'))).toEqual({ problem: 'not-found' })
    expect(plainError(secret)).toEqual({ error: 'unknown' })
  })
})
