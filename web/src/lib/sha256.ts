// SHA-256 (FIPS 180-4) that takes its input in pieces: the browser's own wants all bytes at once, and scenes can be
// larger than memory.

const K = new Int32Array(64)
const START = new Int32Array(8)
{
  // The constants are the fractions of roots of the first primes.
  let found = 0
  for (let n = 2; found < 64; n++) {
    let prime = true
    for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break }
    if (!prime) continue
    if (found < 8) START[found] = fraction(Math.sqrt(n))
    K[found++] = fraction(Math.cbrt(n))
  }
}

function fraction(x: number): number {
  return ((x - Math.floor(x)) * 0x100000000) | 0
}

export class Sha256 {
  private readonly h = START.slice()
  private readonly w = new Int32Array(64)
  private readonly rest = new Uint8Array(64)
  private held = 0
  private length = 0

  update(bytes: Uint8Array): this {
    this.length += bytes.length
    let at = 0
    if (this.held > 0) {
      at = Math.min(64 - this.held, bytes.length)
      this.rest.set(bytes.subarray(0, at), this.held)
      this.held += at
      if (this.held < 64) return this
      this.block(this.rest, 0)
      this.held = 0
    }
    for (; at + 64 <= bytes.length; at += 64) this.block(bytes, at)
    if (at < bytes.length) {
      this.rest.set(bytes.subarray(at))
      this.held = bytes.length - at
    }
    return this
  }

  /** The digest in hexadecimal; the object is of no use afterwards. */
  hex(): string {
    const bits = this.length * 8
    this.rest[this.held++] = 0x80
    if (this.held > 56) {
      this.rest.fill(0, this.held)
      this.block(this.rest, 0)
      this.held = 0
    }
    this.rest.fill(0, this.held)
    const view = new DataView(this.rest.buffer)
    view.setUint32(56, Math.floor(bits / 0x100000000))
    view.setUint32(60, bits >>> 0)
    this.block(this.rest, 0)
    return [...this.h].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }

  private block(bytes: Uint8Array, at: number): void {
    const w = this.w
    for (let i = 0; i < 16; i++, at += 4) {
      w[i] = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15] as number
      const y = w[i - 2] as number
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
      w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0
    }
    const h = this.h
    let a = h[0] as number, b = h[1] as number, c = h[2] as number, d = h[3] as number
    let e = h[4] as number, f = h[5] as number, g = h[6] as number, k = h[7] as number
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t1 = (k + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      k = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    h[0] = ((h[0] as number) + a) | 0
    h[1] = ((h[1] as number) + b) | 0
    h[2] = ((h[2] as number) + c) | 0
    h[3] = ((h[3] as number) + d) | 0
    h[4] = ((h[4] as number) + e) | 0
    h[5] = ((h[5] as number) + f) | 0
    h[6] = ((h[6] as number) + g) | 0
    h[7] = ((h[7] as number) + k) | 0
  }
}
