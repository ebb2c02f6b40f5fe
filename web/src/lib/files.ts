// Files that a person dropped: found, hashed in workers, and sent as far as the server lacks them.

import { request, send } from './api'

export interface Dropped {
  /** Below what was dropped, with "/"; of files that were added for a path in the scene, that path. */
  path: string
  file: File
  digest?: string
}

/** All files in what was dropped, folders walked through. */
export async function dropped(items: DataTransfer): Promise<Dropped[]> {
  // The entries must be asked for before anything is awaited.
  const entries = [...items.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => !!entry)
  if (entries.length === 0) return [...items.files].map((file) => ({ path: clean(file.name), file }))
  const found: Dropped[] = []
  for (const entry of entries) await walk(entry, '', found)
  return found
}

async function walk(entry: FileSystemEntry, above: string, found: Dropped[]): Promise<void> {
  const path = above ? `${above}/${entry.name}` : entry.name
  if (entry.isFile) {
    if (isHidden(entry.name)) return
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed))
    found.push({ path: clean(path), file })
  } else {
    const reader = (entry as FileSystemDirectoryEntry).createReader()
    for (;;) {
      const batch = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed))
      if (batch.length === 0) return
      for (const one of batch) await walk(one, path, found)
    }
  }
}

/** Files of a chooser; those of a folder carry their path. */
export function chosen(list: FileList): Dropped[] {
  return [...list].filter((file) => !isHidden(file.name)).map((file) => ({ path: clean(file.webkitRelativePath || file.name), file }))
}

function isHidden(name: string): boolean {
  return name === '.DS_Store' || name === 'Thumbs.db' || name === 'desktop.ini'
}

function clean(path: string): string {
  return path.normalize('NFC').replace(/^\/+/, '')
}

/** Without the folder that all of them lie in, so that the same folder dropped otherwise has the same paths. */
export function withoutCommonFolder(files: Dropped[]): Dropped[] {
  const first = files[0]?.path.split('/')[0]
  if (files.length === 0 || !files.every((file) => file.path.startsWith(`${first}/`))) return files
  return withoutCommonFolder(files.map((file) => ({ ...file, path: file.path.slice((first as string).length + 1) })))
}

/** Hashes with a few workers; what was hashed before and did not change is remembered in the browser. */
export class Hasher {
  private workers: Worker[] = []
  private number = 0

  constructor(private readonly memory: DigestMemory = new DigestMemory()) {}

  async hash(files: Dropped[], progress: (bytes: number) => void): Promise<void> {
    const todo: Dropped[] = []
    const known = await this.memory.get(files.map(keyOf))
    let done = 0
    files.forEach((file, i) => {
      const digest = file.digest ?? known[i]
      if (digest) {
        file.digest = digest
        done += file.file.size
      } else todo.push(file)
    })
    progress(done)
    todo.sort((a, b) => b.file.size - a.file.size)
    const lanes = Math.min(todo.length, Math.max(1, Math.min(3, (navigator.hardwareConcurrency || 2) - 1)))
    await Promise.all(
      Array.from({ length: lanes }, async (_, lane) => {
        const worker = (this.workers[lane] ??= new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' }))
        for (let file = todo.shift(); file; file = todo.shift()) {
          let part = 0
          file.digest = await this.one(worker, file, (bytes) => {
            done += bytes - part
            part = bytes
            progress(done)
          })
          done += file.file.size - part
          progress(done)
          await this.memory.put(keyOf(file), file.digest)
        }
      }),
    )
  }

  private one(worker: Worker, file: Dropped, progress: (bytes: number) => void): Promise<string> {
    const id = ++this.number
    return new Promise((done, failed) => {
      worker.onmessage = (message: MessageEvent<{ id: number; hex?: string; done?: number; error?: string }>) => {
        if (message.data.id !== id) return
        if (message.data.done !== undefined) progress(message.data.done)
        else if (message.data.hex) done(message.data.hex)
        else failed(new Error(`'${file.path}' cannot be read: ${message.data.error}. Drop it again.`))
      }
      worker.onerror = () => failed(new Error(`'${file.path}' cannot be hashed.`))
      worker.postMessage({ id, file: file.file })
    })
  }

  close(): void {
    for (const worker of this.workers) worker.terminate()
    this.workers = []
  }
}

function keyOf(file: Dropped): string {
  return `${file.path}|${file.file.size}|${file.file.lastModified}`
}

/** Digests by name, size and time, in the browser's own store, so that a reload need not hash again. */
export class DigestMemory {
  private base: Promise<IDBDatabase | null> | undefined

