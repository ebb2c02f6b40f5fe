import { describe, expect, it } from 'vitest'
import { linesOf, runsOf } from '../src/lib/logtext'

describe('a log', () => {
  it('has no line after its last line break', () => {
    expect(linesOf('')).toEqual([])
    expect(linesOf('one\ntwo\n')).toEqual(['one', 'two'])
    expect(linesOf('one\ntwo')).toEqual(['one', 'two'])
    expect(linesOf('one\n\n')).toEqual(['one', ''])
  })
  it('is shown in few pieces, with what is wrong apart', () => {
    const lines = [...Array.from({ length: 1000 }, (_, i) => `Sample ${i}`), 'Error: no light', 'Saved']
    expect(runsOf(lines, '').map((run) => run.kind)).toEqual(['', 'bad', ''])
    expect(runsOf(lines, '').map((run) => run.text).join('')).toBe(`${lines.join('\n')}\n`)
  })
  it('marks what is looked for, in any case of letters', () => {
    expect(runsOf(['a', 'B b', 'error b', 'c'], 'b')).toEqual([
      { kind: '', text: 'a\n' },
      { kind: 'hit', text: 'B b\nerror b\n' },
      { kind: '', text: 'c\n' },
    ])
  })
})
