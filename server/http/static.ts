/** The built app: hashed assets for ever, everything else asked for again. */
import { existsSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import express, { Router } from 'express'
import { Problem } from '#shared/contract/problems.ts'

const forEver = 'public, max-age=31536000, immutable'
const keepAs = (value: string) => (response: ServerResponse) => void response.setHeader('Cache-Control', value)

/** Serves `folder`; any path that is a page of the app answers with its shell. */
export function staticRoutes(folder: string): Router {
  const router = Router()
  const shell = join(folder, 'index.html')
  router.use('/assets', express.static(join(folder, 'assets'), { index: false, setHeaders: keepAs(forEver) }))
  router.use('/assets', (_request, _response, next) => next(new Problem('not-found')))
  router.use(express.static(folder, { index: false, setHeaders: keepAs('no-cache') }))
  router.get('/{*page}', (request, response, next) => {
    const isPage = request.accepts('html') !== false && !/\.[a-z0-9]{1,8}$/i.test(request.path)
    if (!isPage || !existsSync(shell)) return next(new Problem('not-found'))
    response.setHeader('Cache-Control', 'no-cache')
    response.sendFile(shell)
  })
  return router
}
