import type { Terms } from './types'

// When and where a job runs, as a form has it and as the server does.

export interface TermsForm {
  slots: number
  pools: string
  prefer: string
  /** As an input for a date and a time has it, in local time; empty: at once, any time. */
  start: string
  finish: string
  after: string
  /** Empty: it goes on whatever fails. */
  maxFailures: string
  /** Empty: any time. */
  minutes: string
  twins: '' | 'on' | 'off'
  preemptible: boolean
}

/** What a job's terms look like in a form. */
export function termsForm(terms: Terms | undefined): TermsForm {
  return {
    slots: terms?.slots ?? 0,
    pools: (terms?.pools ?? []).join(', '),
    prefer: (terms?.prefer ?? []).map(short).join(', '),
    start: local(terms?.notBefore),
    finish: local(terms?.finishBy),
    after: (terms?.after ?? []).join(', '),
    maxFailures: terms?.maxFailures === undefined ? '' : String(terms.maxFailures),
    minutes: terms?.timeoutSeconds === undefined ? '' : String(Math.round((terms.timeoutSeconds / 60) * 100) / 100),
    twins: terms?.twins === undefined ? '' : terms.twins ? 'on' : 'off',
    preemptible: terms?.preemptible ?? false,
  }
}

/** What a new job is to have; undefined if nothing is asked for. */
export function newTerms(form: TermsForm): Terms | undefined {
  const terms = changedTerms(termsForm(undefined), form)
  return Object.keys(terms).length === 0 ? undefined : terms
}

/** What is to be changed; what was emptied is sent as the server takes it away: 0, -1, or none. */
export function changedTerms(before: TermsForm, now: TermsForm): Terms {
  const terms: Terms = {}
  if (now.slots !== before.slots) terms.slots = now.slots || 0
  if (list(now.pools).join() !== list(before.pools).join()) terms.pools = list(now.pools)
  if (list(now.prefer).join() !== list(before.prefer).join()) terms.prefer = list(now.prefer).map(long)
  if (now.start !== before.start) terms.notBefore = millis(now.start)
  if (now.finish !== before.finish) terms.finishBy = millis(now.finish)
  if (list(now.after).join() !== list(before.after).join()) terms.after = list(now.after)
  if (number(now.maxFailures) !== number(before.maxFailures)) terms.maxFailures = number(now.maxFailures) ?? -1
  if (number(now.minutes) !== number(before.minutes)) terms.timeoutSeconds = Math.round((number(now.minutes) ?? 0) * 60)
  if (now.twins !== before.twins && now.twins !== '') terms.twins = now.twins === 'on'
  if (now.preemptible !== before.preemptible) terms.preemptible = now.preemptible
  return terms
}

function list(text: string): string[] {
  return text.split(/[,\s]+/).filter(Boolean)
}

// A number field that is emptied gives null.
function number(text: string | number | null): number | undefined {
  const value = Number(text)
  return text === null || String(text).trim() === '' || !Number.isFinite(value) ? undefined : value
}

function millis(text: string): number {
  return text === '' ? 0 : new Date(text).getTime()
}

function local(at: number | undefined): string {
  if (at === undefined) return ''
  const date = new Date(at)
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

// As the command writes it.
const POOL = 'attr.farm.pool='
function short(preference: string): string {
  return preference.startsWith(POOL) ? preference.slice('attr.farm.'.length) : preference
}
function long(preference: string): string {
  return preference.startsWith('pool=') ? `attr.farm.${preference}` : preference
}
