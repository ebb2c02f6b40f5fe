// How fast the page is: a job of 10,000 frames on 1,000 nodes that only talk, all of it done in the time given, as an hour
// of a farm whose frames take six minutes. Prints one JSON line. perf.mjs [--nodes 1000] [--frames 10000] [--seconds 120]
import { Farm, browser, sleep, until } from './farm.mjs'
import { Crowd } from './crowd.mjs'

const options = Object.fromEntries(process.argv.slice(2).join(' ').split('--').filter(Boolean).map((word) => word.trim().split(/[ =]+/)))
const nodes = Number(options.nodes ?? 1000)
const frames = Number(options.frames ?? 10_000)
const seconds = Number(options.seconds ?? 120)

const farm = await Farm.start(process.env.PAGE_DIR ? ['--web', process.env.PAGE_DIR] : [])
const crowd = new Crowd(farm.url, 1)
const web = await browser()
const figures = { benchmark: 'page', nodes, frames, seconds }
try {
  await crowd.enrol(nodes, (await farm.invite('--role', 'node', '--uses', String(nodes))).split('.').pop())
  const id = JSON.parse((await farm.cli('submit', '--command', 'true', '--frames', `1-${frames}`, '--name', 'Ten thousand', '--json')).trim().split('\n').pop()).id
  const per = (seconds * nodes) / frames
  crowd.work(per)
  const context = await web.newContext({ viewport: { width: 1440, height: 1000 }, ignoreHTTPSErrors: true })
  const page = await context.newPage()
  const strange = []
  page.on('pageerror', (e) => strange.push(e.stack ?? e.message))
  page.on('console', (message) => { if (message.type() === 'error') strange.push(message.text()) })
  await page.goto(await farm.link('--role', 'viewer'))
  await page.getByLabel('Your name').fill('Vera')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.shell').waitFor()
  await until('a tenth is done', () => crowd.done > frames / 10, () => `${crowd.done} done, ${crowd.failures} failures: ${crowd.last}`)

  // First paint, with nothing in the browser's cache.
  const session = await context.newCDPSession(page)
  await session.send('Network.clearBrowserCache')
  const paints = []
  for (let i = 0; i < 3; i++) {
    await session.send('Network.clearBrowserCache')
    await page.goto('about:blank')
    await page.goto(`${farm.url}/#/jobs/${id}`)
    await page.locator('.box canvas').waitFor()
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1))
  }
  figures.firstPaintMs = Math.round(paints.sort((a, b) => a - b)[1])
  figures.frameGridMs = Math.round(await page.evaluate(() => performance.now()))
  // The parts that a browser takes for all pages.
  for (const place of ['#/jobs', '#/submit', '#/nodes', '#/farm', `#/jobs/${id}`]) {
    await page.goto(`${farm.url}/${place}`)
    await page.locator('h1').waitFor()
  }
  figures.pageBytes = await page.evaluate(() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).filter((one) => /\.(js|css|svg)$|\/$/.test(new URL(one.name).pathname)).reduce((sum, one) => sum + (one.encodedBodySize ?? 0), 0))

  await page.locator('.box canvas').waitFor()
  await sleep(3000)
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage')
    await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize
  }
  // What the browser has compiled is on its heap as well, and is not what events leave behind.
  const code = async () => {
    const chunks = []
    const hear = ({ chunk }) => chunks.push(chunk)
    session.on('HeapProfiler.addHeapSnapshotChunk', hear)
    await session.send('HeapProfiler.takeHeapSnapshot')
    session.off('HeapProfiler.addHeapSnapshotChunk', hear)
    const { snapshot, nodes } = JSON.parse(chunks.join(''))
    const { node_fields: fields, node_types: types } = snapshot.meta
    let sum = 0
    for (let i = 0; i < nodes.length; i += fields.length) if (types[0][nodes[i + fields.indexOf('type')]] === 'code') sum += nodes[i + fields.indexOf('self_size')]
    return sum
  }
  const canvas = page.locator('.box canvas')
  const use = async () => {
    for (let i = 0; i < 10; i++) {
      await canvas.click({ position: { x: 120 + 37 * i, y: 40 + 17 * i } })
      await page.keyboard.press('.')
      await page.keyboard.press('n')
    }
    for (const name of ['Time and memory', 'Logs', 'Files and settings', 'Frames']) await page.getByRole('tab', { name }).click()
    await sleep(500)
  }
  // Everything is used once before: a page that was just opened has most of its code still to compile.
  await use()
  const before = await heap()
  const codeBefore = await code()
  const doneBefore = crowd.done

  // Scrolling through all frames, while they change.
  if ((await page.locator('.box').count()) === 0) throw new Error(`the frames are gone: ${await page.locator('body').innerText()}\n${strange.join('\n')}`)
  const deltas = await page.evaluate(async () => {
    const box = document.querySelector('.box')
    box.scrollIntoView({ block: 'center' })
    const deltas = []
    let last = await new Promise((done) => requestAnimationFrame(done))
    const far = box.scrollHeight - box.clientHeight
    for (let i = 0; i < 360; i++) {
      box.scrollTop = far * (0.5 - 0.5 * Math.cos((i / 360) * 4 * Math.PI))
      const now = await new Promise((done) => requestAnimationFrame(done))
      deltas.push(now - last)
      last = now
    }
    return deltas
  })
  deltas.sort((a, b) => a - b)
  figures.scrollP95Ms = Math.round(10 * deltas[Math.floor(deltas.length * 0.95)]) / 10
  figures.scrollUnder33 = Math.round((1000 * deltas.filter((one) => one < 33).length) / deltas.length) / 10

  // What a click or a key takes until it is seen.
  await page.evaluate(() => {
    window.took = []
    new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.interactionId) window.took.push(one.duration) }).observe({ type: 'event', durationThreshold: 16, buffered: false })
  })
  await use()
  const took = (await page.evaluate(() => window.took)).sort((a, b) => a - b)
  figures.interactions = took.length
  figures.interactionP95Ms = took[Math.floor(took.length * 0.95)] ?? 16
  figures.interactionWorstMs = took.at(-1) ?? 16

  await until('all frames are done', () => crowd.done >= frames * 0.97, () => `${crowd.done} done, ${crowd.failures} failures: ${crowd.last}`, seconds + 60)
  await sleep(1500)
  const after = await heap()
  figures.eventsOf = crowd.done - doneBefore
  figures.heapBefore = before
  figures.heapAfter = after
  figures.heapCodeGrowth = (await code()) - codeBefore
  figures.heapGrowthPercent = Math.round((1000 * (after - before)) / before) / 10
  figures.nodeFailures = crowd.failures
  console.log(JSON.stringify(figures))
} finally {
  crowd.stop()
  await web.close()
  await farm.close()
}
