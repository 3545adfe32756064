/**
 * Logging in for programs: JWTs of a quarter of an hour, and a refresh token. The refresh token is the id of an API
 * session; each refresh gives another and ends the one before (RFC 9700 §2.2.2), and with it the JWTs that named it.
 */
import express, { type Request, type RequestHandler, Router } from 'express'
import * as z from 'zod/mini'
import { addressInput, loginInput } from '#shared/contract/account.ts'
import { attemptInput, factorProof, loginAttempt } from '#shared/contract/factors.ts'
import { Problem } from '#shared/contract/problems.ts'
import { budgets } from '../services/budgets.ts'
import type { LoggedIn, LoginCall } from '../services/login.ts'
import { networkOf } from '../services/places.ts'
import type { Services } from '../services/services.ts'
import type { NewSession } from '../services/sessions.ts'
import { browserOf } from './browser.ts'

export interface RestAuthOptions {
  readonly services: Services
  /** The network address that a caller is counted by. */
  readonly addressOf: (request: Request) => string
}

const bodyLimit = '64kb'

const verifyInput = z.object({ attempt: loginAttempt, proof: factorProof })
const refreshInput = z.object({ refreshToken: z.string().check(z.regex(/^[A-Za-z0-9_-]{20,64}$/)) })

/** Mounted at /api/auth. */
export function restAuthRoutes({ services, addressOf }: RestAuthOptions): Router {
  const { login, sessions, access } = services
  const fromOf = (request: Request) => networkOf(addressOf(request))
  /** A program has no cookies to be known by. */
  const callOf = (request: Request): LoginCall => ({
    from: fromOf(request),
    browser: { ...browserOf(request.headers), cookies: null },
    kind: 'api',
  })
  const tokensOf = async (session: NewSession) => {
    const { token, expiresAt } = await access.make(session.who)
    return { accessToken: token, tokenType: 'Bearer', expiresAt, refreshToken: session.bearer }
  }
  const enter = async ({ account, session }: LoggedIn) => ({
    state: 'done',
    account,
    ...(await tokensOf(session)),
  })

  const routes = Router()
  routes.use(async (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    await services.ground.limits.spend(budgets.calls, fromOf(request))
    next()
  })
  routes.get('/params', async (request, response) => {
    const { email } = parse(addressInput, request.query)
    response.json(await services.accounts.params(email, fromOf(request)))
  })
  routes.use(onlyJson, express.json({ limit: bodyLimit }))
  routes.post('/login', async (request, response) => {
    const answer = await login.begin(parse(loginInput, request.body), callOf(request))
    response.json(answer.state === 'factor' ? answer : await enter(answer))
  })
  routes.post('/send-otp', async (request, response) => {
    await login.sendCode(parse(attemptInput, request.body).attempt)
    response.json({})
  })
  routes.post('/verify-otp', async (request, response) => {
    response.json(await enter(await login.finish(parse(verifyInput, request.body), callOf(request))))
  })
  routes.post('/refresh', async (request, response) => {
    const { refreshToken } = parse(refreshInput, request.body)
    const renewed = await sessions.renew(refreshToken, fromOf(request))
    if (renewed === null) throw new Problem('logged-out')
    response.json(await tokensOf(renewed))
  })
  routes.post('/logout', async (request, response) => {
    const { authorization } = request.headers
    const { who } = authorization === undefined ? nobody : await services.callers.of({ authorization }, fromOf(request))
    if (who?.via !== 'session') throw new Problem('logged-out')
    await sessions.end(who)
    response.json({})
  })
  return routes
}

const nobody = { who: null }

/** A form of another site cannot send JSON without asking first (Fetch §3.2.5). */
const onlyJson: RequestHandler = (request, _response, next) => {
  next(request.is('application/json') === false ? new Problem('bad-request') : undefined)
}

function parse<Schema extends z.ZodMiniType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input ?? {})
  if (!parsed.success) throw new Problem('bad-request')
  return parsed.data
}
