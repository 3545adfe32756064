import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { App } from '#client/app/views.ts'
import { AppContext, DraftContext } from './app-context.ts'
import { createDraft } from './draft.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { applyScheme, preferences } from './preferences.ts'
import { Routes } from './Routes.tsx'
import './styles.css'

/** Draws all screens into `root`; returns how to take them off again. */
export function mountUi(app: App, root: HTMLElement): () => void {
  const page = root.ownerDocument.documentElement
  const applyNow = () => applyScheme(preferences.get().scheme, page)
  applyNow()
  const forget = preferences.subscribe(applyNow)
  const view = createRoot(root)
  view.render(
    <StrictMode>
      <ErrorBoundary>
        <AppContext.Provider value={app}>
          <DraftContext.Provider value={createDraft()}>
            <Routes />
          </DraftContext.Provider>
        </AppContext.Provider>
      </ErrorBoundary>
    </StrictMode>,
  )
  return () => {
    forget()
    view.unmount()
  }
}
