/** The bus of a server that is one process: messages go straight to the listeners. */
import type { Bus } from './bus.ts'

export interface LocalBusOptions {
  /** Told what a listener threw; neither the publisher nor another listener is. */
  readonly failed?: (error: unknown) => void
}

/** Opens a bus that knows the listeners of this process alone. */
export function openLocalBus({ failed = warn }: LocalBusOptions = {}): Bus {
  const topics = new Map<string, Set<Subscription>>()
  return {
    publish: async (topic, message) => {
      for (const subscription of [...(topics.get(topic) ?? [])]) tell(subscription, message, failed)
    },
    subscribe: async (topic, listener) => {
      const subscription: Subscription = { listener, open: true }
      const all = topics.get(topic) ?? new Set()
      topics.set(topic, all.add(subscription))
      return () => {
        subscription.open = false
        all.delete(subscription)
        if (all.size === 0 && topics.get(topic) === all) topics.delete(topic)
      }
    },
    close: async () => {
      for (const all of topics.values()) for (const subscription of all) subscription.open = false
      topics.clear()
    },
  }
}

/** An object of its own for each call: one listener may subscribe twice. */
interface Subscription {
  readonly listener: (message: string) => void
  open: boolean
}

function tell(subscription: Subscription, message: string, failed: (error: unknown) => void): void {
  if (!subscription.open) return
  try {
    subscription.listener(message)
  } catch (error) {
    failed(error)
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}
