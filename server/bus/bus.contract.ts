/** What every bus must do; each adapter's test runs this suite against its real service. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeId, randomBytes, userId } from '#shared/contract/ids.ts'
import type { Bus } from './bus.ts'

/** Two ends of one bus: two processes' where the adapter joins processes, else the same one twice. */
export interface BusUnderTest {
  readonly here: Bus
  readonly there: Bus
  readonly close: () => Promise<void>
}

export function describeBus(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`bus: ${name}`, () => {
    let ends: BusUnderTest
    beforeAll(async () => {
      ends = await open()
    })
    afterAll(async () => ends.close())

    it('brings messages to every listener of the topic, in order, from either end', async () => {
      const topic = newTopic()
      const [near, far] = [await listen(ends.here, topic), await listen(ends.there, topic)]
      const messages = Array.from({ length: 100 }, (_, i) => `${i} ünï 你好`)
      for (const message of messages) await ends.here.publish(topic, message)
      await ends.there.publish(topic, 'last')
      for (const heard of [near, far]) {
        await heard.until('last')
        expect(heard.messages).toEqual([...messages, 'last'])
      }
    })

    it('keeps topics apart, and what was said before a listener came', async () => {
      const [topic, other] = [newTopic(), newTopic()]
      const before = await listen(ends.there, topic)
      await ends.here.publish(topic, 'early')
      await before.until('early')
      const heard = await listen(ends.there, topic)
      await ends.here.publish(other, 'elsewhere')
      await ends.here.publish(topic, 'here')
      await heard.until('here')
      expect(heard.messages).toEqual(['here'])
    })

    it('stops one listener, twice if asked, and no other', async () => {
      const topic = newTopic()
      const [leaving, staying] = [await listen(ends.there, topic), await listen(ends.there, topic)]
      leaving.stop()
      leaving.stop()
      await ends.here.publish(topic, 'after')
      await staying.until('after')
      expect(leaving.messages).toEqual([])
      staying.stop()
      const again = await listen(ends.there, topic)
      await ends.here.publish(topic, 'again')
      await again.until('again')
      expect(staying.messages).toEqual(['after'])
    })

    it('counts a listener that subscribes twice as two', async () => {
      const topic = newTopic()
      const heard: string[] = []
      const listener = (message: string) => heard.push(message)
      const stop = await ends.there.subscribe(topic, listener)
      await ends.there.subscribe(topic, listener)
      await ends.here.publish(topic, 'both')
      await expect.poll(() => heard).toEqual(['both', 'both'])
      stop()
      await ends.here.publish(topic, 'one')
      await expect.poll(() => heard).toEqual(['both', 'both', 'one'])
    })

    it('spares the others when a listener throws', async () => {
      const topic = newTopic()
      await ends.there.subscribe(topic, () => {
        throw new Error('a listener that fails')
      })
      const heard = await listen(ends.there, topic)
      await ends.here.publish(topic, 'still')
      await heard.until('still')
    })

    it('publishes where nobody listens', async () => {
      await expect(ends.here.publish(newTopic(), 'hello')).resolves.toBeUndefined()
    })
  })
}

const newTopic = () => makeId(userId, randomBytes)

async function listen(bus: Bus, topic: string) {
  const messages: string[] = []
  const stop = await bus.subscribe(topic, message => messages.push(message))
  const until = async (message: string) => {
    await expect.poll(() => messages).toContain(message)
  }
  return { messages, stop, until }
}
