/** The look of a link inside text. */
export const textLink = 'rounded-r1 text-accent underline decoration-1 underline-offset-4'

/** The same on a line of its own, where a finger has to find it. */
export const lineLink = `${textLink} inline-flex min-h-11 items-center fine:min-h-0`
