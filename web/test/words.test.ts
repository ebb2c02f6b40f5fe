import { describe, expect, it } from 'vitest'
import { about, bytes, duration, left } from '../src/lib/format'
import { actionsOf, passes } from '../src/lib/jobs'
import { secretIn } from '../src/lib/signin'
import { controlOf, groups, type Parameter } from '../src/lib/template'
import { matching } from '../src/lib/scene'
import { manifest, withoutCommonFolder, type Dropped } from '../src/lib/files'
import { placeOf } from '../src/lib/place'
import type { Job } from '../src/lib/types'

const tasks = { total: 10, ready: 0, leased: 0, done: 0, failed: 0, cancelled: 0, blocked: 0 }
const job = (more: Partial<Job>): Job => ({
  id: '01x', name: 'Shot 7', owner: 'ann', project: 'film', priority: 50, state: 'running', revision: 1, submittedAt: 0, tasks, steps: [], template: '', parameters: {},
  requirements: [], settings: {}, flagged: 0, permission: 'templates', environments: [], ...more,
})
const dropped = (path: string, size = 1): Dropped => ({ path, file: { size, lastModified: 0 } as File })

describe('figures', () => {
  it('are short', () => {
    expect(bytes(0)).toBe('0 B')
    expect(bytes(1_234_000)).toBe('1.2 MB')
    expect(duration(3_725)).toBe('1 h 02 m')
    expect(about(5)).toBe('5 s')
    expect(left(600, 480, 900)).toBe('8–15 min')
    expect(left(3_600, 3_000, 9_000)).toBe('50 min – 2.5 h')
    expect(left(undefined)).toBe('')
  })
})

describe('jobs', () => {
  it('offer what makes sense now', () => {
    expect(actionsOf(job({}))).toEqual(['pause', 'cancel'])
    expect(actionsOf(job({ state: 'paused', probe: 'hold' }))).toEqual(['approve', 'resume', 'cancel'])
    expect(actionsOf(job({ state: 'failed', tasks: { ...tasks, failed: 2 } }))).toEqual(['retry', 'delete'])
  })
  it('are found by all words at once, in any field', () => {
    expect(passes(job({}), 'all', '', '', 'ann 7')).toBe(true)
    expect(passes(job({}), 'all', '', '', 'ben 7')).toBe(false)
    expect(passes(job({}), 'look', '', '', '')).toBe(false)
    expect(passes(job({ flagged: 1 }), 'look', '', '', '')).toBe(true)
    expect(passes(job({}), 'open', 'ben', '', '')).toBe(false)
  })
})

describe('a link that signs in', () => {
  const secret = 'a'.repeat(43)
  it('is understood as a link, a connection string, or alone', () => {
    for (const text of [`#bli_${secret}`, `https://h:8443/sign-in#bli_${secret}`, `https://h:8443#v1.ABC.bli_${secret}`, ` bli_${secret} `]) {
      expect(secretIn(text), text).toEqual({ kind: 'secret', secret: `bli_${secret}` })
    }
  })
  it('is never a key, and never anything else', () => {
    expect(secretIn(`#v1.X.blk_${secret}`)).toEqual({ kind: 'key' })
    expect(secretIn('#/jobs/01abc')).toBeNull()
  })
})

describe('the place in the page', () => {
  it('survives any name', () => {
    const name = 'a/b?<img src=x> %'
    expect(placeOf(`#/nodes/${encodeURIComponent(name)}`)).toMatchObject({ page: 'node', id: name })
    expect(placeOf('#/jobs/%E0%A4%A')).toMatchObject({ page: 'job' })
    expect(placeOf('#/nonsense')).toMatchObject({ page: 'jobs' })
  })
})

describe('a form of a template', () => {
  const one = (more: Partial<Parameter>): Parameter => ({ name: 'x', type: 'STRING', ...more })
  it('follows what the template asks for, else the type', () => {
    expect(controlOf(one({ userInterface: { control: 'MULTILINE_EDIT' } }))).toBe('MULTILINE_EDIT')
    expect(controlOf(one({ allowedValues: ['a'] }))).toBe('DROPDOWN_LIST')
    expect(controlOf(one({ type: 'INT' }))).toBe('SPIN_BOX')
    expect(controlOf(one({ userInterface: { control: 'CHECK_BOX' }, allowedValues: ['a', 'b', 'c'] }))).toBe('DROPDOWN_LIST')
  })
  it('groups where a group first stands, and hides what is hidden', () => {
    const all = groups([
      one({ name: 'a', userInterface: { groupLabel: 'G' } }),
      one({ name: 'b' }),
      one({ name: 'c', userInterface: { groupLabel: 'G' } }),
      one({ name: 'd', userInterface: { control: 'HIDDEN' } }),
    ])
    expect(all.map((group) => [group.label, group.parameters.map((p) => p.name)])).toEqual([['G', ['a', 'c']], ['', ['b']]])
  })
})

describe('dropped files', () => {
  it('answer a path by the longest common ending', () => {
    const files = [dropped('wood.png'), dropped('tex/wood.png'), dropped('other/wood.png')]
    expect(matching('D:\\proj\\tex\\Wood.png', files)?.path).toBe('tex/wood.png')
    expect(matching('/a/stone.png', files)).toBeUndefined()
  })
  it('lose the folder that all lie in, however deep', () => {
    expect(withoutCommonFolder([dropped('a/b/s.blend'), dropped('a/b/t/x.png')]).map((f) => f.path)).toEqual(['s.blend', 't/x.png'])
    expect(withoutCommonFolder([dropped('s.blend')]).map((f) => f.path)).toEqual(['s.blend'])
  })
  it('make a manifest in the one form that the server takes', () => {
    const d = 'f'.repeat(64)
    expect(manifest([{ path: '\u{1F600}.png', digest: d, size: 2 }, { path: '\uFF5E.png', digest: d, size: 1 }])).toBe(
      `{"version":1,"files":[{"path":"\uFF5E.png","digest":"${d}","size":1},{"path":"\u{1F600}.png","digest":"${d}","size":2}]}`,
    )
  })
})
