/** Context, error translation and the kinds of procedure. */
import { initTRPC, TRPCError } from '@trpc/server'
import { Problem } from '#shared/contract/problems.ts'
import type { TokenScope } from '#shared/contract/sessions.ts'
import { budgets } from '../services/budgets.ts'
import type { Browser } from '../services/devices.ts'
import type { Services } from '../services/services.ts'
import type { Who } from '../services/sessions.ts'

export interface Context {
  readonly services: Services
  readonly who: Who | null
  /** The person of a session from a reset: {@link recovering} alone looks at it. */
  readonly recovering?: Who | null | undefined
  /** The caller's network, for limits and the list of sessions. */
  readonly from: string
  readonly browser?: Browser | undefined
  readonly setCookie: (cookie: string) => void
}

const t = initTRPC.context<Context>().create({
  // Stack traces never leave the server, whatever NODE_ENV says.
  isDev: false,
  errorFormatter({ shape, error }) {
    const problem = problemOf(error)
    return {
      ...shape,
      message: problem.code,
      data: { httpStatus: problem.status, code: shape.data.code, problem: problem.toJSON() },
    }
  },
})

/** What the caller is told of an error: ours as it is, a schema's as `bad-request`, anything else as `internal`. */
export function problemOf(error: TRPCError): Problem {
  if (error.cause instanceof Problem) return error.cause
  if (error.code === 'PAYLOAD_TOO_LARGE') return new Problem('too-large')
  if (error.code === 'INTERNAL_SERVER_ERROR') return new Problem('internal')
  if (error.code === 'NOT_FOUND') return new Problem('not-found')
  return new Problem('bad-request')
}

const translate = t.middleware(async ({ next }) => {
  const result = await next()
  if (!result.ok && result.error.cause instanceof Problem) {
    const { cause } = result.error
    throw new TRPCError({ code: cause.trpcCode, message: cause.code, cause })
  }
  return result
})

const limited = t.middleware(async ({ ctx, next }) => {
  await ctx.services.ground.limits.spend(budgets.calls, ctx.who?.userId ?? ctx.from)
  return next()
})

const { router: makeRouter, mergeRouters } = t

export { makeRouter as router, mergeRouters }

/** Anybody may call it. */
export const open = t.procedure.use(translate).use(limited)

/**
 * Only for a person: with a full session, or with an API token that has `scope`. `ctx.who` is the person. Throws
 * `logged-out`, or `scope-missing` for a token.
 */
export const personal = (scope: TokenScope) =>
  open.use(({ ctx, next }) => {
    if (ctx.who === null) throw new Problem('logged-out')
    if (ctx.who.via === 'token' && !ctx.who.scopes.includes(scope)) throw new Problem('scope-missing')
    return next({ ctx: { ...ctx, who: ctx.who } })
  })

/** Only with a full session, by cookie or JWT: never with an API token (`scope-missing`). */
export const session = open.use(({ ctx, next }) => {
  if (ctx.who === null) throw new Problem('logged-out')
  if (ctx.who.via === 'token') throw new Problem('scope-missing')
  return next({ ctx: { ...ctx, who: ctx.who } })
})

/** A session in which the password was typed within the last ten minutes; else `confirm-needed`. */
export const sensitive = session.use(async ({ ctx, next }) => {
  if (!(await ctx.services.sessions.isConfirmed(ctx.who))) throw new Problem('confirm-needed')
  return next()
})

/** Only with a session from a reset; `ctx.who` is the person who comes back. Throws `logged-out`. */
export const recovering = open.use(({ ctx, next }) => {
  if (!ctx.recovering) throw new Problem('logged-out')
  return next({ ctx: { ...ctx, who: ctx.recovering } })
})
