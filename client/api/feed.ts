/** The feed: a WebSocket that knocks when the change list has grown. Opened with a ticket of one use. */
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import type { FeedRouter } from '#server/trpc/router.ts'
import type { Knock } from '#shared/contract/feed.ts'

export interface FeedEvents {
  onKnock(knock: Knock): void
  /** Whether the feed stands; while it does not, it tries again by itself. */
  onStanding(standing: boolean): void
}

/** Waits between tries: 0.5 s, 1 s, 2 s … 30 s at most, with jitter so that a restarted server is not stormed. */
const waitBefore = (attempt: number) => Math.min(30_000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2)

/** Opens the feed at `origin` ('' is this page's own). `ticket` is asked for at each try. The answer closes it. */
export function openFeed(
  options: { origin: string; ticket: () => Promise<string> },
  events: FeedEvents,
): { close(): void } {
  const client = createWSClient({
    url: `${(options.origin || location.origin).replace(/^http/, 'ws')}/feed`,
    // Without a ticket the server closes again, and the next try asks for another.
    connectionParams: async () => ({ ticket: await options.ticket().catch(() => '') }),
    retryDelayMs: waitBefore,
    keepAlive: { enabled: true, intervalMs: 20_000, pongTimeoutMs: 5000 },
    onOpen: () => events.onStanding(true),
    onClose: () => events.onStanding(false),
  })
  const feed = createTRPCClient<FeedRouter>({ links: [wsLink({ client })] })
  const subscription = feed.knocks.subscribe(undefined, {
    onData: ({ data }) => events.onKnock(data),
    onError: () => events.onStanding(false),
  })
  return {
    close() {
      subscription.unsubscribe()
      void client.close()
    },
  }
}
