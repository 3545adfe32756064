/** The least that an upload can be: the same buffer put again and again, two at once. */
import { answerMeasures, timed } from './measures.ts'
import { memorySample } from './sample.ts'

const inFlight = 2

answerMeasures(async measure => {
  if (measure.what !== 'bare-put') throw new TypeError('not mine')
  const { bytes, partSize } = measure
  const body = memorySample(partSize)
  let next = 0
  const put = async () => {
    for (let n = next++; n * partSize < bytes; n = next++) {
      const length = Math.min(partSize, bytes - n * partSize)
      const answer = await fetch(`/bare/parts/${n}`, { method: 'PUT', body: body.subarray(0, length) })
      if (!answer.ok) throw new Error(`bare put: ${answer.status}`)
    }
  }
  return timed(bytes, () => Promise.all(Array.from({ length: inFlight }, put)))
})
