import { describe, expect, it } from 'vitest'
import { changedTerms, newTerms, termsForm } from '../src/lib/terms'

describe('terms', () => {
  it('that nobody touched ask for nothing', () => {
    expect(newTerms(termsForm(undefined))).toBeUndefined()
    const terms = { slots: 3, pools: ['fast'], finishBy: Date.UTC(2026, 10, 27, 8, 0), timeoutSeconds: 90, twins: false, preemptible: true, prefer: ['attr.farm.pool=fast'] }
    expect(changedTerms(termsForm(terms), termsForm(terms))).toEqual({})
  })
  it('are sent as the server has them', () => {
    const form = { ...termsForm(undefined), slots: 2, pools: 'Fast, gpu', prefer: 'pool=fast attr.worker.os.family=linux', start: '2026-11-27T08:30', minutes: '1.5', maxFailures: '0', twins: 'off' as const, preemptible: true, after: '01abc' }
    expect(newTerms(form)).toEqual({
      slots: 2, pools: ['Fast', 'gpu'], prefer: ['attr.farm.pool=fast', 'attr.worker.os.family=linux'], notBefore: new Date(2026, 10, 27, 8, 30).getTime(), timeoutSeconds: 90, maxFailures: 0,
      twins: false, preemptible: true, after: ['01abc'],
    })
  })
  it('that were emptied are taken away', () => {
    const full = termsForm({ slots: 2, pools: ['a'], prefer: ['attr.farm.pool=a'], notBefore: 1e12, finishBy: 2e12, after: ['01abc'], maxFailures: 4, timeoutSeconds: 60, preemptible: true, twins: true })
    expect(changedTerms(full, termsForm(undefined))).toEqual({ slots: 0, pools: [], prefer: [], notBefore: 0, finishBy: 0, after: [], maxFailures: -1, timeoutSeconds: 0, preemptible: false })
  })
  it('show a preference as the command writes it', () => {
    expect(termsForm({ prefer: ['attr.farm.pool=fast', 'attr.worker.cpu.arch=arm64'] }).prefer).toBe('pool=fast, attr.worker.cpu.arch=arm64')
  })
})
