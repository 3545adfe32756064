/** Measures in turn, round after round: neighbours in time share the machine's mood. */

/**
 * The rates of each measure, one a round. A round before them is not counted: it warms files, keys and compilers up.
 */
export async function interleave<Name extends string>(
  measures: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(measures) as Name[]
  const rates = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const rate = await measures[name]()
      if (round >= 0) rates[name].push(rate)
      process.stderr.write(`  ${name} ${rate.toFixed(0)}\n`)
    }
  }
  return rates
}
