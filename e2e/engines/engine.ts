/** What a journey asks of a browser, whichever it is: things that a person does, named as a person sees them. */
import type { Sought } from './find-in-page.ts'

/** One person at a browser with a profile of their own. */
export interface Seat {
  /** Goes to a path of the app by the address bar. */
  open(path: string): Promise<void>
  reload(): Promise<void>
  /** Waits until it can be seen. */
  see(sought: Sought): Promise<void>
  click(sought: Sought): Promise<void>
  /** Replaces what stands in the field with this label. */
  fill(label: string | RegExp, text: string): Promise<void>
  /** Picks an option of a list by its visible words. */
  pick(label: string | RegExp, option: string): Promise<void>
  press(key: 'Enter'): Promise<void>
  /** Answers "Choose files" with these paths. */
  choose(paths: readonly string[]): Promise<void>
  readonly engine: string
  /** Folder in which this browser's downloads land. */
  readonly downloads: string
  screenshot(path: string): Promise<void>
  /** Ends the browser and everything that was started for it; its profile goes too. */
  close(): Promise<void>
}

export interface Engine {
  readonly name: string
  takeSeat(url: string): Promise<Seat>
}
