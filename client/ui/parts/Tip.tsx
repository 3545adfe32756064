import type { ReactElement } from 'react'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'

interface WithTipProps {
  readonly tip: string
  /** A control that can have the focus. */
  readonly children: ReactElement
}

/** The words of a control that shows an icon alone, for a pointer that rests on it and for keyboard focus. */
export function WithTip({ tip, children }: WithTipProps) {
  return (
    <TooltipTrigger delay={600} closeDelay={0}>
      {children}
      <Tooltip
        offset={6}
        // The control is named by these words already; a description would say them twice.
        aria-hidden="true"
        className="max-w-64 rounded-r1 bg-raised px-2 py-1 text-t1 font-medium text-ink shadow-e2"
      >
        {tip}
      </Tooltip>
    </TooltipTrigger>
  )
}
