/** The look of a link inside text. */
export const textLink = 'rounded-r1 text-accent underline decoration-1 underline-offset-4'
