// Figures for people. Always the same number of words for the same magnitude, so that nothing jumps.

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

export function bytes(value: number | undefined): string {
  if (value === undefined) return '–'
  let at = 0
  let rest = value
  while (rest >= 1000 && at + 1 < UNITS.length) {
    rest /= 1000
    at++
  }
  return `${at === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${UNITS[at]}`
}

/** Such as "8 s", "3 m 20 s", "2 h 05 m", "4 d 3 h". */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '–'
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${pad(whole % 60)} s`
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} m`
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`
}

/** Coarser, for what is only guessed: "40 s", "3 min", "2.5 h", "4 days". */
export function about(seconds: number): string {
  if (seconds < 55) return `${Math.max(1, Math.round(seconds / 5) * 5 || 1)} s`
  if (seconds < 5400) return `${Math.max(1, Math.round(seconds / 60))} min`
  if (seconds < 36 * 3600) return `${(seconds / 3600).toFixed(1).replace('.0', '')} h`
  return `${Math.round(seconds / 86400)} days`
}

/** The range in which the end of a job lies. */
export function left(middle?: number, low?: number, high?: number): string {
  if (middle === undefined) return ''
  if (low === undefined || high === undefined) return about(middle)
  const a = about(low)
  const b = about(high)
  if (a === b) return a
  const [an, au] = a.split(' ')
  const [, bu] = b.split(' ')
  return au === bu ? `${an}–${b}` : `${a} – ${b}`
}

export function ago(then: number | undefined, now: number): string {
  if (then === undefined) return '–'
  const seconds = Math.max(0, (now - then) / 1000)
  if (seconds < 60) return 'just now'
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / 86400)} d ago`
}

export function clock(at: number | undefined): string {
  if (at === undefined) return '–'
  const date = new Date(at)
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${pad(date.getHours())}:${pad(date.getMinutes())}`
}

export function count(value: number): string {
  return value.toLocaleString('en')
}

export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole
}

function pad(value: number): string {
  return value < 10 ? `0${value}` : `${value}`
}
