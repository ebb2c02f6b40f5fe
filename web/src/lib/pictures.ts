// Pictures for canvases: fetched a few at a time, newest wish first, decoded, and the least recently shown let go
// when they take too much memory.

export class Pictures {
  private ready = new Map<string, ImageBitmap>()
  private failed = new Set<string>()
  private wanted: string[] = []
  private loading = new Map<string, AbortController>()
  private pixels = 0
  private closed = false

  /**
   * @param most pixels in memory, at 4 bytes each
   * @param landed hears of each picture that can be drawn now
   */
  constructor(
    private readonly most: number,
    private readonly landed: () => void,
    private readonly atOnce = 4,
  ) {}

  /** The picture if it is here; else it is fetched, before what was wished for earlier. */
  get(url: string): ImageBitmap | undefined {
    const picture = this.peek(url)
    if (picture || this.failed.has(url) || this.loading.has(url)) return picture
    this.wanted.push(url)
    if (this.wanted.length > 600) this.wanted.splice(0, this.wanted.length - 600)
    this.next()
    return undefined
  }

  peek(url: string): ImageBitmap | undefined {
    const picture = this.ready.get(url)
    if (picture) {
      this.ready.delete(url)
      this.ready.set(url, picture)
    }
    return picture
  }

  has(url: string): boolean {
    return this.ready.has(url) || this.failed.has(url)
  }

  /** Forgets what is waited for and not yet under way. */
  forget(): void {
    this.wanted.length = 0
  }

  close(): void {
    this.closed = true
    this.wanted.length = 0
    for (const load of this.loading.values()) load.abort()
    for (const picture of this.ready.values()) picture.close()
    this.ready.clear()
  }

  private next(): void {
    while (this.loading.size < this.atOnce) {
      const url = this.wanted.pop()
      if (url === undefined) return
      if (this.ready.has(url) || this.loading.has(url) || this.failed.has(url)) continue
      const ends = new AbortController()
      this.loading.set(url, ends)
      void this.load(url, ends.signal)
    }
  }

  private async load(url: string, signal: AbortSignal): Promise<void> {
    try {
      const answer = await fetch(url, { credentials: 'same-origin', signal })
      if (!answer.ok) throw new Error(`${answer.status}`)
      const picture = await createImageBitmap(await answer.blob())
      if (this.closed) {
        picture.close()
        return
      }
      this.ready.set(url, picture)
      this.pixels += picture.width * picture.height
      for (const [old, gone] of this.ready) {
        if (this.pixels <= this.most || old === url) break
        this.ready.delete(old)
        this.pixels -= gone.width * gone.height
        gone.close()
      }
    } catch {
      if (!signal.aborted) this.failed.add(url)
    }
    this.loading.delete(url)
    if (this.closed) return
    this.landed()
    this.next()
  }
}
