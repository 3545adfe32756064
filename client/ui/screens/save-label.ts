import { format } from '../format.ts'

interface Choice {
  readonly chosen: number
  readonly all: number
  /** The whole has been saved before. */
  readonly again: boolean
}

/** What the main button of a received transfer says. */
export function saveLabel({ chosen, all, again }: Choice): string {
  if (chosen < all) return `Save ${format.files(chosen)}`
  return again ? 'Save again' : all === 1 ? 'Save the file' : 'Save all'
}