  private open(): Promise<IDBDatabase | null> {
    this.base ??= new Promise((done) => {
      try {
        const asked = indexedDB.open('blenderer', 1)
        asked.onupgradeneeded = () => asked.result.createObjectStore('digests')
        asked.onsuccess = () => done(asked.result)
        asked.onerror = () => done(null)
      } catch {
        done(null)
      }
    })
    return this.base
  }

  async get(keys: string[]): Promise<(string | undefined)[]> {
    const base = await this.open()
    if (!base) return keys.map(() => undefined)
    const store = base.transaction('digests').objectStore('digests')
    return Promise.all(
      keys.map(
        (key) =>
          new Promise<string | undefined>((done) => {
            const asked = store.get(key)
            asked.onsuccess = () => done(asked.result as string | undefined)
            asked.onerror = () => done(undefined)
          }),
      ),
    )
  }

  async put(key: string, digest: string): Promise<void> {
    const base = await this.open()
    if (!base) return
    await new Promise<void>((done) => {
      const write = base.transaction('digests', 'readwrite')
      write.objectStore('digests').put(digest, key)
      write.oncomplete = () => done()
      write.onerror = () => done()
    })
  }
}

const SMALL = 1 << 20
const PART = 8 << 20
const AT_ONCE = 3
const TRIES = 5

export interface Piece {
  digest: string
  size: number
  bytes: Blob
}

/** Sends what the server lacks of these; hears how many bytes of how many are there. Returns what was sent. */
export async function upload(pieces: Piece[], progress: (done: number, total: number) => void, signal: AbortSignal): Promise<number> {
  const all = new Map(pieces.map((piece) => [piece.digest, piece]))
  const missing = new Set<string>()
  const digests = [...all.keys()]
  for (let at = 0; at < digests.length; at += 5000) {
    const answer = await send<{ missing: string[] }>('POST', '/v1/blobs/missing', { digests: digests.slice(at, at + 5000) })
    answer.missing.forEach((digest) => missing.add(digest))
  }
  const todo = [...missing].map((digest) => all.get(digest) as Piece)
  const total = todo.reduce((sum, piece) => sum + piece.size, 0)
  let done = 0
  progress(0, total)
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, todo.length) }, async () => {
      for (let piece = todo.shift(); piece; piece = todo.shift()) {
        await one(
          piece,
          (bytes) => {
            done += bytes
            progress(done, total)
          },
          signal,
        )
      }
    }),
  )
  return total
}

async function one(piece: Piece, progress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  if (piece.size <= SMALL) {
    await again(() => request(`/v1/blobs/${piece.digest}`, { method: 'PUT', bytes: piece.bytes, signal }), signal)
    progress(piece.size)
    return
  }
  let told = 0
  const tell = (received: number) => {
    progress(received - told)
    told = received
  }
  await again(async () => {
    // Beginning again is resuming: the answer says from where.
    let at = await send<{ id: string; received: number; complete: boolean }>('POST', '/v1/uploads', { digest: piece.digest, size: piece.size })
    tell(at.complete ? piece.size : at.received)
    while (!at.complete && at.received < piece.size) {
      const answer = await request(`/v1/uploads/${at.id}?offset=${at.received}`, { method: 'PUT', bytes: piece.bytes.slice(at.received, at.received + PART), signal })
      at = (await answer.json()) as typeof at
      tell(at.received)
    }
    if (!at.complete) await request(`/v1/uploads/${at.id}/commit`, { method: 'POST', signal })
  }, signal)
}

async function again(what: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (let go = 1; ; go++) {
    try {
      await what()
      return
    } catch (e) {
      const status = (e as { status?: number }).status
      const passing = status === 0 || status === 429 || status === 503
      if (signal.aborted || !passing || go === TRIES) throw e
      await new Promise((on) => setTimeout(on, 400 * 2 ** go))
    }
  }
}

/** A manifest in the one form that the server takes. */
export function manifest(files: { path: string; digest: string; size: number }[]): string {
  const encoder = new TextEncoder()
  const sorted = files
    .map(({ path, digest, size }) => ({ entry: { path, digest, size }, key: encoder.encode(path) }))
    .sort((a, b) => {
      const n = Math.min(a.key.length, b.key.length)
      for (let i = 0; i < n; i++) if (a.key[i] !== b.key[i]) return (a.key[i] as number) - (b.key[i] as number)
      return a.key.length - b.key.length
    })
  return JSON.stringify({ version: 1, files: sorted.map((one) => one.entry) })
}

export async function digestOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
