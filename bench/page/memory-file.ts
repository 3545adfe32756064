/** A file whose bytes are in this worker's memory, so that reading it asks no other process. */
export class MemoryFile extends File {
  readonly #bytes: Uint8Array<ArrayBuffer>

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    super([], 'memory', { lastModified: 0 })
    this.#bytes = bytes
  }

  override get size(): number {
    return this.#bytes.length
  }

  override slice(start = 0, end = this.#bytes.length): File {
    return new MemoryFile(this.#bytes.subarray(start, end))
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const bytes = this.#bytes
    let at = 0
    return new ReadableStream({
      type: 'bytes',
      pull(controller) {
        const { byobRequest } = controller
        const view = byobRequest?.view
        if (byobRequest === null || !(view instanceof Uint8Array)) throw new TypeError('read it with buffers')
        const part = bytes.subarray(at, at + view.length)
        view.set(part)
        at += part.length
        if (part.length === 0) controller.close()
        byobRequest.respond(part.length)
      },
    })
  }
}
