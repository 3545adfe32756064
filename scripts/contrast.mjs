/**
 * Proves the colours: every pair of roles that meet on a screen has the contrast that WCAG 2.2 asks for (1.4.3 and
 * 1.4.11), in both schemes. Exit 1 on a shortfall, and on a colour role that is in no pair. `--table` shows all of it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const tokensFile = fileURLToPath(new URL('../client/ui/tokens.css', import.meta.url))
const planes = ['canvas', 'surface', 'raised', 'fill', 'fill-strong', 'selected']
const softs = ['accent-soft', 'good-soft', 'warn-soft', 'bad-soft']
const text = 4.5
const part = 3
const plate = 7

/** Front, what it stands on, the least ratio. */
const pairs = [
  ...['ink', 'ink-2', 'ink-3', 'accent', 'bad', 'good', 'warn'].map(front => [front, planes, text]),
  ['on-accent', ['accent', 'accent-hover', 'accent-press'], text],
  ['on-bad', ['bad-fill'], text],
  ['accent-ink', ['accent-soft'], text],
  ...['good', 'warn', 'bad'].map(front => [front, [`${front}-soft`], text]),
  ['ink', softs, text],
  ['edge', ['canvas', 'surface', 'raised'], part],
  ['focus', [...planes, ...softs], part],
  ['mark', planes, part],
  ['mark-own', planes, part],
  ['accent', ['track', 'canvas', 'surface'], part],
  ...['good', 'bad', 'ink-3'].map(front => [front, ['track'], part]),
  ['accent', ['surface', 'canvas', 'raised'], part],
  ['bad-fill', ['surface', 'canvas', 'raised'], part],
  ['plate-ink', ['plate'], plate],
]

/** Decoration that tells nothing alone, and what dims the page under a dialog. */
const withoutPair = new Set(['line', 'scrim'])

/** Colour roles of the tokens file: name -> [light, dark] as [r, g, b]. */
export function readRoles(css) {
  const roles = new Map()
  for (const [, name, value] of css.matchAll(/--([a-z0-9-]+):\s*([^;]+);/g)) {
    const both = /^light-dark\(\s*(.+?)\s*,\s*((?:#|rgb).+?)\s*\)$/.exec(value)
    const colours = both === null ? [value, value] : [both[1], both[2]]
    if (colours.every(colour => /^(#[0-9a-f]{6}|rgb\([^)]*\))$/i.test(colour))) roles.set(name, colours)
  }
  return roles
}

/** Relative luminance of `#rrggbb` (WCAG 2.2, definition of the term). */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map(at => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** Every pair in both schemes, and what is wrong with the tokens. */
export function prove(css) {
  const roles = readRoles(css)
  const complaints = []
  const lines = []
  const met = new Set(withoutPair)
  for (const [front, grounds, least] of pairs) {
    for (const ground of grounds) {
      met.add(front).add(ground)
      const [fronts, behinds] = [roles.get(front), roles.get(ground)]
      if (fronts === undefined || behinds === undefined) {
        complaints.push(`--${fronts === undefined ? front : ground} is not among the tokens`)
        continue
      }
      for (const [scheme, name] of ['light', 'dark'].entries()) {
        const ratio = contrast(fronts[scheme], behinds[scheme])
        lines.push(`${name.padEnd(5)} ${front.padEnd(10)} on ${ground.padEnd(12)} ${ratio.toFixed(2)} of ${least}`)
        if (ratio < least) complaints.push(`${name}: --${front} on --${ground} has ${ratio.toFixed(2)}, asked ${least}`)
      }
    }
  }
  for (const name of roles.keys()) if (!met.has(name)) complaints.push(`--${name} is in no pair`)
  return { lines, complaints }
}

if (process.argv[1] !== undefined && join(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { lines, complaints } = prove(readFileSync(tokensFile, 'utf8'))
  if (process.argv.includes('--table')) console.log(lines.join('\n'))
  for (const complaint of complaints) console.error(complaint)
  console.log(`Colours: ${lines.length} pairs looked at, ${complaints.length} wrong.`)
  process.exitCode = complaints.length === 0 ? 0 : 1
}
