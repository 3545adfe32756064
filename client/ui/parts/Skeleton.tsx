/** Bones of the final size, shown after 150 ms. */
export function RowSkeleton({ rows = 5, label }: { readonly rows?: number; readonly label: string }) {
  return (
    <div aria-busy="true">
      <span className="sr-only" role="status">
        {label}
      </span>
      <div aria-hidden="true">
        {Array.from({ length: rows }, (_, row) => `bone ${row}`).map(row => (
          <div
            key={row}
            className="grid min-h-22 grid-cols-[2.5rem_minmax(0,1fr)] gap-x-3 px-(--gutter) py-3 wide:px-5"
          >
            <span className="bone size-10" />
            <span className="grid content-start gap-2 pt-1">
              <span className="bone h-3 w-2/5" />
              <span className="bone h-3 w-3/5" />
              <span className="bone h-3 w-1/3" />
            </span>
          </div>
        ))}
      </div>
    </div>
  )
}

export function PageSkeleton() {
  return (
    <div aria-busy="true" className="grid gap-4 p-(--gutter)">
      <span className="sr-only" role="status">
        Opening
      </span>
      <span aria-hidden="true" className="bone h-8 w-56 max-w-full" />
      <span aria-hidden="true" className="bone h-4 w-80 max-w-full" />
      <span aria-hidden="true" className="bone h-40 w-full max-w-2xl" />
    </div>
  )
}
