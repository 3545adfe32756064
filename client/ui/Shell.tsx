import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { PickedFile } from '#client/app/views.ts'
import { useApp, useDraft } from './app-context.ts'
import { KeysDialog } from './KeysDialog.tsx'
import { useKeys } from './keys.ts'
import { SideBar, TabBar } from './Navigation.tsx'
import { AppBanner } from './parts/Banner.tsx'
import { DropVeil, useWindowDrop } from './parts/DropTarget.tsx'
import { preferences } from './preferences.ts'

/** The frame of the open app: bars, banner, keys of the keyboard, drops anywhere. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const keysShown = useShellKeys()
  const over = useDropsToDraft()
  return (
    <div className="grid min-h-dvh grid-cols-[100%] md:grid-cols-[5.5rem_minmax(0,1fr)] wide:grid-cols-[15rem_minmax(0,1fr)]">
      <a href="#main" className="absolute start-4 -top-16 z-50 rounded-r2 bg-raised px-4 py-3 text-accent focus:top-4">
        Skip to content
      </a>
      <SideBar />
      <main
        id="main"
        tabIndex={-1}
        className="flex min-w-0 flex-col pb-24 outline-none md:pb-0 wide:has-[[data-split]]:h-dvh"
      >
        <AppBanner />
        {children}
      </main>
      <TabBar />
      {over === null ? null : <DropVeil count={over} />}
      {keysShown.open ? <KeysDialog onClose={keysShown.close} /> : null}
    </div>
  )
}

function useShellKeys() {
  const app = useApp()
  const [, navigate] = useLocation()
  const [open, setOpen] = useState(false)
  const actions = useMemo(
    () => ({
      go: (path: string) => navigate(path),
      back: () => document.querySelector<HTMLElement>('[data-key="Escape"]')?.click(),
      lock: () => app.lock(),
      showKeys: () => setOpen(true),
      letters: () => preferences.get().letters,
    }),
    [app, navigate],
  )
  useKeys(actions)
  return { open, close: () => setOpen(false) }
}

function useDropsToDraft(): number | null {
  const draft = useDraft()
  const [, navigate] = useLocation()
  const take = useCallback(
    (files: readonly PickedFile[]) => {
      if (files.length === 0) return
      draft.addFiles(files)
      navigate('/send')
    },
    [draft, navigate],
  )
  return useWindowDrop(take)
}
