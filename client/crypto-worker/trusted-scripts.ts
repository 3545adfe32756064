/** Which scripts a page or worker of ours may start: those that are named here, and no others (Trusted Types §4.3). */

interface PolicyFactory {
  createPolicy(name: 'default', rules: { createScriptURL(url: string): string | null }): unknown
}

declare const trustedTypes: PolicyFactory | undefined

/**
 * Makes the default policy of this page or worker: the addresses in `scripts` may be started as workers, markup and
 * code may be made from no text at all. Call it once, before anything starts a worker; where the browser has no Trusted
 * Types, it does nothing.
 */
export function allowScripts(scripts: readonly string[]): void {
  if (typeof trustedTypes === 'undefined') return
  const whole = (url: string) => new URL(url, location.origin).href
  const allowed = new Set(scripts.map(whole))
  trustedTypes.createPolicy('default', {
    // The browser refuses where there is no answer.
    createScriptURL: url => (allowed.has(whole(url)) ? whole(url) : null),
  })
}
