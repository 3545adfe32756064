/** Port: hands one letter over to a mail server, or to a folder. */

/** A letter written out, plain and HTML. */
export interface WrittenLetter {
  /** Letters, digits, `-` and `_`; also its Message-ID, so that a letter delivered twice is one to its reader's client. */
  readonly mailId: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Mailer {
  /**
   * Resolves once the letter has been accepted. Rejects with `unavailable` where it has not been: `permanent` says
   * whether the server refused this letter for good, or it may be tried again later. Rejects with `bad-request` where
   * `to` or `mailId` could not stand in a letter's head.
   */
  deliver(letter: WrittenLetter): Promise<void>
  close(): Promise<void>
}
