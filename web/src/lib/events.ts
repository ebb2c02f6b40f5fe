import { EventParser, type ServerEvent } from './sse'
import type { FarmEvent } from './types'

// One stream of events for all tabs of a browser, since HTTP/1.1 gives it six connections in all. The tabs take
// turns with a lock that the browser keeps: whoever has it reads the stream and tells the others. When that tab
// is closed, the next one goes on from the last revision that it heard of. Nothing is ever polled.

export type Connection = 'connecting' | 'live' | 'lost'

export interface EventSink {
  /** Events in the order in which they came; several at once. */
  events(batch: FarmEvent[]): void
  connection(state: Connection): void
}

type Word = { batch: FarmEvent[]; revision: string } | { state: Connection }

const LOCK = 'blenderer-events'
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 15_000

/** Follows the farm from a revision on until the signal ends it. */
export function follow(from: number, sink: EventSink, signal: AbortSignal): void {
  let revision = String(from)
  const channel = 'BroadcastChannel' in self ? new BroadcastChannel('blenderer-events') : undefined
  let state: Connection = 'connecting'
  const say = (next: Connection) => {
    state = next
    sink.connection(next)
    channel?.postMessage({ state: next } satisfies Word)
  }
  if (channel) {
    channel.onmessage = (message: MessageEvent<Word | { ask: true }>) => {
      const word = message.data
      if ('ask' in word) {
        if (leading) channel.postMessage({ state } satisfies Word)
      } else if ('state' in word) sink.connection(word.state)
      else {
        revision = word.revision
        sink.events(word.batch)
      }
    }
  }
  let leading = false
  const lead = async () => {
    leading = true
    let pause = FIRST_PAUSE
    while (!signal.aborted) {
      try {
        await read(
          revision,
          (batch, last) => {
            pause = FIRST_PAUSE
            revision = last ?? revision
            sink.events(batch)
            channel?.postMessage({ batch, revision } satisfies Word)
          },
          () => say('live'),
          signal,
        )
      } catch {
        // Said below; the way back is the same whatever cut it.
      }
      if (signal.aborted) return
      say('lost')
      await new Promise((go) => setTimeout(go, pause * (0.75 + Math.random() / 2)))
      pause = Math.min(LONGEST_PAUSE, pause * 2)
    }
  }
  if (channel && navigator.locks) {
    navigator.locks.request(LOCK, { signal }, lead).catch(() => {})
    channel.postMessage({ ask: true })
  } else void lead()
  signal.addEventListener('abort', () => channel?.close())
}

async function read(
  revision: string,
  heard: (batch: FarmEvent[], last: string | undefined) => void,
  open: () => void,
  signal: AbortSignal,
): Promise<void> {
  const headers = { Accept: 'text/event-stream', 'Last-Event-ID': revision }
  const answer = await fetch('/v1/events', { headers, credentials: 'same-origin', cache: 'no-store', signal })
  if (!answer.ok || !answer.body) throw new Error(`events: ${answer.status}`)
  open()
  const reader = answer.body.getReader()
  const decoder = new TextDecoder()
  const parser = new EventParser()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const events = parser.push(decoder.decode(value, { stream: true }))
    if (events.length > 0) heard(events.flatMap(parsed), lastId(events))
  }
}

function lastId(events: ServerEvent[]): string | undefined {
  for (let i = events.length - 1; i >= 0; i--) {
    const id = events[i]?.id
    if (id !== undefined) return id
  }
  return undefined
}

function parsed(event: ServerEvent): FarmEvent[] {
  try {
    return [JSON.parse(event.data) as FarmEvent]
  } catch {
    return []
  }
}
