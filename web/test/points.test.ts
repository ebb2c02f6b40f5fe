import { describe, expect, it } from 'vitest'
import { nearest, PointsBuilder } from '../src/lib/points'

describe('points', () => {
  it('know their bounds and their middle', () => {
    const all = new PointsBuilder(4)
    for (const [x, y] of [[0, 9], [1, 10], [2, 100]] as const) all.add(x, y, x + 50, y === 100)
    expect(all.done()).toMatchObject({ size: 3, least: 9, most: 100, median: 10 })
    expect(nearest(all.done(), 1.4)).toBe(51)
    expect(nearest(all.done(), 99)).toBe(52)
  })
  it('may be none', () => {
    const none = new PointsBuilder(0).done()
    expect(none).toMatchObject({ size: 0, least: 0, most: 0, median: 0 })
    expect(nearest(none, 3)).toBeUndefined()
  })
})
