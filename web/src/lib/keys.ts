// The keyboard: one handler for the whole page; whoever is shown last hears first.

export type KeyHandler = (key: string, event: KeyboardEvent) => boolean

const handlers: KeyHandler[] = []

/** Adds a handler that says whether it used the key; returns how to take it away. */
export function onKey(handler: KeyHandler): () => void {
  handlers.push(handler)
  return () => {
    const at = handlers.indexOf(handler)
    if (at >= 0) handlers.splice(at, 1)
  }
}

export function startKeys(): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const target = event.target as HTMLElement | null
    const typing = target !== null && /^(input|textarea|select)$/i.test(target.tagName)
    if (typing && event.key !== 'Escape') return
    if (event.key === 'Escape' && typing) {
      target.blur()
      return
    }
    // Buttons and links keep the keys that press them.
    const pressing = target !== null && /^(button|a|summary)$/i.test(target.tagName)
    if (pressing && (event.key === 'Enter' || event.key === ' ')) return
    if (target?.closest('dialog') && event.key !== 'Escape') return
    for (let i = handlers.length - 1; i >= 0; i--) {
      if (handlers[i]?.(event.key, event)) {
        event.preventDefault()
        return
      }
    }
  })
}
