export type Part = 'lanes' | 'peers' | 'journey' | 'command'
export const parts: readonly Part[]
export function chosenParts(args: readonly string[]): ReadonlySet<Part>
