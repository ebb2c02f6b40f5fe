import { ApiError } from './api'

// What the page tells: short words at the bottom, and what was refused.

export interface Toast {
  id: number
  text: string
  next?: string
  bad: boolean
}

class Ui {
  toasts = $state<Toast[]>([])
  now = $state(Date.now())
  help = $state(false)
  private number = 0

  constructor() {
    // Ages are told in minutes; no request is made.
    setInterval(() => {
      this.now = Date.now()
    }, 15_000)
  }

  say(text: string): void {
    this.add({ id: ++this.number, text, bad: false }, 4_000)
  }

  refuse(e: unknown): void {
    const text = e instanceof Error ? e.message : String(e)
    this.add({ id: ++this.number, text, next: e instanceof ApiError ? e.next : undefined, bad: true }, 12_000)
  }

  drop(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id)
  }

  private add(toast: Toast, millis: number): void {
    this.toasts = [...this.toasts.slice(-3), toast]
    setTimeout(() => this.drop(toast.id), millis)
  }
}

export const ui = new Ui()

/** Does something and tells what was refused; whether it went well. */
export async function attempt(what: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await what()
    if (done) ui.say(done)
    return true
  } catch (e) {
    ui.refuse(e)
    return false
  }
}
