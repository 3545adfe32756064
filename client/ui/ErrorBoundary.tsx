import { Component, type ReactNode } from 'react'
import { Button } from './parts/Button.tsx'
import { PageTitle } from './parts/Page.tsx'

interface ErrorBoundaryProps {
  readonly children: ReactNode
  /** Another value tries again: the address, so that another screen can be gone to. */
  readonly place?: string
  readonly reload?: () => void
}

interface ErrorState {
  readonly broken: boolean
  readonly place: string | undefined
}

/** Catches what no screen expected. Nothing is lost by loading again: files and keys are stored already. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorState> {
  override state: ErrorState = { broken: false, place: this.props.place }

  static getDerivedStateFromError(): Partial<ErrorState> {
    return { broken: true }
  }

  static getDerivedStateFromProps({ place }: ErrorBoundaryProps, state: ErrorState): ErrorState | null {
    return place === state.place ? null : { broken: false, place }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return <Broken reload={this.props.reload ?? (() => window.location.reload())} />
  }
}

function Broken({ reload }: { readonly reload: () => void }) {
  return (
    <section className="grid max-w-[31rem] content-start gap-4 px-(--gutter) py-16" aria-label="Error">
      <PageTitle title="This page stopped working" className="text-t5" />
      <p className="text-ink-2" role="alert">
        Something went wrong on our side. What is stored on this device is safe. Load the page again to go on.
      </p>
      <div>
        <Button kind="main" onPress={reload}>
          Load again
        </Button>
      </div>
    </section>
  )
}
