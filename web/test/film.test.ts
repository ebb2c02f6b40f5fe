import { describe, expect, it } from 'vitest'
import { Film, type FilmFrame } from '../src/lib/film'

const frame = (index: number, more: Partial<FilmFrame> = {}): FilmFrame => ({
  index, generation: 1, seconds: 2, node: 'one', memoryMib: 300, preview: true, picture: false, ...more,
})

describe('a film', () => {
  it('gives back what was put in, grown or not', () => {
    const film = new Film(2)
    film.put(frame(0))
    film.put(frame(5000, { node: 'two', preview: false, picture: true }))
    expect(film.get(0)).toEqual(frame(0))
    expect(film.get(5000)).toEqual(frame(5000, { node: 'two', preview: false, picture: true }))
    expect(film.get(1)).toBeUndefined()
    expect(film.get(999_999)).toBeUndefined()
    const told: [number, string][] = []
    film.each((index, _seconds, _memory, node) => told.push([index, film.nodeName(node)]))
    expect(told).toEqual([[0, 'one'], [5000, 'two']])
  })
  it('counts a frame that was rendered again once, and shows the newer', () => {
    const film = new Film()
    film.put(frame(7))
    film.put(frame(7, { generation: 2, seconds: 9 }))
    expect(film.size).toBe(1)
    expect(film.get(7)).toMatchObject({ generation: 2, seconds: 9 })
  })
})
