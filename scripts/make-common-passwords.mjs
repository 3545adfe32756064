/**
 * Makes client/public/common-passwords.bin from a list of passwords, the commonest first, one a line:
 *
 *     node scripts/make-common-passwords.mjs list.txt
 *
 * Those that a person could choose here (15 characters or more) are kept as the first five bytes of their SHA-256, in
 * order: nobody has to read them, and they are looked up by halving. Run by hand; the file is committed.
 */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

const [list] = process.argv.slice(2)
if (list === undefined) throw new Error('Say which list: node scripts/make-common-passwords.mjs list.txt')
const words = (await readFile(list, 'utf8')).split(/\r?\n/).map(word => word.normalize('NFKC').toLowerCase())
const long = [...new Set(words.filter(word => [...word].length >= 15))]
const digests = long.map(word => createHash('sha256').update(word).digest().subarray(0, 5)).sort(Buffer.compare)
await writeFile(new URL('../client/public/common-passwords.bin', import.meta.url), Buffer.concat(digests))
process.stdout.write(`${long.length} passwords\n`)
