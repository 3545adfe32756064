/** The parts of a run, for the script that prepares them and the one that runs them. */

export const parts = ['lanes', 'peers', 'journey', 'command']

/** The parts that `--only=a,b` names, or all; ends the process with a sentence where one of them is unknown. */
export function chosenParts(args) {
  const only = args
    .find(argument => argument.startsWith('--only='))
    ?.slice('--only='.length)
    .split(',')
  const unknown = only?.find(part => !parts.includes(part))
  if (unknown === undefined) return new Set(only ?? parts)
  console.error(`--only takes ${parts.join(', ')}; "${unknown}" is none of them.`)
  process.exit(1)
}
