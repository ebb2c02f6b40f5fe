import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Sha256 } from '../src/lib/sha256'

describe('the hash in pieces', () => {
  it('is that of the whole, wherever it is cut', () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 128, 1000, 100_003]) {
      const bytes = new Uint8Array(length).map((_, i) => (i * 131 + length) & 255)
      const expected = createHash('sha256').update(bytes).digest('hex')
      for (const cut of [1, 7, 64, 1000]) {
        const sum = new Sha256()
        for (let at = 0; at < length; at += cut) sum.update(bytes.subarray(at, at + cut))
        expect(sum.hex(), `${length} by ${cut}`).toBe(expected)
        if (length > 10_000 && cut === 7) break
      }
    }
  })
})
