import { describe, expect, it } from 'vitest'
import { describeBus } from './bus.contract.ts'
import { openLocalBus } from './local.ts'

describeBus('local', async () => {
  const bus = openLocalBus({ failed: () => undefined })
  return { here: bus, there: bus, close: () => bus.close() }
})

describe('local bus alone', () => {
  it('tells what a listener threw', async () => {
    const errors: unknown[] = []
    const bus = openLocalBus({ failed: error => errors.push(error) })
    const error = new Error('mine')
    await bus.subscribe('topic', () => {
      throw error
    })
    await bus.publish('topic', 'x')
    expect(errors).toEqual([error])
  })

  it('reaches nobody once it is closed, nor a listener that was stopped during a message', async () => {
    const bus = openLocalBus()
    const heard: string[] = []
    await bus.subscribe('topic', message => {
      heard.push(`first ${message}`)
      stopSecond()
    })
    const stopSecond = await bus.subscribe('topic', message => heard.push(`second ${message}`))
    await bus.publish('topic', '1')
    await bus.close()
    await bus.publish('topic', '2')
    expect(heard).toEqual(['first 1'])
  })
})
