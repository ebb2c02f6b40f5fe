import { describe, expect, it } from 'vitest'
import { numbers, parseRuns, rangeOf, size } from '../src/lib/range'

describe('a range', () => {
  it('counts its numbers without making them', () => {
    expect(size(parseRuns('1-20,30,40-50:2') ?? [])).toBe(27)
    expect(size(parseRuns('1-1000000') ?? [])).toBe(1_000_000)
  })
  it('is written as short as can be, each number once', () => {
    expect(rangeOf([7, 1, 2, 3, 3, 9, 8])).toBe('1-3,7-9')
    expect(rangeOf([])).toBe('')
  })
  it('takes negative frames and both ways to write a step', () => {
    expect(numbers('-3--1,4-8x2')).toEqual([-3, -2, -1, 4, 6, 8])
  })
  it('refuses what is none', () => {
    for (const bad of ['a', '1-', '5-1', '1-4:0', '1;2']) expect(parseRuns(bad), bad).toBeNull()
  })
})
