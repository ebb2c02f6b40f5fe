// The page in a real browser against a real farm with real Blender. Prints one JSON line a check; PageTest makes tests
// of them. Needs BLENDERER_DIST.
import { Farm, browser, demoFolder, join, readFile, sleep, until, writeFile, mkdir } from './farm.mjs'
import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const HOSTILE = '<img src=x onerror=alert(1)>'
const SOON = 30_000

let bad = 0
async function check(name, what) {
  const began = Date.now()
  try {
    await what()
    console.log(JSON.stringify({ name, ok: true, millis: Date.now() - began }))
  } catch (e) {
    bad++
    console.log(JSON.stringify({ name, ok: false, millis: Date.now() - began, error: e.stack ?? String(e) }))
    if (page) await page.screenshot({ path: join(process.env.PAGE_SHOTS ?? '/tmp', `page-${bad}.png`) }).catch(() => {})
  }
}
function assert(fact, message) {
  if (!fact) throw new Error(message)
}

const farm = await Farm.start(process.env.PAGE_DIR ? ['--web', process.env.PAGE_DIR] : [])
let web
let page
const strange = []
const foreign = []
const dialogs = []
try {
  await Promise.all([farm.node('one', '--allow-commands'), (async () => { web = await browser() })()])
  const folder = await demoFolder(farm)
  const context = await web.newContext({ viewport: { width: 1360, height: 900 }, acceptDownloads: true, ignoreHTTPSErrors: true })
  page = await context.newPage()
  page.setDefaultTimeout(SOON)
  page.on('pageerror', (e) => strange.push(e.message))
  page.on('console', (message) => { if (message.type() === 'error' && !/status of 40[14]/.test(message.text())) strange.push(message.text()) })
  page.on('dialog', (dialog) => { dialogs.push(dialog.message()); void dialog.dismiss() })
  page.on('request', (request) => { if (!request.url().startsWith(farm.url) && !/^(blob|data):/.test(request.url())) foreign.push(request.url()) })

  await check('an_invite_signs_in_and_leaves_no_secret_behind', async () => {
    const link = await farm.link('--role', 'admin')
    await page.goto(link)
    await page.getByLabel('Your name').fill('Ann')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('.shell').waitFor()
    const secret = link.split('#')[1]
    assert(!page.url().includes('bl'+'i_'), `the address still holds it: ${page.url()}`)
    assert(!(await page.evaluate(() => document.cookie)).includes('='), 'script can read the cookie')
    assert(!(await page.content()).includes(secret), 'the page shows the secret')
    const { cookies } = await (await context.newCDPSession(page)).send('Network.getCookies', { urls: [farm.url] })
    assert(cookies.length === 1 && cookies[0].httpOnly && cookies[0].sameSite === 'Strict' && cookies[0].secure, `the cookies: ${JSON.stringify(cookies.map(({ value, ...rest }) => rest))}`)
  })

  await check('a_dropped_scene_is_looked_at_by_a_node_and_submitted', async () => {
    await page.goto(`${farm.url}/#/submit`)
    await page.locator('input[webkitdirectory]').first().setInputFiles(folder)
    // The folder holds the scene and a library, which is a .blend as well.
    const look = page.getByRole('button', { name: 'Look at it' })
    const name = page.getByLabel('Name', { exact: true })
    await Promise.race([look.waitFor(), name.waitFor()])
    if (await look.isVisible()) await look.click()
    await name.waitFor({ timeout: 60_000 })
    await name.fill(`${HOSTILE} windmill`)
    await page.getByLabel(/^Frames/).fill('1-4')
    await page.getByText('Render otherwise than it was saved').click()
    await page.getByLabel('Percentage').fill('25')
    await page.getByLabel('Samples').fill('1')
    await page.locator('h1').click()
    await page.getByRole('button', { name: /Submit 4 frames/ }).click()
    await page.waitForURL(/#\/jobs\//, { timeout: 60_000 })
  })

  await check('frames_appear_while_they_are_rendered', async () => {
    await page.getByText('4 of 4 done').waitFor({ timeout: 60_000 })
    await page.getByRole('heading', { level: 1, name: `${HOSTILE} windmill` }).waitFor()
    await until('the picture is drawn', () => painted('.stage canvas'))
    await until('the frames are drawn', () => painted('.box canvas'))
  })

  async function painted(selector) {
    return page.evaluate((where) => {
      const canvas = document.querySelector(where)
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      const colours = new Set()
      for (let i = 0; i < data.length; i += 4 * 97) if (data[i + 3] > 0) colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2])
      return colours.size > 20
    }, selector)
  }

  await check('the_flipbook_plays_and_scrubs', async () => {
    const scrub = page.getByRole('slider', { name: 'Frame', exact: true })
    await page.locator('h1').click()
    await page.keyboard.press('Home')
    await page.evaluate(() => {
      window.seen = new Set()
      const input = document.querySelector('.strip input')
      const look = () => { window.seen.add(input.value); window.looking = requestAnimationFrame(look) }
      look()
    })
    await page.keyboard.press(' ')
    await until('all frames were shown', () => page.evaluate(() => window.seen.size === 4))
    await page.keyboard.press(' ')
    await page.evaluate(() => cancelAnimationFrame(window.looking))
    await scrub.fill('2')
    await page.getByRole('heading', { name: 'Frame 3' }).waitFor()
  })

  await check('frames_are_downloaded', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).first().click()])
    const file = join(farm.folder, 'frames.zip')
    await download.saveAs(file)
    const zip = await readFile(file)
    assert(zip.readUInt32LE(0) === 0x04034b50, 'it is no ZIP')
    const names = [...zip.toString('latin1').matchAll(/[\w./-]+_000\d\.png/g)].map((match) => match[0])
    assert(new Set(names).size === 4, `it holds ${[...new Set(names)]}`)
    assert(statSync(file).size > 10_000, 'it is too small')
  })

  await check('a_template_s_form_makes_a_job_and_its_failed_frame_is_found_and_retried', async () => {
    const heals = Math.floor(Date.now() / 1000) + 14
    const template = {
      specificationVersion: 'jobtemplate-2023-09',
      name: 'Odd one',
      parameterDefinitions: [
        { name: 'Heals', type: 'INT', minValue: 1, default: 1, userInterface: { control: 'SPIN_BOX', label: 'Heals at', groupLabel: 'When' } },
        { name: 'Word', type: 'STRING', allowedValues: ['yes', HOSTILE], default: 'yes' },
      ],
      steps: [{
        name: 'work',
        parameterSpace: { taskParameterDefinitions: [{ name: 'Frame', type: 'INT', range: '1-3' }] },
        script: { actions: { onRun: { command: 'sh', args: ['-c', 'test {{Task.Param.Frame}} != 2 || test "$(date +%s)" -gt {{Param.Heals}}'] } } },
      }],
    }
    const bundle = join(farm.folder, 'bundle')
    await mkdir(bundle, { recursive: true })
    await writeFile(join(bundle, 'template.json'), JSON.stringify(template))
    await page.goto(`${farm.url}/#/submit`)
    await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(join(bundle, 'template.json'))
    assert((await page.getByLabel('Heals at').inputValue()) === '1', 'the form lacks the default')
    await page.getByLabel('Heals at').fill(String(heals))
    await page.getByLabel('Word').selectOption(HOSTILE)
    await page.getByRole('button', { name: 'Submit', exact: true }).click()
    await page.waitForURL(/#\/jobs\//)
    await page.getByText('1 frame failed.').waitFor()
    await page.getByRole('button', { name: 'Show the next' }).click()
    await page.getByRole('heading', { name: 'Frame 2' }).waitFor()
    await sleep(Math.max(0, heals * 1000 + 1500 - Date.now()))
    await page.getByRole('button', { name: 'Retry', exact: true }).click()
    await page.getByText('3 of 3 done').waitFor()
  })

  await check('the_list_is_live_and_names_stay_text', async () => {
    await page.goto(`${farm.url}/#/jobs`)
    const row = page.locator('li', { hasText: `${HOSTILE} windmill` })
    await row.waitFor()
    await row.locator('.thumb img').waitFor()
    const id = (await farm.json('jobs')).find((job) => job.name === 'Odd one').id
    await farm.cli('set', id, '--priority', '77')
    await page.locator('li', { hasText: 'Odd one' }).getByText('77').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('odd')
    await until('one row is left', async () => (await page.locator('main li').count()) === 1)
    await page.keyboard.press('Escape')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#\/jobs\//)
    assert(dialogs.length === 0, `a name ran as script: ${dialogs}`)
    assert((await page.locator('img[src="x"]').count()) === 0, 'a name became markup')
  })

  await check('a_node_is_paused_and_works_again', async () => {
    await page.goto(`${farm.url}/#/nodes/one`)
    await page.getByRole('button', { name: 'Pause one' }).click()
    await page.getByRole('button', { name: 'Resume one' }).click()
    await page.getByRole('button', { name: 'Pause one' }).waitFor()
    assert((await farm.json('nodes'))[0].state === 'online', 'the node is not online')
  })

  const jobs = await farm.json('jobs')
  const places = [
    '#/jobs', '#/submit', '#/nodes', '#/nodes/one', '#/farm', '#/welcome', ...jobs.slice(0, 1).map((job) => `#/jobs/${job.id}`), ...jobs.filter((job) => job.name.includes('windmill')).map((job) => `#/jobs/${job.id}`),
  ]
  await check('axe_finds_nothing_serious_on_any_page', async () => {
    const found = []
    let pictures = 10
    for (const scheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme: scheme })
      for (const place of places) {
        await page.goto(`${farm.url}/${place}`)
        await page.getByRole('heading', { level: 1 }).waitFor()
        for (const tab of await tabsOf()) {
          if (tab) await tab.click()
          await settled()
          if (process.env.PAGE_SHOTS) await page.screenshot({ path: join(process.env.PAGE_SHOTS, `${scheme}-${pictures++}.png`) })
          // Given to the page by the browser, past the page's own policy.
          await page.evaluate(axe)
          const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
          for (const one of result.violations) if (one.impact === 'serious' || one.impact === 'critical') found.push(`${scheme} ${place}: ${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary ?? ''}`).slice(0, 3).join('; ')}`)
        }
      }
    }
    assert(found.length === 0, found.join('\n'))
  })
  async function tabsOf() {
    const tabs = await page.getByRole('tab').all()
    return tabs.length === 0 ? [null] : tabs
  }
  async function settled() {
    await page.locator('.spin').first().waitFor({ state: 'detached' }).catch(() => {})
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  }

  await check('nothing_was_asked_of_another_origin_and_nothing_went_wrong', async () => {
    assert(foreign.length === 0, `asked of others: ${foreign}`)
    assert(strange.length === 0, `said in the console:\n${strange.join('\n')}`)
    assert(dialogs.length === 0, `a name ran as script: ${dialogs}`)
  })

  await check('a_page_of_another_origin_can_do_nothing', async () => {
    const other = await context.newPage()
    // 127.0.0.1 is another origin than localhost, and shows no cookie of it.
    await other.goto(`https://127.0.0.1:${farm.port}/healthz`)
    const answers = await other.evaluate(async (url) => {
      const attempt = async (path, options) => {
        try {
          const answer = await fetch(url + path, { credentials: 'include', ...options })
          return answer.type === 'opaque' ? 'opaque' : `read ${answer.status}`
        } catch {
          return 'refused'
        }
      }
      return [await attempt('/v1/jobs'), await attempt('/v1/invites', { method: 'POST', mode: 'no-cors', body: '{"role":"admin","uses":1,"validSeconds":60}' })]
    }, farm.url)
    assert(answers[0] === 'refused', `it could read jobs: ${answers}`)
    const invites = JSON.parse(await farm.cli('invite', '--list', '--json').catch(() => '[]'))
    assert(!JSON.stringify(invites).includes('"admin"'), 'it made an invite')
    await other.close()
  })

  await check('a_sign_in_that_was_ended_leads_back_to_the_door', async () => {
    await page.goto(`${farm.url}/#/jobs`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Or paste the link here').waitFor()
    await page.reload()
    await page.getByLabel('Or paste the link here').waitFor()
  })
} catch (e) {
  bad++
  console.log(JSON.stringify({ name: 'the_farm_and_the_browser_start', ok: false, millis: 0, error: e.stack ?? String(e) }))
} finally {
  await web?.close()
  await farm.close()
}
process.exit(bad > 0 ? 1 : 0)
