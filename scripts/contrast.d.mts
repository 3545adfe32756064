/** Contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(one: string, other: string): number
/** Every pair of roles in both schemes, and what is wrong with the tokens. */
export function prove(css: string): { lines: string[]; complaints: string[] }
