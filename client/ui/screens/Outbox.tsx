import { useApp, useLive } from '../app-context.ts'
import { LinkButton } from '../parts/Button.tsx'
import { EmptyState } from '../parts/EmptyState.tsx'
import { OutboxCard } from '../parts/OutboxCard.tsx'
import { Body, TopBar } from '../parts/Page.tsx'

/** What has not gone out yet. */
export function Outbox() {
  const rows = useLive(useApp().outbox)
  return (
    <>
      <TopBar title="Outbox" />
      <Body>
        {rows.length === 0 ? (
          <EmptyState
            title="Nothing waits here"
            actions={
              <LinkButton href="/send" kind="main">
                Send files
              </LinkButton>
            }
          >
            What you send while you are offline is sealed at once, waits here, and goes out by itself.
          </EmptyState>
        ) : (
          <>
            <p className="text-ink-2">Sealed files go out by themselves, in this order, while you are online.</p>
            <h2 className="sr-only">Transfers</h2>
            <ol className="flex flex-col gap-4">
              {rows.map(row => (
                <OutboxCard key={row.id} row={row} />
              ))}
            </ol>
          </>
        )}
      </Body>
    </>
  )
}
