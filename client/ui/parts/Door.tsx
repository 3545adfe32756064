import type { ReactNode } from 'react'
import { AppBanner } from './Banner.tsx'
import { Brand } from './Brand.tsx'
import { classes } from './classes.ts'
import { PageTitle } from './Page.tsx'

interface DoorProps {
  /** Two columns, for a door with something beside it. */
  readonly pair?: boolean
  /** For more than one short form. */
  readonly wide?: boolean
  readonly children: ReactNode
}

/** A page in front of the app. */
export function Door({ pair = false, wide = false, children }: DoorProps) {
  return (
    <div className="grid min-h-dvh grid-rows-[auto_auto_1fr]">
      <AppBanner />
      <header className="flex items-center justify-between gap-4 px-(--gutter) py-3">
        <Brand />
      </header>
      <main
        className={classes(
          'mx-auto grid w-full content-start gap-8 px-(--gutter) pt-4 pb-12 md:pt-10',
          pair
            ? 'max-w-[68rem] lg:grid-cols-[minmax(0,26rem)_minmax(0,1fr)] lg:gap-x-24'
            : wide
              ? 'max-w-[50rem]'
              : 'max-w-[31rem]',
        )}
      >
        {children}
      </main>
    </div>
  )
}

/** The head of a door: what it is for, and one sentence. */
export function DoorTitle({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="grid gap-2">
      <PageTitle title={title} className="text-t5 tracking-[-0.02em] md:text-t6" />
      {children === undefined ? null : <p className="text-ink-2">{children}</p>}
    </div>
  )
}
