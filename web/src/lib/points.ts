// What a plot shows, in columns: ten thousand points are drawn anew every second.

export interface Points {
  x: Float32Array
  y: Float32Array
  index: Int32Array
  bad: Uint8Array
  /** How many of the columns' places are used. */
  size: number
  least: number
  most: number
  median: number
}

export class PointsBuilder {
  private points: Points

  constructor(room: number) {
    this.points = { x: new Float32Array(room), y: new Float32Array(room), index: new Int32Array(room), bad: new Uint8Array(room), size: 0, least: 0, most: 0, median: 0 }
  }

  add(x: number, y: number, index: number, bad: boolean): void {
    const { points } = this
    points.x[points.size] = x
    points.y[points.size] = y
    points.index[points.size] = index
    points.bad[points.size] = bad ? 1 : 0
    points.size++
  }

  done(): Points {
    const { points } = this
    const sorted = points.y.slice(0, points.size).sort()
    points.least = sorted[0] ?? 0
    points.most = sorted[points.size - 1] ?? 0
    points.median = sorted[Math.floor(points.size / 2)] ?? 0
    return points
  }
}

/** The point nearest to a place. */
export function nearest(points: Points, x: number): number | undefined {
  let best = -1
  for (let i = 0; i < points.size; i++) {
    if (best < 0 || Math.abs((points.x[i] as number) - x) < Math.abs((points.x[best] as number) - x)) best = i
  }
  return best < 0 ? undefined : points.index[best]
}
