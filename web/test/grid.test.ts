import { describe, expect, it } from 'vitest'
import { cellAt, layout, Tasks, visible, type GridAnswer } from '../src/lib/grid'

const answer = (states: string, more: Partial<GridAnswer> = {}): GridAnswer => ({
  revision: 1, step: 0, label: 'Frame', size: states.length, items: [{ at: 0, count: states.length, from: 101, by: 2 }], states, ...more,
})

describe('tasks', () => {
  it('take single changes and keep the rest', () => {
    const tasks = new Tasks(answer('..rd'))
    expect(tasks.patch({ ...answer(''), size: 4, states: undefined, revision: 2, items: undefined, changes: [{ index: 0, state: 'd' }, { index: 2, state: '!' }, { index: 99, state: 'f' }] })).toBe(true)
    expect([0, 1, 2, 3].map((i) => tasks.letter(i)).join('')).toBe('d.!d')
    expect(tasks.revision).toBe(2)
    expect(tasks.item(0)).toBe('101')
  })
  it('ask to be read anew when their number changed', () => {
    expect(new Tasks(answer('..')).patch(answer('...'))).toBe(false)
  })
  it('know frames and back', () => {
    const tasks = new Tasks(answer('....'))
    expect(tasks.item(2)).toBe('105')
    expect(tasks.index(107)).toBe(3)
    expect(tasks.index(102)).toBeUndefined()
    expect(new Tasks(answer('..', { items: [] })).item(1)).toBe('#2')
  })
  it('stand in the order of frames, with those that were added later in their place and skipped ones left out', () => {
    const items = [{ at: 0, count: 3, from: 10, by: 1 }, { at: 3, count: 2, from: 1, by: 1 }]
    expect(new Tasks(answer('d.s..', { items })).order()).toEqual([3, 4, 0, 1])
  })
})

describe('the grid', () => {
  it('shows only rows that can be seen', () => {
    const grid = layout(10_000, 996, 16, 16, 4)
    expect(grid.columns).toBe(50)
    expect(grid.rows).toBe(200)
    expect(visible(grid, 10_000, 400, 700)).toEqual([1000, 1749])
  })
  it('has at least one column, and ends with the last cell', () => {
    const grid = layout(5, 3, 16, 16, 4)
    expect(grid.columns).toBe(1)
    expect(visible(grid, 5, 0, 10_000)).toEqual([0, 4])
  })
  it('finds the cell under the pointer, and none beside', () => {
    const grid = layout(7, 76, 16, 16, 4)
    expect(grid.columns).toBe(4)
    expect(cellAt(grid, 7, 21, 21)).toBe(5)
    expect(cellAt(grid, 7, 70, 25)).toBeUndefined()
    expect(cellAt(grid, 7, 85, 2)).toBeUndefined()
  })
})
