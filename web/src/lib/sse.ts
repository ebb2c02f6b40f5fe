// Server-sent events out of a stream of text that comes in pieces.

export interface ServerEvent {
  event: string
  data: string
  id?: string
}

export class EventParser {
  private rest = ''
  private event = ''
  private data: string[] = []
  private id: string | undefined

  /** The events that this piece completes. */
  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = []
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop() ?? ''
    for (const raw of lines) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
      if (line === '') {
        if (this.data.length > 0) {
          events.push({ event: this.event || 'message', data: this.data.join('\n'), id: this.id })
        }
        this.event = ''
        this.data = []
        this.id = undefined
      } else if (line.startsWith('event:')) this.event = line.slice(6).trim()
      else if (line.startsWith('data:')) this.data.push(line.slice(line[5] === ' ' ? 6 : 5))
      else if (line.startsWith('id:')) this.id = line.slice(3).trim()
    }
    return events
  }
}
