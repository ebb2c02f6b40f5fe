// Nodes that only talk: each syncs as a real one does and finishes a task after a while, without doing it.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:https'
import { sleep } from './farm.mjs'

function call(agent, url, path, secret, body) {
  return new Promise((done, failed) => {
    const text = JSON.stringify(body)
    const asked = request(url + path, {
      method: 'POST', agent, rejectUnauthorized: false,
      headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
    }, (answer) => {
      let all = ''
      answer.setEncoding('utf8')
      answer.on('data', (part) => (all += part))
      answer.on('end', () => (answer.statusCode < 300 ? done(all ? JSON.parse(all) : null) : failed(new Error(`${answer.statusCode} ${all}`))))
    })
    asked.on('error', failed)
    asked.end(text)
  })
}

export class Crowd {
  constructor(url, protocol) {
    this.url = url
    this.protocol = protocol
    this.done = 0
    this.failures = 0
    this.stopped = false
    this.nodes = []
  }

  /** Enrols so many nodes with an invite's secret, fifty at a time. */
  async enrol(count, invite) {
    for (let at = 0; at < count; at += 50) {
      await Promise.all(Array.from({ length: Math.min(50, count - at) }, async (_, i) => {
        const name = `node-${String(at + i + 1).padStart(4, '0')}`
        const secret = `blk_${randomBytes(32).toString('base64url')}`
        const agent = new Agent({ keepAlive: true, maxSockets: 1 })
        await call(agent, this.url, '/v1/enrol', invite, { name, keyHash: createHash('sha256').update(secret).digest('hex') })
        this.nodes.push({ name, secret, agent, boot: randomUUID(), sequence: 0, held: new Map(), reports: [] })
      }))
    }
  }

  /** All nodes work, a task taking so many seconds, more or less. */
  work(seconds) {
    for (const node of this.nodes) void this.one(node, seconds)
  }

  async one(node, seconds) {
    await sleep(Math.random() * seconds * 1000)
    while (!this.stopped) {
      try {
        await this.sync(node)
        const lease = node.held.entries().next().value
        if (!lease || node.reports.length > 0) continue
        node.held.delete(lease[0])
        for (const task of lease[1].tasks) {
          const startedAt = Date.now()
          const time = seconds * (0.6 + 0.8 * Math.random()) * 1000
          await sleep(time)
          if (this.stopped) return
          node.reports.push({
            lease: lease[0], index: task.index, generation: task.generation, outcome: Math.random() < 0.002 ? 'failed' : 'succeeded', files: [], startedAt, endedAt: Date.now(),
            memoryBytes: Math.round(3e8 + 5e8 * Math.random()),
          })
          const last = node.reports.at(-1)
          if (last.outcome === 'failed') last.failure = { code: 'exit-code', message: 'The command ended with exit code 1.', retry: 'here' }
        }
      } catch (e) {
        this.failures++
        this.last = e
        if (!this.stopped) await sleep(500)
      }
    }
  }

  async sync(node) {
    const told = [...node.reports]
    let first = true
    const leases = [...node.held].map(([lease, grant]) => {
      const held = { lease, started: first, progress: first ? [{ index: grant.tasks[0].index, percent: 40 }] : [] }
      first = false
      return held
    })
    const answer = await call(node.agent, this.url, '/v1/node/sync', node.secret, {
      protocol: this.protocol, boot: node.boot, sequence: ++node.sequence, parkMillis: node.held.size === 0 && told.length === 0 ? 20_000 : 0, slots: 1, leaving: false, leases, reports: told,
      facts: node.sequence === 1 ? {
        version: 'crowd', os: 'linux', cpus: 16, memoryBytes: 64e9, renderers: [], templates: [], offer: { amounts: {}, attributes: {} }, accepts: 'commands', sandbox: 'bubblewrap',
      } : undefined,
    })
    for (const ack of answer.acks) {
      node.reports = node.reports.filter((report) => report.lease !== ack.lease || report.index !== ack.index)
      if (ack.verdict === 'recorded' || ack.verdict === 'repeated') this.done++
    }
    const wanted = new Set(answer.leases.map((lease) => lease.lease))
    for (const lease of [...node.held.keys()]) if (!wanted.has(lease)) node.held.delete(lease)
    for (const lease of answer.leases) if (lease.grant && !node.held.has(lease.lease)) node.held.set(lease.lease, lease.grant)
  }

  stop() {
    this.stopped = true
    for (const node of this.nodes) node.agent.destroy()
  }
}
