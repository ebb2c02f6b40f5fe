// What is known of finished frames, in columns: an hour of a large farm must not fill a browser's memory with objects.

/** A finished frame. */
export interface FilmFrame {
  index: number
  generation: number
  seconds: number
  node: string
  memoryMib: number
  preview: boolean
  picture: boolean
}

const PREVIEW = 1
const PICTURE = 2

export class Film {
  /** How many frames are known. */
  size = 0
  /** Whether any has a small picture. */
  pictured = false
  private room: number
  private seconds: Float32Array
  private memory: Uint32Array
  private generation: Uint16Array
  private node: Uint16Array
  private flags: Uint8Array
  private readonly names: string[] = []
  private readonly numbers = new Map<string, number>()

  constructor(room = 1024) {
    this.room = room
    this.seconds = new Float32Array(room)
    this.memory = new Uint32Array(room)
    this.generation = new Uint16Array(room)
    this.node = new Uint16Array(room)
    this.flags = new Uint8Array(room)
  }

  put(frame: FilmFrame): void {
    this.reserve(frame.index + 1)
    let number = this.numbers.get(frame.node)
    if (number === undefined) {
      number = this.names.push(frame.node) - 1
      this.numbers.set(frame.node, number)
    }
    const at = frame.index
    // Generations begin at 1, so 0 is a frame that is not known.
    if (this.generation[at] === 0) this.size++
    this.generation[at] = Math.max(1, frame.generation)
    this.seconds[at] = frame.seconds
    this.memory[at] = frame.memoryMib
    this.node[at] = number
    this.pictured ||= frame.preview
    this.flags[at] = (frame.preview ? PREVIEW : 0) | (frame.picture ? PICTURE : 0)
  }

  get(index: number): FilmFrame | undefined {
    const generation = this.generation[index]
    if (!generation) return undefined
    const flags = this.flags[index] ?? 0
    return {
      index,
      generation,
      seconds: this.seconds[index] ?? 0,
      node: this.names[this.node[index] ?? 0] ?? '',
      memoryMib: this.memory[index] ?? 0,
      preview: (flags & PREVIEW) !== 0,
      picture: (flags & PICTURE) !== 0,
    }
  }

  /** Tells all known frames, without an object for each. */
  each(hear: (index: number, seconds: number, memoryMib: number, node: number) => void): void {
    for (let index = 0; index < this.room; index++) {
      if (this.generation[index]) hear(index, this.seconds[index] ?? 0, this.memory[index] ?? 0, this.node[index] ?? 0)
    }
  }

  /** What a node's number stands for. */
  nodeName(number: number): string {
    return this.names[number] ?? ''
  }

  /** Makes room for so many tasks at once, so that it need not grow again and again. */
  reserve(room: number): void {
    if (room <= this.room) return
    const next = Math.max(room, this.room * 2)
    const grown = <T extends Float32Array | Uint32Array | Uint16Array | Uint8Array>(old: T, column: T): T => {
      column.set(old)
      return column
    }
    this.seconds = grown(this.seconds, new Float32Array(next))
    this.memory = grown(this.memory, new Uint32Array(next))
    this.generation = grown(this.generation, new Uint16Array(next))
    this.node = grown(this.node, new Uint16Array(next))
    this.flags = grown(this.flags, new Uint8Array(next))
    this.room = next
  }
}
