import { Link } from 'wouter'

/** The product's sign: a joined tally of four strokes. */
export function Sign({ size = 28 }: { readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 28 28"
      fill="currentColor"
      aria-hidden="true"
      className="flex-none text-accent"
    >
      <rect x="12.5" y="1" width="3" height="26" />
      <rect x="5" y="4" width="18" height="2" />
      <rect x="9" y="9" width="17" height="4" />
      <rect x="2" y="16" width="16" height="2" />
      <rect x="6" y="21" width="15" height="4" />
    </svg>
  )
}

/** Sign and name; the name leaves the rail. */
export function Brand({ rail = false }: { readonly rail?: boolean }) {
  return (
    <Link
      href="/"
      aria-label="DataCrypt"
      className="inline-flex min-h-11 items-center gap-2 rounded-r2 text-t3 tracking-tight text-ink"
    >
      <Sign />
      <b className={`font-[640] ${rail ? 'hidden wide:inline' : ''}`}>DataCrypt</b>
    </Link>
  )
}
