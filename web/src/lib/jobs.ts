import { send } from './api'
import type { Job } from './types'

// What can be done to jobs, and which of it makes sense now.

export type JobAction = 'pause' | 'resume' | 'cancel' | 'approve' | 'delete' | 'retry'

export function isFinished(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled'
}

export function isTrace(job: Job): boolean {
  return job.settings['purpose'] === 'trace'
}

/** Those that would change something. */
export function actionsOf(job: Job): JobAction[] {
  const actions: JobAction[] = []
  if (job.probe === 'hold' && !isFinished(job)) actions.push('approve')
  if (job.state === 'paused' || job.state === 'held') actions.push('resume')
  if (job.state === 'waiting' || job.state === 'running') actions.push('pause')
  if (job.tasks.failed + job.tasks.cancelled > 0) actions.push('retry')
  if (!isFinished(job)) actions.push('cancel')
  else actions.push('delete')
  return actions
}

export async function act(action: JobAction, id: string): Promise<Job | undefined> {
  if (action === 'delete') return send<undefined>('DELETE', `/v1/jobs/${id}`)
  return send<Job>('POST', `/v1/jobs/${id}/${action}`, action === 'retry' ? {} : undefined)
}

export type Filter = 'all' | 'open' | 'done' | 'failed' | 'look'

export function passes(job: Job, filter: Filter, owner: string, project: string, text: string): boolean {
  if (owner && job.owner !== owner) return false
  if (project && job.project !== project) return false
  if (filter === 'open' && isFinished(job)) return false
  if (filter === 'done' && job.state !== 'done') return false
  if (filter === 'failed' && job.state !== 'failed' && job.tasks.failed === 0) return false
  if (filter === 'look' && job.flagged === 0 && job.probe !== 'hold') return false
  if (!text) return true
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const all = `${job.name}\n${job.owner}\n${job.project}\n${job.id}`.toLowerCase()
  return words.every((word) => all.includes(word))
}
