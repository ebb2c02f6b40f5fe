// Ranges of numbers as people and the server write them: "1-20,30,40-50:2" (frames; "x2" is taken too) and
// "0-3,7" (task indexes).

export interface Run {
  first: number
  last: number
  step: number
}

/** The runs of a range; null if it is none. */
export function parseRuns(text: string): Run[] | null {
  const runs: Run[] = []
  for (const part of text.split(',')) {
    const word = part.trim()
    if (word === '') continue
    const match = /^(-?\d+)(?:\s*-\s*(-?\d+)(?:\s*[:x]\s*(\d+))?)?$/.exec(word)
    if (!match) return null
    const first = Number(match[1])
    const last = match[2] === undefined ? first : Number(match[2])
    const step = match[3] === undefined ? 1 : Number(match[3])
    if (step < 1 || last < first) return null
    runs.push({ first, last: first + Math.floor((last - first) / step) * step, step })
  }
  return runs
}

export function size(runs: Run[]): number {
  return runs.reduce((sum, run) => sum + (run.last - run.first) / run.step + 1, 0)
}

/** All numbers in the order of the range. */
export function numbers(text: string): number[] {
  const all: number[] = []
  for (const run of parseRuns(text) ?? []) {
    for (let at = run.first; at <= run.last; at += run.step) all.push(at)
  }
  return all
}

/** The shortest text for numbers, in ascending order, each once. */
export function rangeOf(values: Iterable<number>): string {
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i] as number
    let j = i
    while (j + 1 < sorted.length && sorted[j + 1] === (sorted[j] as number) + 1) j++
    const last = sorted[j] as number
    parts.push(first === last ? `${first}` : `${first}-${last}`)
    i = j + 1
  }
  return parts.join(',')
}
