import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

interface RowWindow {
  readonly ref: RefObject<HTMLDivElement | null>
  /** Rows from `first` up to, not with, `last` are drawn. */
  readonly first: number
  readonly last: number
  readonly onScroll: () => void
}

const spare = 10

/** Which rows of a scrolling box are seen, with some to spare; all rows are equally high. */
export function useWindow({ count, rowHeight }: { count: number; rowHeight: number }): RowWindow {
  const ref = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(0)
  useLayoutEffect(() => {
    const box = ref.current
    if (box === null) return
    const watch = new ResizeObserver(() => setHeight(box.clientHeight))
    watch.observe(box)
    return () => watch.disconnect()
  }, [])
  const seen = Math.floor(top / rowHeight)
  const first = Math.max(0, Math.min(count, seen) - spare)
  const last = Math.min(count, seen + Math.ceil(height / rowHeight) + spare)
  return { ref, first, last, onScroll: () => setTop(ref.current?.scrollTop ?? 0) }
}
