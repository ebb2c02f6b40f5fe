import { ApiError, get, query } from './api'

// The log of an attempt that is under way: the server is asked for what is new and answers when something is.

/** The task whose attempt is followed. */
export interface Followed {
  step: number
  index: number
  item: string
  node?: string
}

interface LiveLog {
  lease: string
  node: string
  from: number
  text: string
  next: number
  ended: boolean
  log?: string
}

const WAIT_SECONDS = 20
const PAUSE_MILLIS = 2000
/** What stands where lines were left out. */
export const GAP = '(…)\n'

/**
 * Tells new lines until the attempt has ended; a server that is away for a while is asked again.
 * Returns the attempt's lease, if there was one.
 */
export async function followLog(job: string, task: Followed, signal: AbortSignal, lines: (text: string) => void): Promise<string | undefined> {
  let lease: string | undefined
  let from = 0
  while (!signal.aborted) {
    try {
      const wait = lease === undefined ? 0 : WAIT_SECONDS
      const news = await get<LiveLog>(`/v1/jobs/${job}/frames/${task.step}/${task.index}/log${query({ lease, from: from || undefined, wait: wait || undefined })}`, signal)
      lease = news.lease
      if (news.text) lines((news.from > from ? GAP : '') + news.text)
      from = news.next
      if (news.ended) return lease
    } catch (e) {
      if (signal.aborted) return lease
      // It ended before anybody asked.
      if (e instanceof ApiError && e.code === 'not-running') return lease
      if (e instanceof ApiError && e.status !== 0 && e.status < 500 && e.status !== 429) throw e
      await new Promise((go) => setTimeout(go, PAUSE_MILLIS))
    }
  }
  return lease
}
