/** What tabs of one browser tell each other about the account that they share. */

export type TabWord =
  /** Another bundle is stored, under the same account key. */
  | 'bundle'
  /** The account key is another one, or the account is gone: let go of what is open. */
  | 'closed'

export interface Tabs {
  tell(word: TabWord): void
  close(): void
}

/** Opens the line between tabs whose database has this name; without one, each tab stands alone. */
export function openTabs(name: string, onWord: (word: TabWord) => void): Tabs {
  if (typeof BroadcastChannel === 'undefined') return { tell: () => {}, close: () => {} }
  const channel = new BroadcastChannel(`datacrypt-account-${name}`)
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === 'bundle' || data === 'closed') onWord(data)
  }
  return { tell: word => channel.postMessage(word), close: () => channel.close() }
}
