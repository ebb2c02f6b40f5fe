import { send } from './api'
import type { Dropped } from './files'
import type { Finding, Job } from './types'

// A scene's way to a job: its .blend is sent, a node says what it needs, the rest follows.

export interface ScenePlan {
  again: string[]
  needed: { path: string; size: number }[]
  missing: { path: string; kind: string; user: string }[]
  findings: Finding[]
  facts: {
    name: string
    frames: string
    width: number
    height: number
    fps: number
    camera?: string
    engine?: string
    format?: string
    movie?: string
    scenes: string[]
  }
}

export interface Wanted {
  frames?: string
  overrides?: Record<string, string>
}

export function asked(files: Dropped[]): { path: string; size: number; digest?: string }[] {
  return files.map(({ path, file, digest }) => ({ path, size: file.size, digest }))
}

export function trace(scene: string, files: Dropped[], project: string, wanted: Wanted): Promise<Job> {
  return send<Job>('POST', '/v1/scenes/trace', { scene, files: asked(files), project, ...wanted })
}

export function plan(traceJob: string, scene: string, files: Dropped[], wanted: Wanted): Promise<ScenePlan> {
  return send<ScenePlan>('POST', '/v1/scenes/plan', { trace: traceJob, scene, files: asked(files), ...wanted })
}

/** The path under which a dropped file answers a path that the scene names: the longest common ending wins. */
export function matching(path: string, files: Dropped[]): Dropped | undefined {
  const wanted = path.replaceAll('\\', '/').split('/').filter(Boolean).reverse()
  let best: Dropped | undefined
  let length = 0
  for (const file of files) {
    const parts = file.path.split('/').reverse()
    let same = 0
    while (same < parts.length && same < wanted.length && parts[same]?.toLowerCase() === wanted[same]?.toLowerCase()) same++
    if (same > length) {
      best = file
      length = same
    }
  }
  return best
}
