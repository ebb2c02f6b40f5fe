import { get, query } from './api'
import { farm, progressOf } from './farm.svelte'
import { Film } from './film'
import { Tasks, type GridAnswer } from './grid'
import type { FarmEvent } from './types'

interface FilmAnswer {
  next: number | string
  more: boolean
  nodes: string[]
  index: number[]
  generation: number[]
  seconds: number[]
  node: number[]
  memoryMib: number[]
  preview: number[]
  picture: number[]
}

const PAUSE = 500

/** The tasks of one step of a job, kept up to date by the job's events. */
export class JobFrames {
  tasks = $state.raw<Tasks | null>(null)
  /** Goes up with every change of the tasks, of progress, or of the film: for what shows progress. */
  version = $state(0)
  /** Goes up with every change of the tasks or of the film. */
  changes = $state(0)
  error = $state.raw<unknown>(null)
  readonly percent = new Map<number, number>()
  readonly nodeOf = new Map<number, string>()
  readonly film = new Film()
  private filmNext: string | undefined
  private ends = new AbortController()
  private busy = false
  private again = false
  /** What is here does not fit any more: asked for anew, and shown until that comes. */
  private stale = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private last = 0
  private off: () => void

  constructor(
    readonly job: string,
    readonly step: number,
  ) {
    this.off = farm.listen((event) => this.heard(event))
    void this.read()
  }

  close(): void {
    this.off()
    this.ends.abort()
    clearTimeout(this.timer)
  }

  private heard(event: FarmEvent): void {
    if (event.kind === 'reset' || (event.kind === 'job' && event.id === this.job)) this.soon()
    const progress = event.id === this.job ? progressOf(event) : null
    if (progress && progress.step === this.step) {
      this.percent.set(progress.index, progress.percent)
      this.nodeOf.set(progress.index, progress.node)
      this.version++
    }
  }

  /** Asks again, at most twice a second, however many events come. */
  private soon(): void {
    if (this.timer !== undefined) return
    this.timer = setTimeout(
      () => {
        this.timer = undefined
        void this.read()
      },
      Math.max(0, this.last + PAUSE - Date.now()),
    )
  }

  private async read(): Promise<void> {
    if (this.busy) {
      this.again = true
      return
    }
    this.busy = true
    try {
      const since = this.stale ? undefined : this.tasks?.revision
      const answer = await get<GridAnswer>(
        `/v1/jobs/${this.job}/grid${query({ step: this.step, since })}`,
        this.ends.signal,
      )
      if (this.tasks?.patch(answer)) this.stale = false
      else if (answer.states !== undefined) {
        this.tasks = new Tasks(answer)
        this.stale = false
      } else {
        this.stale = true
        this.again = true
      }
      this.film.reserve(this.tasks?.size ?? 0)
      await this.readFilm()
      this.error = null
      this.changes++
      this.version++
    } catch (e) {
      if (!this.ends.signal.aborted) this.error = e
    }
    this.last = Date.now()
    this.busy = false
    if (this.again && !this.ends.signal.aborted) {
      this.again = false
      this.soon()
    }
  }

  private async readFilm(): Promise<void> {
    for (;;) {
      const film: FilmAnswer = await get<FilmAnswer>(
        `/v1/jobs/${this.job}/film${query({ step: this.step, after: this.filmNext })}`,
        this.ends.signal,
      )
      film.index.forEach((index, i) => {
        this.film.put({
          index,
          generation: film.generation[i] ?? 1,
          seconds: film.seconds[i] ?? 0,
          node: film.nodes[film.node[i] ?? 0] ?? '',
          memoryMib: film.memoryMib[i] ?? 0,
          preview: film.preview[i] === 1,
          picture: film.picture[i] === 1,
        })
        this.percent.delete(index)
        this.nodeOf.delete(index)
      })
      this.filmNext = String(film.next)
      if (!film.more) return
    }
  }
}

export function previewUrl(job: string, step: number, index: number, generation: number): string {
  return `/v1/jobs/${job}/frames/${step}/${index}/preview?generation=${generation}`
}

export function pictureUrl(job: string, step: number, index: number, generation: number): string {
  return `/v1/jobs/${job}/frames/${step}/${index}/picture?generation=${generation}`
}
