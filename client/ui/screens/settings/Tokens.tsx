import { lazy, Suspense, useRef, useState } from 'react'
import type { App } from '#client/app/views.ts'
import { tokenLimits } from '#shared/contract/limits.ts'
import type { TokenView } from '#shared/contract/sessions.ts'
import { useApp, useNow } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { focusInstead } from '../../parts/dialog-focus.ts'
import { Row, Rows, Section } from './Section.tsx'
import { tokenLine } from './security-words.ts'
import { Unasked } from './Unasked.tsx'
import { useAsked } from './use-asked.ts'

const Ask = lazy(async () => ({ default: (await import('./Ask.tsx')).Ask }))
const NewToken = lazy(async () => ({ default: (await import('./NewToken.tsx')).NewToken }))

const load = (app: App) => app.tokens()

/** What programs log in with. */
export function Tokens() {
  const asked = useAsked(load)
  const heading = useRef<HTMLHeadingElement>(null)
  const [creating, setCreating] = useState(false)
  const [said, setSaid] = useState('')
  const revoked = async () => {
    await asked.reload()
    setSaid('The token is revoked.')
    focusInstead(heading.current)
  }
  const full = (asked.value?.length ?? 0) >= tokenLimits.perPerson
  return (
    <Section
      title="API tokens"
      heading={heading}
      below="For programs that speak to the server in your name. A token opens no keys: what is sealed stays closed to it."
      aside={
        asked.value === undefined || full ? null : (
          <Button tight onPress={() => setCreating(true)}>
            New token
          </Button>
        )
      }
    >
      <p role="status" className="sr-only">
        {said}
      </p>
      {asked.value === undefined ? (
        <Unasked asked={asked} what="Your tokens" rows={1} />
      ) : asked.value.length === 0 ? (
        <p className="p-4 text-t2 text-ink-2 md:px-5">No token yet. Make one for a script or another program.</p>
      ) : (
        <Rows label="API tokens">
          {asked.value.map(token => (
            <TokenRow key={token.tokenId} token={token} onRevoked={() => void revoked()} />
          ))}
        </Rows>
      )}
      <Suspense>
        {creating ? <NewToken onClose={() => setCreating(false)} onMade={() => void asked.reload()} /> : null}
      </Suspense>
    </Section>
  )
}

function TokenRow({ token, onRevoked }: { readonly token: TokenView; readonly onRevoked: () => void }) {
  const app = useApp()
  const now = useNow()
  const [asking, setAsking] = useState(false)
  return (
    <Row
      title={<bdi>{token.name}</bdi>}
      below={tokenLine(token, now)}
      action={
        <Button kind="risk" tight label={`Revoke token ${token.name}`} onPress={() => setAsking(true)}>
          Revoke
        </Button>
      }
    >
      <Suspense>
        {asking ? (
          <Ask
            title={`Revoke the token ${token.name}?`}
            verb="Revoke token"
            busy="Revoking…"
            stay="Keep it"
            work={() => app.revokeToken(token.tokenId)}
            onClose={() => setAsking(false)}
            onDone={onRevoked}
          >
            <p>Programs that use it are refused at once, and it can't be brought back.</p>
          </Ask>
        ) : null}
      </Suspense>
    </Row>
  )
}
