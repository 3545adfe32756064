/** Which bytes of which files a stretch of the plaintext is made of. Pure arithmetic. */

/** A file of a transfer as it was when sealing began. */
export interface SourceFile {
  readonly name: string
  readonly file: File
  readonly size: number
  readonly modified: number
}

/** A range of one file. */
export interface Piece extends SourceFile {
  readonly start: number
  readonly end: number
}

/** Remembers size and time of the picked files, so that a change is noticed. */
export function snapshot(files: readonly { readonly path: string; readonly file: File }[]): readonly SourceFile[] {
  return files.map(({ path, file }) => ({ name: path, file, size: file.size, modified: file.lastModified }))
}

/** The pieces of `length` plaintext bytes from `offset`, in order; what they fall short of it is padding. */
export function piecesOf(files: readonly SourceFile[], offset: number, length: number): readonly Piece[] {
  const pieces: Piece[] = []
  let before = 0
  for (const source of files) {
    const start = Math.max(0, offset - before)
    const end = Math.min(source.size, offset + length - before)
    if (start < end) pieces.push({ ...source, start, end })
    before += source.size
    if (before >= offset + length) break
  }
  return pieces
}
