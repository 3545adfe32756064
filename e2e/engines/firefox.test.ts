import { test } from 'vitest'
import { firefox } from './firefox.ts'
import { unlock, walk } from './journey.ts'

walk(firefox, party => {
  test('without the server a reload still shows the unlock screen, and it unlocks', async () => {
    const { server, bao } = party()
    await server.stop()
    try {
      await bao.seat.reload()
      await bao.seat.see({ role: 'heading', name: bao.name })
      await unlock(bao)
      await bao.seat.see({ role: 'text', name: 'Offline' })
      await bao.seat.see({ role: 'heading', name: 'Plans' })
    } finally {
      await server.start()
    }
  })
})
