import { describe, expect, it } from 'vitest'
import { EventParser } from '../src/lib/sse'

describe('events', () => {
  it('come whole, however the stream is cut', () => {
    const text = ':\n\nid: 7\nevent: job\ndata: {"a":1}\n\nevent: progress\ndata: x\ndata: y\n\n'
    for (let cut = 1; cut < 20; cut++) {
      const parser = new EventParser()
      const all = []
      for (let at = 0; at < text.length; at += cut) all.push(...parser.push(text.slice(at, at + cut)))
      expect(all).toEqual([
        { event: 'job', data: '{"a":1}', id: '7' },
        { event: 'progress', data: 'x\ny', id: undefined },
      ])
    }
  })
})
