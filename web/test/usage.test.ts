import { describe, expect, it } from 'vitest'
import { csv } from '../src/lib/usage'

describe('usage as CSV', () => {
  it('has a head, quotes what needs it, and no formula', () => {
    const rows = [
      { person: '=1+1', project: 'a "b", c', slotHours: 1.5, tasks: 3, failures: 0 },
      { person: 'Ann', project: 'default', slotHours: 0.00004, tasks: 1, failures: 2 },
    ]
    expect(csv(rows, ['person', 'project'])).toBe('person,project,slot_hours,tasks,failures\n\'=1+1,"a ""b"", c",1.5000,3,0\nAnn,default,0.0000,1,2\n')
  })
})
