/** Reads an Express app's own table of routes, so that a test can tell when one was added. */
import { type Express, Router } from 'express'

interface Layer {
  readonly name: string
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> }
  readonly handle: { readonly stack?: readonly Layer[] }
}

type Use = (this: { readonly stack: readonly Layer[] }, ...handlers: unknown[]) => unknown

/** Express forgets the path that something was mounted under, so it is written down while `make` runs. */
export function routesOf(make: () => Express): string[] {
  const mounts = new WeakMap<Layer, string>()
  const prototype = Router.prototype as { use: Use }
  const { use } = prototype
  prototype.use = function (...handlers) {
    const before = this.stack.length
    const result = use.apply(this, handlers)
    const [path] = handlers
    for (const layer of this.stack.slice(before)) mounts.set(layer, typeof path === 'string' ? path : '')
    return result
  }
  try {
    const app = make() as unknown as { router: { stack: readonly Layer[] } }
    return walk(app.router.stack, '', mounts)
  } finally {
    prototype.use = use
  }
}

function walk(stack: readonly Layer[], prefix: string, mounts: WeakMap<Layer, string>): string[] {
  return stack.flatMap(layer => {
    if (layer.route !== undefined)
      return methodsOf(layer.route).map(method => `${method} ${prefix}${layer.route?.path}`)
    const mount = mounts.get(layer) ?? ''
    const path = prefix + (mount === '/' ? '' : mount)
    if (layer.handle.stack !== undefined) return walk(layer.handle.stack, path, mounts)
    // Middleware of the whole app is no route; what serves files is one.
    return mount !== '' && mount !== '/'
      ? [`any ${path}`]
      : layer.name === 'serveStatic'
        ? [`any ${path}/ (files)`]
        : []
  })
}

const methodsOf = (route: { methods: Readonly<Record<string, boolean>> }) =>
  Object.keys(route.methods).map(method => (method === '_all' ? 'any' : method.toUpperCase()))
