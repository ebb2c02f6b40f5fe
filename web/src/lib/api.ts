import { t } from '../strings'
import type { Problem } from './types'

/** What the server, or the way to it, says is wrong; `next` is what to do. */
export class ApiError extends Error {
  readonly code: string
  readonly next: string
  readonly status: number

  constructor(problem: { code: string; title: string; next: string; status: number }) {
    super(problem.title)
    this.code = problem.code
    this.next = problem.next
    this.status = problem.status
  }
}

let signedOut: () => void = () => {}

/** What to do when the server knows this browser no more. */
export function onSignedOut(then: () => void): void {
  signedOut = then
}

export interface Call {
  method?: string
  body?: unknown
  bytes?: Blob | Uint8Array
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** One call; the answer as it is. Refusals are thrown as ApiError. */
export async function request(path: string, call: Call = {}): Promise<Response> {
  const headers: Record<string, string> = { ...call.headers }
  const method = call.method ?? (call.body !== undefined || call.bytes ? 'POST' : 'GET')
  // No page of another origin can add this header without asking first, and the server says no.
  if (method !== 'GET') headers['Blenderer-Page'] = '1'
  let body: BodyInit | undefined
  if (call.bytes) {
    headers['Content-Type'] = 'application/octet-stream'
    body = call.bytes as BodyInit
  } else if (call.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(call.body)
  }
  let answer: Response
  try {
    answer = await fetch(path, {
      method,
      headers,
      body,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: call.signal,
    })
  } catch (e) {
    if (call.signal?.aborted) throw e
    throw new ApiError({
      status: 0,
      code: 'unreachable',
      title: t.away,
      next: t.reachNext,
    })
  }
  if (answer.ok) return answer
  let problem: Problem
  try {
    problem = (await answer.json()) as Problem
  } catch {
    problem = {
      status: answer.status,
      code: `http-${answer.status}`,
      title: t.odd(answer.status),
      next: t.oddNext,
      retry: 'here',
    }
  }
  if (answer.status === 401 && path !== '/v1/sign-in') signedOut()
  throw new ApiError({ ...problem, status: answer.status })
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await request(path, { signal })).json()) as T
}

export async function send<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
  const answer = await request(path, { method, body, headers })
  if (answer.status === 204) return undefined as T
  return (await answer.json()) as T
}

export function query(values: Record<string, string | number | boolean | undefined>): string {
  const parts = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== '' && value !== false)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

/** All pages of a list, one after the other; `page` hears each. */
export async function pages<T extends { next?: string }>(
  path: (after?: string) => string,
  page: (rows: T) => void,
  signal?: AbortSignal,
): Promise<void> {
  let after: string | undefined
  do {
    const rows: T = await get<T>(path(after), signal)
    page(rows)
    after = rows.next
  } while (after !== undefined && !signal?.aborted)
}
