/** Port: a knock from the place where something changed to every place where somebody listens. */

export interface Bus {
  /** Tells the listeners of `topic`. Loses nothing that matters: the list behind a topic is the truth. */
  publish(topic: string, message: string): Promise<void>
  /** Calls `listener` for each message from now on; the answer stops it. */
  subscribe(topic: string, listener: (message: string) => void): Promise<() => void>
  close(): Promise<void>
}
