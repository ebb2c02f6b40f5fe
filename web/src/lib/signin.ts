// What stands behind "#" of a link that signs in. Browsers never send that part, so no log has it.

export type SignInLink = { kind: 'secret'; secret: string } | { kind: 'key' }

/** The secret in a link or in what a person pasted; null if there is none. */
export function secretIn(text: string): SignInLink | null {
  const word = text.trim()
  const match = /(bl[ski]_[A-Za-z0-9_-]{20,})\s*$/.exec(word)
  if (!match) return null
  const secret = match[1] as string
  return secret.startsWith('blk_') ? { kind: 'key' } : { kind: 'secret', secret }
}

/** Takes the secret out of the address, which then shows it no more, nor does the history. */
export function readLink(): SignInLink | null {
  const link = secretIn(location.hash)
  if (link) history.replaceState(null, '', location.pathname)
  return link
}
