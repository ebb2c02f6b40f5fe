// A farm of real processes in a temporary folder, and a browser that looks at it.
import { spawn, execFile } from 'node:child_process'
import { mkdtemp, rm, mkdir, writeFile, access, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const program = join(process.env.BLENDERER_DIST ?? join(root, '.build/blenderer'), 'bin/blenderer')
const exec = promisify(execFile)

async function freePort() {
  return new Promise((done, failed) => {
    const socket = createServer()
    socket.on('error', failed)
    socket.listen(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => done(port))
    })
  })
}

export class Farm {
  constructor(folder, port) {
    this.folder = folder
    this.port = port
    this.url = `https://localhost:${port}`
    this.running = []
    this.logs = new Map()
  }

  static async start(options = []) {
    const farm = new Farm(await mkdtemp(join(tmpdir(), 'blenderer-page-')), await freePort())
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, () => { void farm.close().finally(() => process.exit(143)) })
    farm.run('server', ['server', '--data', join(farm.folder, 'server'), '--listen', `127.0.0.1:${farm.port}`, ...options])
    await until('the server answers', async () => {
      await access(join(farm.folder, 'server/admin.connection'))
      await farm.cli('whoami')
      return true
    }, () => farm.logs.get('server'))
    return farm
  }

  run(name, args, env = {}) {
    const child = spawn(program, args, { env: { ...process.env, XDG_CONFIG_HOME: join(this.folder, 'config'), ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.logs.set(name, '')
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => this.logs.set(name, (this.logs.get(name) + text).slice(-20_000)))
    this.running.push({ name, child })
    return child
  }

  async cli(...args) {
    const { stdout } = await exec(program, args, {
      env: { ...process.env, XDG_CONFIG_HOME: join(this.folder, 'config'), BLENDERER_CONNECT: join(this.folder, 'server/admin.connection') },
      maxBuffer: 64 << 20,
    })
    return stdout
  }

  async json(...args) {
    return JSON.parse(await this.cli(...args, '--json'))
  }

  /** An invite's connection string. */
  async invite(...args) {
    return (await this.cli('invite', ...args)).trim().split('\n').pop()
  }

  /** A link that a person opens. */
  async link(...args) {
    return `${this.url}/sign-in#${(await this.invite(...args)).split('.').pop()}`
  }

  async node(name, ...options) {
    const connection = join(this.folder, `${name}.connection`)
    await writeFile(connection, await this.invite('--role', 'node'))
    this.run(name, ['node', '--connect', connection, '--name', name, '--data', join(this.folder, `node-${name}`), ...options])
    await until(`node ${name} is online`, async () => (await this.json('nodes')).some((node) => node.name === name && node.state === 'online'), () => this.logs.get(name))
  }

  /** Ends one process as if its computer lost power. */
  kill(name) {
    for (const one of this.running) if (one.name === name) one.child.kill('SIGKILL')
  }

  async close() {
    for (const { child } of this.running.reverse()) child.kill('SIGTERM')
    await Promise.all(this.running.map(({ child }) => (child.exitCode !== null || child.signalCode !== null ? null : Promise.race([new Promise((done) => child.once('exit', done)), sleep(20_000).then(() => child.kill('SIGKILL'))]))))
    await rm(this.folder, { recursive: true, force: true })
  }
}

export const sleep = (millis) => new Promise((done) => setTimeout(done, millis))

/** Waits until something is true; errors count as not yet. */
export async function until(what, test, more = () => '', seconds = 90) {
  const end = Date.now() + seconds * 1000
  let last
  for (;;) {
    try {
      if (await test()) return
    } catch (e) {
      last = e
    }
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}${last ? `; ${last.message}` : ''}\n${more() ?? ''}`)
    await sleep(150)
  }
}

/** Debian's Chromium; it asks nobody outside, and trusts the farm's own certificate. */
export async function browser(...flags) {
  return chromium.launch({
    executablePath: process.env.BLENDERER_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--ignore-certificate-errors', '--force-color-profile=srgb', ...flags,
    ],
  })
}

/** A small Blender scene of a few frames, made by the program's own demo scene. */
export async function demoFolder(farm) {
  const folder = join(farm.folder, 'windmill')
  await mkdir(folder, { recursive: true })
  await exec('cp', ['-R', `${join(root, 'renderers/blender/demo')}/.`, folder])
  return folder
}

export { readFile, writeFile, mkdir, join }
