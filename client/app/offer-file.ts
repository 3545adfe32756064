/** A file that is made here, handed to the browser's downloads. */

/** A download that was started by a link reads its file for a while; the next start of the app removes the rest. */
export const linkLife = 60_000

/** Follows a link to it. */
export function offerFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.hidden = true
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), linkLife)
}
