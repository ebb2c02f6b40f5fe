// What the server sends, as far as the page reads it; the contract is api/openapi.yaml.

export type JobState = 'held' | 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled'
export type TaskState = 'blocked' | 'ready' | 'leased' | 'done' | 'failed' | 'skipped' | 'cancelled'
export type NodeState = 'online' | 'offline' | 'paused' | 'draining' | 'quarantined'
export type Role = 'admin' | 'artist' | 'viewer' | 'node'
export type Permission = 'templates' | 'scripts' | 'commands'

export interface Problem {
  status: number
  code: string
  title: string
  next: string
  retry: 'here' | 'never'
}

export interface Identity {
  id: string
  name: string
  role: Role
}

export interface TaskCounts {
  total: number
  ready: number
  leased: number
  done: number
  failed: number
  cancelled: number
  blocked: number
}

export interface Step {
  step: number
  name: string
  state: string
  tasks: TaskCounts
  label: string
  message?: string
}

export interface Requirement {
  renderer: string
  atLeast: string
  features: string[]
  version?: string
  build?: string
}

export interface Terms {
  hold?: boolean
  slots?: number
  notBefore?: number
  after?: string[]
  finishBy?: number
  maxFailures?: number
  timeoutSeconds?: number
  frames?: string
  pools?: string[]
  twins?: boolean
  preemptible?: boolean
  prefer?: string[]
}

export interface Job {
  id: string
  name: string
  owner: string
  project: string
  priority: number
  state: JobState
  revision: number
  submittedAt: number
  startedAt?: number
  finishedAt?: number
  tasks: TaskCounts
  steps: Step[]
  template: string
  manifest?: string
  parameters: Record<string, string>
  requirements: Requirement[]
  settings: Record<string, string>
  message?: string
  terms?: Terms
  flagged: number
  probe?: 'first' | 'hold' | 'approved' | 'preview'
  secondsLeft?: number
  secondsLeftLow?: number
  secondsLeftHigh?: number
  permission: Permission
  environments: string[]
}

export interface Failure {
  code: string
  message: string
  retry: 'here' | 'elsewhere' | 'never'
}

export interface Attempt {
  lease: string
  step: number
  index: number
  item: string
  generation: number
  number: number
  node: string
  outcome: 'succeeded' | 'failed' | 'cancelled' | 'lost'
  startedAt: number
  endedAt: number
  failure?: Failure
  log?: string
  renderer?: string
  memoryBytes?: number
  device?: string
  job?: string
  jobName?: string
}

export interface Frame {
  step: number
  index: number
  item: string
  generation: number
  node: string
  renderer?: string
  device?: string
  startedAt: number
  endedAt: number
  memoryBytes?: number
  state?: 'fine' | 'flagged' | 'accepted' | 'retried'
  flags: { code: string; message: string }[]
  acceptedBy?: string
  acceptedAt?: number
  look?: { path: string; width: number; height: number; mean: number; black: number; preview?: string }
}

export interface Output {
  step: number
  index: number
  item: string
  generation: number
  current: boolean
  path: string
  digest: string
  size: number
  committedAt: number
}

export interface Task {
  step: number
  index: number
  item: string
  generation: number
  state: TaskState
  tries: number
  files: { path: string; digest: string; size: number }[]
  node?: string
  failure?: Failure
  startedAt?: number
  endedAt?: number
  percent?: number
  secondsLeft?: number
  memoryBytes?: number
  /** The idle node that does it, too. */
  twin?: string
}

export interface Renderer {
  name: string
  version: string
  features: string[]
  build?: string
}

export interface FarmNode {
  id: string
  name: string
  state: NodeState
  slots: number
  busy: number
  version: string
  os: string
  cpus: number
  memoryBytes: number
  renderers: Renderer[]
  now: string[]
  offer: { amounts: Record<string, number>; attributes: Record<string, string[]> }
  accepts: Permission
  sandbox: string
  message?: string
  seenAt?: number
  idle?: string
}

export interface Progress {
  step: number
  index: number
  item: string
  node: string
  percent: number
  secondsLeft?: number
  memoryBytes?: number
}

export interface FarmEvent {
  kind: 'job' | 'node' | 'progress' | 'reset'
  id: string
  revision: number
  row?: unknown
}

export interface Finding {
  code: string
  weight: 'blocks' | 'warns' | 'notes'
  sentence: string
  next: string
  details: string[]
}
