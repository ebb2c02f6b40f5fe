import { Sha256 } from './sha256'

const PART = 4 << 20
const WHOLE = 32 << 20

self.onmessage = async (message: MessageEvent<{ id: number; file: File }>) => {
  const { id, file } = message.data
  try {
    let hex: string
    if (file.size <= WHOLE) {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
      hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    } else {
      const sum = new Sha256()
      for (let at = 0; at < file.size; at += PART) {
        const part = new Uint8Array(await file.slice(at, at + PART).arrayBuffer())
        sum.update(part)
        self.postMessage({ id, done: at + part.length })
      }
      hex = sum.hex()
    }
    self.postMessage({ id, hex })
  } catch (e) {
    self.postMessage({ id, error: e instanceof Error ? e.message : String(e) })
  }
}
