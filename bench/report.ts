/** What a run leaves behind: RESULTS.md to read, results.json to compute with. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { markdownOf, type Section } from './figures.ts'

export interface Report {
  readonly at: string
  readonly quick: boolean
  readonly machine: string
  readonly sizes: string
  readonly sections: readonly Section[]
}

export function reportText({ at, quick, machine, sizes, sections }: Report): string {
  return `# Figures

Written by \`npm run bench${quick ? ' -- --quick' : ''}\` at ${at}.

Machine: ${machine}. ${sizes}

Every figure is a median of rounds that were interleaved with those of what stands beside it; the ratio is the median
of the rounds' own ratios. MB are 10^6 bytes.

${sections.map(markdownOf).join('\n\n')}
`
}

export async function writeReport(report: Report): Promise<void> {
  await writeFile(join(import.meta.dirname, 'RESULTS.md'), reportText(report))
  await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify(report, null, 2)}\n`)
}
