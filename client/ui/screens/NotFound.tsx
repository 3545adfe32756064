import { LinkButton } from '../parts/Button.tsx'
import { Body, TopBar } from '../parts/Page.tsx'

export function NotFound() {
  return (
    <>
      <TopBar title="No such page" />
      <Body>
        <p className="text-ink-2">Nothing stands at this address. What you received is in the inbox.</p>
        <div>
          <LinkButton href="/inbox" kind="main">
            Go to the inbox
          </LinkButton>
        </div>
      </Body>
    </>
  )
}
