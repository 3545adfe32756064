/** Ciphertext over HTTP, where the blob store has no URLs of its own. */
import { pipeline } from 'node:stream/promises'
import { type Request, type Response, Router } from 'express'
import { Problem } from '#shared/contract/problems.ts'
import type { Services } from '../services/services.ts'

type Direct = NonNullable<Services['directBlobs']>

const grantOf = (request: Request): string => {
  const token = request.headers['x-datacrypt-grant']
  if (typeof token !== 'string') throw new Problem('grant-refused')
  return token
}

/** PUT /api/blobs/:blob/parts/:n and ranged GET /api/blobs/:blob, each under a grant in a header. */
export function blobRoutes(direct: Direct): Router {
  const router = Router()
  router.put('/:blob/parts/:n', async (request, response) => {
    // A refused part is not read to its end: the connection ends with the answer.
    response.setHeader('Connection', 'close')
    await direct.putPart(grantOf(request), Number(request.params.n), request)
    response.removeHeader('Connection')
    response.status(204).end()
  })
  router.get('/:blob', async (request, response) => {
    await sendRange(direct, request, response)
  })
  return router
}

async function sendRange(direct: Direct, request: Request, response: Response): Promise<void> {
  const range = parseRange(request.headers.range)
  const served = await direct.openRange(grantOf(request), range)
  response.status(range === null ? 200 : 206)
  response.setHeader('Content-Type', 'application/octet-stream')
  response.setHeader('Content-Disposition', 'attachment')
  response.setHeader('Content-Length', String(served.to - served.from))
  response.setHeader('Accept-Ranges', 'bytes')
  response.setHeader('Cache-Control', 'no-store')
  if (range !== null) response.setHeader('Content-Range', `bytes ${served.from}-${served.to - 1}/${served.total}`)
  await pipeline(served.body, response).catch(ignoreHangUp)
}

/** A reader that goes away is no fault of ours. */
function ignoreHangUp(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
}

/** One range of RFC 9110 §14.1.2; null for none. Ends are inclusive. */
export function parseRange(header: string | undefined): { from?: number; to?: number; suffix?: number } | null {
  if (header === undefined) return null
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header)
  const [, from = '', last = ''] = match ?? []
  if (match === null || (from === '' && last === '')) throw new Problem('bad-request')
  if (from === '') return { suffix: Number(last) }
  return last === '' ? { from: Number(from) } : { from: Number(from), to: Number(last) }
}
