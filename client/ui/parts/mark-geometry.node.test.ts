import { expect, test } from 'vitest'
import { groupsOf, markBoxes, markGrids, numbersTally, strokesOf, tallyFigure, tileTally } from './mark-geometry.ts'
import { inTallyOrder } from './Tally.tsx'

const miriam = '10477 88796 37146 07402 63891 78079'
const ines = '70632 10258 24642 83074 11677 35538'

test('the last digits 7 6 6 2 1 9 make the lengths 3 2 2 3 2 5, three thick and two thin ones and a thick one', () => {
  const strokes = strokesOf(miriam)
  expect(strokes.map(stroke => stroke.steps)).toEqual([3, 2, 2, 3, 2, 5])
  expect(strokes.map(stroke => stroke.thick)).toEqual([true, true, true, false, false, true])
})

test('each digit has its own stroke', () => {
  const all = Array.from({ length: 10 }, (_, digit) => strokesOf(`0000${digit}`)[0])
  expect(new Set(all.map(stroke => `${stroke?.steps} ${stroke?.thick}`)).size).toBe(10)
})

test('the groups are read whatever white space stands between', () => {
  expect(groupsOf(' 10477  88796\n37146 ')).toEqual(['10477', '88796', '37146'])
})

test('on a tile the strokes run left from x 29, centred in rows of 5', () => {
  expect(markBoxes(miriam, markGrids.tile)).toEqual([
    { x: 17, y: 6, width: 12, height: 3 },
    { x: 21, y: 11, width: 8, height: 3 },
    { x: 21, y: 16, width: 8, height: 3 },
    { x: 17, y: 22, width: 12, height: 1 },
    { x: 21, y: 27, width: 8, height: 1 },
    { x: 9, y: 31, width: 20, height: 3 },
    { x: 29, y: 5, width: 2, height: 30 },
  ])
})

test('small marks have no tile and rows of 4', () => {
  expect(markBoxes(miriam, markGrids.bare)).toEqual([
    { x: 9, y: 0.75, width: 9, height: 2.5 },
    { x: 12, y: 4.75, width: 6, height: 2.5 },
    { x: 12, y: 8.75, width: 6, height: 2.5 },
    { x: 9, y: 13.5, width: 9, height: 1 },
    { x: 12, y: 17.5, width: 6, height: 1 },
    { x: 3, y: 20.75, width: 15, height: 2.5 },
    { x: 18, y: 0, width: 2, height: 24 },
  ])
})

test('apart: two spines with a gap between', () => {
  const figure = tallyFigure(miriam, ines, 'apart', tileTally(10))
  expect([figure.width, figure.height]).toEqual([101, 80])
  expect(figure.left[0]).toEqual({ x: 24, y: 12.5, width: 21, height: 5 })
  expect(figure.left[6]).toEqual({ x: 45, y: 10, width: 3, height: 60 })
  expect(figure.right[0]).toEqual({ x: 56, y: 14, width: 21, height: 2 })
  expect(figure.right[6]).toEqual({ x: 53, y: 10, width: 3, height: 60 })
})

test('joined: one spine, and the strokes of a row meet at it', () => {
  const figure = tallyFigure(miriam, ines, 'joined', tileTally(10))
  expect([figure.width, figure.height]).toEqual([93, 80])
  expect(figure.right).toHaveLength(6)
  expect(figure.right.every(box => box.x === 48)).toBe(true)
})

test('slipped: the right half hangs half a row lower', () => {
  const apart = tallyFigure(miriam, ines, 'apart', tileTally(10))
  const slipped = tallyFigure(miriam, ines, 'slipped', tileTally(10))
  expect(slipped.height).toBe(85)
  expect(slipped.left).toEqual(apart.left)
  expect(slipped.right.map(box => box.y)).toEqual(apart.right.map(box => box.y + 5))
})

test('beside the numbers each row is 40 high', () => {
  const figure = tallyFigure(miriam, ines, 'apart', numbersTally)
  expect([figure.width, figure.height]).toEqual([200, 240])
})

test('both people see the same picture: the smaller identity hash stands left', () => {
  const one = { name: 'Miriam', fingerprint: miriam, identityHash: 'b', own: false }
  const other = { name: 'Ines', fingerprint: ines, identityHash: 'a', own: true }
  expect(inTallyOrder(one, other)).toEqual([other, one])
  expect(inTallyOrder(other, one)).toEqual([other, one])
})
