// Pictures of every page: screenshots.mjs FOLDER [--docs | --only NAME,NAME]. With --docs only the few that README and
// docs show, light enough for the repository. The farm is real: two nodes, Blender, jobs that wait, run, fail and look odd.
import { mkdir, rm, readdir } from 'node:fs/promises'
import { Farm, browser, demoFolder, join, sleep, until, writeFile } from './farm.mjs'

const [out = 'screenshots', mode = '', names = ''] = process.argv.slice(2)
const chosen = mode === '--only' ? names.split(',') : null
const docs = mode === '--docs'
await mkdir(out, { recursive: true })
const farm = await Farm.start(process.env.PAGE_DIR ? ['--web', process.env.PAGE_DIR] : [])
const web = await browser()
const LOOKS = [
  { name: 'wide-dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'wide-light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', deviceScaleFactor: 2 },
  { name: 'phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light', deviceScaleFactor: 2 },
]
const strange = []
const FORM = {
  specificationVersion: 'jobtemplate-2023-09',
  name: 'Convert pictures',
  parameterDefinitions: [
    { name: 'Pictures', type: 'PATH', objectType: 'DIRECTORY', dataFlow: 'IN', description: 'The folder with the pictures.', userInterface: { control: 'CHOOSE_DIRECTORY', label: 'Pictures', groupLabel: 'Input' } },
    { name: 'Frames', type: 'STRING', default: '1-10', userInterface: { control: 'LINE_EDIT', label: 'Frames', groupLabel: 'Input' } },
    { name: 'Resolution', type: 'INT', default: 1080, minValue: 16, maxValue: 4320, userInterface: { control: 'SPIN_BOX', label: 'Resolution', groupLabel: 'Output' } },
    { name: 'Format', type: 'STRING', default: 'JPEG', allowedValues: ['JPEG', 'PNG', 'WEBP'], userInterface: { control: 'DROPDOWN_LIST', label: 'Format', groupLabel: 'Output' } },
    { name: 'Keep', type: 'STRING', default: 'true', allowedValues: ['true', 'false'], userInterface: { control: 'CHECK_BOX', label: 'Keep what was there', groupLabel: 'Output' } },
    { name: 'Notes', type: 'STRING', default: '', description: 'Written into each picture.', userInterface: { control: 'MULTILINE_EDIT', label: 'Notes' } },
  ],
  steps: [{ name: 'convert', script: { actions: { onRun: { command: 'true' } } } }],
}

async function shots(name, place, act = async () => {}, looks = LOOKS, height = 0) {
  if (chosen && !chosen.includes(name)) return
  for (const look of looks) {
    try {
      await shot(name, place, act, look, height)
    } catch (e) {
      strange.push(`${name} ${look.name}: ${e.message}`)
    }
  }
}
async function shot(name, place, act, look, height) {
  const page = pages.get(look.name)
  await page.setViewportSize(height && look.viewport.width > 600 ? { width: look.viewport.width, height } : look.viewport)
  // From nothing, so that nothing of the page before is clicked or pictured.
  await page.goto('about:blank')
  await page.goto(`${farm.url}/${place}`)
  await page.locator('h1').first().waitFor()
  await act(page)
  await page.locator('.spin').first().waitFor({ state: 'detached', timeout: 10_000 }).catch(() => {})
  await page.evaluate(() => document.activeElement?.blur())
  await sleep(500)
  await page.screenshot(docs ? { path: join(out, `page-${name}.jpg`), type: 'jpeg', quality: 82 } : { path: join(out, `${name}-${look.name}.png`) })
}
const pages = new Map()
async function signIn(role, name) {
  for (const look of docs ? LOOKS.slice(0, 1) : LOOKS) {
    const context = await web.newContext({ ...look, ignoreHTTPSErrors: true })
    const page = await context.newPage()
    page.on('pageerror', (e) => strange.push(e.message))
    page.setDefaultTimeout(30_000)
    pages.set(look.name, page)
    if (role === '') continue
    await page.goto(await farm.link('--role', role))
    await page.getByLabel('Your name').fill(`${name}${pages.size > 1 ? ` ${pages.size}` : ''}`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('.shell').waitFor()
  }
}
const looks = docs ? LOOKS.slice(0, 1) : LOOKS
const all = (name, place, act, height) => shots(name, place, act, looks, height)
const only = (name, ...rest) => (docs ? null : all(name, ...rest))

try {
  await signIn('', '')
  if (!docs) await all('empty-sign-in', 'sign-in')
  pages.clear()
  await signIn('admin', 'Ann')
  await only('empty-welcome', '#/welcome', async (page) => { const button = page.getByRole('button', { name: 'Show the command' }); if (await button.isVisible()) await button.click() })
  await only('empty-submit', '#/submit')
  await only('empty-nodes', '#/nodes')
  await only('empty-farm', '#/farm')

  await Promise.all([farm.node('workstation-01', '--slots', '1'), farm.node('laptop-ben', '--slots', '1', '--allow-commands')])
  const folder = await demoFolder(farm)
  const scene = join(folder, 'scene.blend')
  const submit = async (...args) => JSON.parse((await farm.cli('submit', ...args, '--json')).trim().split('\n').pop()).id
  const turntable = await submit(scene, '--frames', '1-24', '--name', 'Windmill, turntable', '--samples', '8')
  const failing = await submit('--command', 'test {frame} -ne 7 && test {frame} -ne 12', '--frames', '1-40', '--name', 'Simulation cache')
  const bare = join(farm.folder, 'bare')
  await mkdir(bare, { recursive: true })
  await (await import('node:fs/promises')).cp(folder, bare, { recursive: true })
  for (const file of await readdir(join(bare, 'textures'))) await rm(join(bare, 'textures', file))
  const pink = await submit(join(bare, 'scene.blend'), '--frames', '1-8', '--name', 'Windmill without its textures', '--percentage', '50', '--samples', '4', '--allow-missing')
  await farm.cli('wait', turntable).catch(() => {})
  await farm.cli('wait', failing).catch(() => {})
  await farm.cli('wait', pink).catch(() => {})
  // While the nodes have nothing else to do: they look into the scene.
  await all('submit', '#/submit', async (page) => {
    await page.locator('input[webkitdirectory]').first().setInputFiles(bare)
    const look = page.getByRole('button', { name: 'Look at it' })
    await Promise.race([look.waitFor(), page.getByText('What would go wrong').waitFor()])
    if (await look.isVisible()) await look.click()
    await page.getByText('What would go wrong').waitFor({ timeout: 90_000 })
  })
  const long = await submit(scene, '--frames', '1-240', '--name', 'Shot 020, island', '--samples', '6', '--priority', '60', '--project', 'film')
  await submit(scene, '--frames', '1-900', '--name', 'Shot 030, night', '--priority', '40', '--project', 'film')
  await submit(scene, '--frames', '1-50', '--name', 'Shot 040, look first', '--probe-hold', '--project', 'film', '--percentage', '25')
  const paused = await submit(scene, '--frames', '1-2000', '--name', 'Long walk', '--priority', '20')
  await farm.cli('pause', paused)
  if (!chosen) await until('some frames are there', async () => (await farm.json('job', long)).tasks.done >= (docs ? 2 : 20), () => '', 240)

  await only('jobs', '#/jobs')
  await all('job', `#/jobs/${turntable}`, async (page) => { await page.locator('.strip input').fill('6'); await sleep(1200) }, 1180)
  await only('job-busy', `#/jobs/${long}`, async (page) => { await page.getByRole('button', { name: 'States' }).click() }, 1180)
  await only('job-compare', `#/jobs/${turntable}`, async (page) => { await page.getByLabel('Compare with').selectOption({ label: (await page.getByLabel('Compare with').locator('option').allTextContents()).find((text) => text.startsWith('Windmill without')) }); await sleep(1500) })
  await only('job-pictures', `#/jobs/${long}`, async (page) => { await page.getByRole('button', { name: 'Pictures' }).click(); await sleep(1200) }, 1180)
  const tab = (name) => async (page) => { await page.getByRole('tab', { name }).click(); await sleep(900); await page.locator('#panel').scrollIntoViewIfNeeded(); await page.evaluate(() => window.scrollTo(0, document.querySelector('.tabs').offsetTop - 20)) }
  await only('job-plots', `#/jobs/${long}`, tab('Time and memory'))
  await only('job-logs', `#/jobs/${failing}`, tab('Logs'))
  await only('job-logs-live', `#/jobs/${long}`, async (page) => { await tab('Logs')(page); await page.getByText('new lines come by themselves').waitFor(); await sleep(6000) })
  await only('job-files', `#/jobs/${turntable}`, tab('Files and settings'))
  await only('job-change', `#/jobs/${long}`, async (page) => { await page.getByRole('button', { name: 'Clone' }).click(); await page.getByText('When and where it runs').click() }, 1180)
  await only('broken-failed', `#/jobs/${failing}`, async (page) => { await page.getByRole('button', { name: 'Show the next' }).click() })
  await only('broken-flagged', `#/jobs/${pink}`, async (page) => { await page.getByRole('button', { name: 'Look at the next' }).click() })
  await only('submit-template', '#/submit', async (page) => {
    const file = join(farm.folder, 'template.json')
    await writeFile(file, JSON.stringify(FORM))
    await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(file)
    await page.getByLabel('Resolution').waitFor()
  })
  await only('nodes', '#/nodes')
  await only('node', '#/nodes/workstation-01')
  await only('farm', '#/farm')
  for (const name of ['Used by', 'Storage', 'People and keys', 'Limits', 'Audit', 'Health']) await only(`farm-${name.split(' ')[0].toLowerCase()}`, '#/farm', async (page) => { await page.getByRole('tab', { name }).click(); await sleep(600) })
  await only('help', '#/jobs', async (page) => { await page.keyboard.press('?') })
  if (!docs) {
    farm.kill('laptop-ben')
    await farm.cli('node-pause', 'workstation-01')
    await until('the killed node is missed', async () => (await farm.json('nodes')).some((node) => node.state === 'offline'))
    await all('broken-nodes', '#/nodes')
    for (const page of pages.values()) await page.goto(`${farm.url}/#/jobs`)
    await sleep(500)
    farm.kill('server')
    await sleep(5000)
    for (const [look, page] of pages) await page.screenshot({ path: join(out, `broken-server-${look}.png`) })
  }
} finally {
  await web.close()
  await farm.close()
}
if (strange.length > 0) {
  console.error(strange.join('\n'))
  process.exit(1)
}
