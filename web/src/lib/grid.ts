import { parseRuns } from './range'

// What a job's tasks look like, one letter each as the server sends them, and where each is drawn.

export interface GridAnswer {
  revision: number
  step: number
  label: string
  size: number
  /** Only with states. */
  items?: { at: number; count: number; from: number; by: number }[]
  states?: string
  changes?: { index: number; state: string }[]
}

export type Letter = '.' | 'b' | 'r' | 'd' | '!' | 'a' | 'f' | 'c' | 's'
export const LETTERS = '.brd!afcs'

/** Tasks of one step: a byte each, the letter's place in LETTERS. */
export class Tasks {
  revision: number
  label: string
  size: number
  codes: Uint8Array
  private items: NonNullable<GridAnswer['items']>
  private byFrame: Map<number, number> | undefined

  constructor(answer: GridAnswer) {
    this.revision = answer.revision
    this.label = answer.label
    this.size = answer.size
    this.items = answer.items ?? []
    this.codes = codesOf(answer.states ?? '.'.repeat(answer.size))
  }

  /** Takes an answer in; false if it does not fit and everything has to be read anew. */
  patch(answer: GridAnswer): boolean {
    if (answer.size !== this.size) return false
    if (answer.states !== undefined) {
      this.codes = codesOf(answer.states)
      this.items = answer.items ?? []
      this.byFrame = undefined
    }
    for (const { index, state } of answer.changes ?? []) {
      if (index >= 0 && index < this.size) this.codes[index] = codeOf(state)
    }
    this.revision = answer.revision
    return true
  }

  letter(index: number): Letter {
    return (LETTERS[this.codes[index] ?? 0] ?? '.') as Letter
  }

  /** What a person calls a task: the frame's number, else its place. */
  item(index: number): string {
    const frame = this.frame(index)
    return frame === undefined ? `#${index + 1}` : `${frame}`
  }

  frame(index: number): number | undefined {
    for (const run of this.items) {
      if (index >= run.at && index < run.at + run.count) return run.from + (index - run.at) * run.by
    }
    return undefined
  }

  /** The task of a frame. */
  index(frame: number): number | undefined {
    if (!this.byFrame) {
      this.byFrame = new Map()
      for (const run of this.items) {
        for (let i = 0; i < run.count; i++) this.byFrame.set(run.from + i * run.by, run.at + i)
      }
    }
    return this.byFrame.get(frame)
  }

  /** Tasks in the order of their frames, those taken off the job left out. */
  order(): number[] {
    const all: number[] = []
    for (let i = 0; i < this.size; i++) if (this.codes[i] !== SKIPPED) all.push(i)
    if (this.items.length > 1) {
      const key = (index: number) => this.frame(index) ?? index
      all.sort((a, b) => key(a) - key(b))
    }
    return all
  }

  counts(): Record<Letter, number> {
    const counts = { '.': 0, b: 0, r: 0, d: 0, '!': 0, a: 0, f: 0, c: 0, s: 0 }
    for (const code of this.codes) counts[(LETTERS[code] ?? '.') as Letter]++
    return counts
  }

  /** Those with one of these letters, as the ranges of frames that the server takes. */
  with(letters: string): number[] {
    const all: number[] = []
    for (let i = 0; i < this.size; i++) if (letters.includes(this.letter(i))) all.push(i)
    return all
  }
}

const SKIPPED = LETTERS.indexOf('s')

function codeOf(letter: string): number {
  return Math.max(0, LETTERS.indexOf(letter))
}

function codesOf(states: string): Uint8Array {
  const codes = new Uint8Array(states.length)
  for (let i = 0; i < states.length; i++) codes[i] = codeOf(states[i] as string)
  return codes
}

export function hasPicture(letter: Letter): boolean {
  return letter === 'd' || letter === '!' || letter === 'a'
}

/** Cells in rows, drawn only where they can be seen. */
export interface Layout {
  columns: number
  rows: number
  cellWidth: number
  cellHeight: number
  gap: number
  height: number
}

export function layout(count: number, width: number, cellWidth: number, cellHeight: number, gap: number): Layout {
  const columns = Math.max(1, Math.floor((width + gap) / (cellWidth + gap)))
  const rows = Math.ceil(count / columns)
  return { columns, rows, cellWidth, cellHeight, gap, height: Math.max(0, rows * (cellHeight + gap) - gap) }
}

/** First and last place that can be seen between two heights. */
export function visible(grid: Layout, count: number, top: number, bottom: number): [number, number] {
  const pitch = grid.cellHeight + grid.gap
  const first = Math.max(0, Math.floor(top / pitch)) * grid.columns
  const last = Math.min(count, Math.ceil(bottom / pitch) * grid.columns) - 1
  return [first, last]
}

export function cellAt(grid: Layout, count: number, x: number, y: number): number | undefined {
  const column = Math.floor(x / (grid.cellWidth + grid.gap))
  const row = Math.floor(y / (grid.cellHeight + grid.gap))
  if (column < 0 || column >= grid.columns || row < 0) return undefined
  const at = row * grid.columns + column
  return at < count ? at : undefined
}

export function frameCount(range: string): number | undefined {
  const runs = parseRuns(range)
  return runs === null || runs.length === 0
    ? undefined
    : runs.reduce((sum, run) => sum + (run.last - run.first) / run.step + 1, 0)
}
