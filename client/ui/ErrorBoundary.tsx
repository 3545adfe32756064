import { Component, type ReactNode } from 'react'
import { Button } from './parts/Button.tsx'

interface ErrorBoundaryProps {
  readonly children: ReactNode
  readonly reload?: () => void
}

/** Catches what no screen expected. Nothing is lost by loading again: files and keys are stored already. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    const reload = this.props.reload ?? (() => window.location.reload())
    return (
      <main className="mx-auto grid max-w-[31rem] content-start gap-4 px-(--gutter) py-16" role="alert">
        <h1 className="text-t5 font-heading tracking-tight">This page stopped working</h1>
        <p className="text-ink-2">
          Something went wrong on our side. What is stored on this device is safe. Load the page again to go on.
        </p>
        <div>
          <Button kind="main" onClick={reload}>
            Reload
          </Button>
        </div>
      </main>
    )
  }
}
