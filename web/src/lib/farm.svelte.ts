import { SvelteMap } from 'svelte/reactivity'
import { get, query } from './api'
import { follow, type Connection } from './events'
import type { FarmEvent, FarmNode, Identity, Job, Progress } from './types'

// The farm as this tab knows it: the newest row of each job and node, patched by events. Rows are replaced, never
// changed, and changes of one animation frame are shown together.

export class Farm {
  me = $state.raw<Identity | null>(null)
  connection = $state<Connection>('connecting')
  jobs = new SvelteMap<string, Job>()
  nodes = new SvelteMap<string, FarmNode>()
  /** Whether the lists were read at least once. */
  loaded = $state(false)
  moreJobs = $state(false)
  /** Goes up with whatever is heard of a job, its progress left out. */
  private after: string | undefined
  private stop: AbortController | undefined
  private waiting: FarmEvent[] = []
  private scheduled = false
  private listeners = new Set<(event: FarmEvent) => void>()
  private deleted = new Map<string, number>()

  /** Hears every event after it was taken in; returns how to stop. */
  listen(hear: (event: FarmEvent) => void): () => void {
    this.listeners.add(hear)
    return () => this.listeners.delete(hear)
  }

  /** Follows the farm from now on, as somebody. */
  async start(me: Identity): Promise<void> {
    this.me = me
    this.stop?.abort()
    this.stop = new AbortController()
    const { signal } = this.stop
    // Events from before the lists are read, so that nothing falls between the two.
    const { revision } = await get<{ revision: number }>('/v1/server', signal)
    follow(
      revision,
      {
        events: (batch) => this.take(batch),
        connection: (state) => {
          this.connection = state
          // A stream also ends because the sign-in has: whoever asks is told so.
          if (state === 'lost') void get('/v1/whoami').catch(() => {})
        },
      },
      signal,
    )
    await this.reload()
  }

  end(): void {
    this.stop?.abort()
    this.me = null
    this.jobs.clear()
    this.nodes.clear()
    this.loaded = false
  }

  /** Reads the first page of jobs and all nodes anew. */
  async reload(): Promise<void> {
    const [jobs, nodes] = await Promise.all([
      get<{ jobs: Job[]; next?: string }>(`/v1/jobs${query({ limit: 200 })}`),
      get<{ nodes: FarmNode[] }>('/v1/nodes'),
    ])
    const seen = new Set(nodes.nodes.map((node) => node.name))
    for (const name of [...this.nodes.keys()]) if (!seen.has(name)) this.nodes.delete(name)
    for (const node of nodes.nodes) this.nodes.set(node.name, node)
    for (const job of jobs.jobs) this.put(job)
    this.after = jobs.next
    this.moreJobs = jobs.next !== undefined
    this.loaded = true
  }

  async more(): Promise<void> {
    if (this.after === undefined) return
    const page = await get<{ jobs: Job[]; next?: string }>(`/v1/jobs${query({ limit: 500, after: this.after })}`)
    for (const job of page.jobs) this.put(job)
    this.after = page.next
    this.moreJobs = page.next !== undefined
  }

  /** Takes a row in unless a newer one is there. */
  put(job: Job): void {
    const known = this.jobs.get(job.id)
    const gone = this.deleted.get(job.id)
    if (gone !== undefined && gone >= job.revision) return
    if (!known || known.revision <= job.revision) this.jobs.set(job.id, job)
  }

  take(batch: FarmEvent[]): void {
    for (const event of batch) this.waiting.push(event)
    if (this.scheduled) return
    this.scheduled = true
    // A hidden tab draws no frames, and must not gather events for hours.
    if (document.hidden) setTimeout(() => this.apply(), 250)
    else requestAnimationFrame(() => this.apply())
  }

  apply(): void {
    this.scheduled = false
    const batch = this.waiting
    this.waiting = []
    // Of several rows of one thing only the newest is worth the work.
    const newest = new Map<string, number>()
    batch.forEach((event, at) => {
      if (event.kind === 'job' || event.kind === 'node') newest.set(`${event.kind} ${event.id}`, at)
    })
    batch.forEach((event, at) => {
      if ((event.kind === 'job' || event.kind === 'node') && newest.get(`${event.kind} ${event.id}`) !== at) return
      this.one(event)
    })
  }

  private one(event: FarmEvent): void {
    if (event.kind === 'reset') void this.reload().catch(() => {})
    else if (event.kind === 'job') {
      if (event.row) this.put(event.row as Job)
      else {
        this.deleted.set(event.id, event.revision)
        this.jobs.delete(event.id)
      }
    } else if (event.kind === 'node') {
      if (event.row) {
        const row = event.row as FarmNode
        const known = this.nodes.get(row.name)
        // Events do not say why a node is idle; what was said is true while it stays so.
        const idle = known && known.state === row.state && known.busy === row.busy ? known.idle : undefined
        this.nodes.set(row.name, row.idle === undefined && idle !== undefined ? { ...row, idle } : row)
      } else this.nodes.delete(event.id)
    }
    for (const hear of this.listeners) hear(event)
  }
}

export const farm = new Farm()

export function progressOf(event: FarmEvent): Progress | null {
  return event.kind === 'progress' ? (event.row as Progress) : null
}
