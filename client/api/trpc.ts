/** The typed door to the server: the only file that names it, and by type alone. */
import { createTRPCClient, type getFetch, httpBatchLink, httpLink, splitLink, TRPCClientError } from '@trpc/client'
import type { AppRouter } from '#server/trpc/router.ts'
import { Problem, problemFrom } from '#shared/contract/problems.ts'

export type Api = ReturnType<typeof makeApi>

/** Calls whose bodies are large go alone. */
const large = new Set(['transfers.complete'])

/**
 * The API at `origin` ('' is this page's own). Its calls fail with tRPC's error: read them through {@link ask}.
 */
export function makeApi(origin: string) {
  const options = { url: `${origin}/trpc`, methodOverride: 'POST' as const, fetch: fetchOurs }
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: operation => large.has(operation.path),
        true: httpLink(options),
        false: httpBatchLink({ ...options, maxItems: 20 }),
      }),
    ],
  })
}

/**
 * Waits for a call and turns its failure into a `Problem`: the server's own, `network` where there was no answer,
 * `not-our-server` where something else answered (a captive portal).
 */
export async function ask<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    throw readFailure(error)
  }
}

function readFailure(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (!(error instanceof TRPCClientError)) return new Problem('internal', { cause: error })
  if (error.cause instanceof Problem) return error.cause
  const data: unknown = error.data
  const told = typeof data === 'object' && data !== null && 'problem' in data ? problemFrom(data.problem) : null
  return told ?? new Problem('network', { cause: error })
}

const fetchOurs: ReturnType<typeof getFetch> = async (input, init) => {
  // tRPC's own type of `init` is the platform's, written down again.
  const response = await fetch(input, { ...(init as RequestInit), credentials: 'include' }).catch(cause => {
    throw new Problem('network', { cause })
  })
  if (response.headers.get('x-datacrypt') === null) throw new Problem('not-our-server')
  return response
}
