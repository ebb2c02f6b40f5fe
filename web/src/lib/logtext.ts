// A log as it is shown: plain lines in one piece, since an element a line would cost a browser seconds.

/** A log of a hundred thousand lines would stop the browser: its end is what matters. */
export const MOST_LINES = 5000
const BAD = /error|failed|exception/i

export interface Run {
  kind: '' | 'bad' | 'hit'
  text: string
}

/** The lines of a log; the end of its last line begins none. */
export function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  return lines
}

/** Lines that look the same one after the other make one run; `find` is looked for in any case of letters. */
export function runsOf(lines: string[], find: string): Run[] {
  const wanted = find.toLowerCase()
  const runs: Run[] = []
  let last: Run | undefined
  for (const line of lines) {
    const kind = wanted !== '' && line.toLowerCase().includes(wanted) ? 'hit' : BAD.test(line) ? 'bad' : ''
    if (last?.kind === kind) last.text += `${line}\n`
    else runs.push((last = { kind, text: `${line}\n` }))
  }
  return runs
}
