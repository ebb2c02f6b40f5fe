import type { Letter } from './grid'

// Drawing on canvases: colours from the style sheet, shapes for states, sharp on every screen.

export interface Colours {
  ground: string
  raised: string
  line: string
  strong: string
  text: string
  soft: string
  faint: string
  accent: string
  done: string
  bad: string
  flag: string
  wait: string
  picture: string
}

let cached: Colours | undefined
const waiting = new Set<() => void>()

function forget(): void {
  cached = undefined
  for (const redraw of waiting) redraw()
}
if (typeof window !== 'undefined' && typeof MutationObserver !== 'undefined') {
  new MutationObserver(forget).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
}

/** Calls back when the colours are others; returns how to stop. */
export function onColours(redraw: () => void): () => void {
  waiting.add(redraw)
  return () => waiting.delete(redraw)
}

export function colours(): Colours {
  if (!cached) {
    const style = getComputedStyle(document.documentElement)
    const of = (name: string) => style.getPropertyValue(`--${name}`).trim()
    cached = {
      ground: of('ground'),
      raised: of('raised'),
      line: of('line'),
      strong: of('strong-line'),
      text: of('text'),
      soft: of('soft'),
      faint: of('faint'),
      accent: of('accent'),
      done: of('done'),
      bad: of('bad'),
      flag: of('flag'),
      wait: of('wait'),
      picture: of('picture'),
    }
  }
  return cached
}

/** Makes a canvas as large as it is shown, in real pixels; its context counts in CSS pixels. */
export function fit(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1
  const w = Math.max(1, Math.round(width * ratio))
  const h = Math.max(1, Math.round(height * ratio))
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w
    canvas.height = h
  }
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

/** The colour that a state has in strips and bars. */
export function colourOf(letter: Letter, c: Colours): string {
  switch (letter) {
    case 'd':
    case 'a':
      return c.done
    case '!':
      return c.flag
    case 'r':
      return c.accent
    case 'f':
      return c.bad
    case 's':
      return 'transparent'
    default:
      return c.wait
  }
}

/** One cell of the grid: each state has its own shape. */
export function drawCell(g: CanvasRenderingContext2D, letter: Letter, x: number, y: number, s: number, percent: number, c: Colours): void {
  switch (letter) {
    case 'd':
    case 'a':
      g.fillStyle = c.done
      round(g, x, y, s, s, s / 5)
      g.fill()
      if (letter === 'a') {
        g.strokeStyle = c.ground
        g.lineWidth = Math.max(1, s / 9)
        g.beginPath()
        g.moveTo(x + s * 0.25, y + s * 0.52)
        g.lineTo(x + s * 0.43, y + s * 0.7)
        g.lineTo(x + s * 0.76, y + s * 0.32)
        g.stroke()
      }
      break
    case '!':
      g.fillStyle = c.flag
      g.beginPath()
      g.moveTo(x + s / 2, y)
      g.lineTo(x + s, y + s)
      g.lineTo(x, y + s)
      g.closePath()
      g.fill()
      break
    case 'r': {
      g.strokeStyle = c.accent
      g.lineWidth = 1.5
      round(g, x + 0.75, y + 0.75, s - 1.5, s - 1.5, s / 5)
      g.stroke()
      const high = Math.max(2, (s - 4) * Math.min(1, percent / 100))
      g.fillStyle = c.accent
      g.fillRect(x + 2, y + s - 2 - high, s - 4, high)
      break
    }
    case 'f':
      g.strokeStyle = c.bad
      g.lineWidth = Math.max(2, s / 5.5)
      g.lineCap = 'round'
      g.beginPath()
      g.moveTo(x + s * 0.16, y + s * 0.16)
      g.lineTo(x + s * 0.84, y + s * 0.84)
      g.moveTo(x + s * 0.84, y + s * 0.16)
      g.lineTo(x + s * 0.16, y + s * 0.84)
      g.stroke()
      break
    case 'c':
    case 's':
      g.strokeStyle = c.strong
      g.lineWidth = 1
      g.beginPath()
      g.moveTo(x + s * 0.2, y + s * 0.8)
      g.lineTo(x + s * 0.8, y + s * 0.2)
      g.stroke()
      break
    case 'b':
      g.fillStyle = c.strong
      g.beginPath()
      g.arc(x + s / 2, y + s / 2, Math.max(1.2, s / 9), 0, 7)
      g.fill()
      break
    default:
      g.strokeStyle = c.wait
      g.lineWidth = 1
      round(g, x + 0.5, y + 0.5, s - 1, s - 1, s / 5)
      g.stroke()
  }
}

export function round(g: CanvasRenderingContext2D, x: number, y: number, w: number, h: number, r: number): void {
  g.beginPath()
  g.roundRect(x, y, w, h, r)
}

/** Where a picture goes so that all of it is seen, as large as fits. */
export function contain(width: number, height: number, w: number, h: number): [number, number, number, number] {
  const scale = Math.min(w / width, h / height)
  return [(w - width * scale) / 2, (h - height * scale) / 2, width * scale, height * scale]
}
