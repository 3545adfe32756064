/** Port: hands one letter over to a mail server, or to a folder. */

/** A letter written out, plain and HTML. */
export interface WrittenLetter {
  readonly mailId: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Mailer {
  /** Resolves once the letter has been accepted; rejects where it may be tried again later. */
  deliver(letter: WrittenLetter): Promise<void>
  close(): Promise<void>
}
