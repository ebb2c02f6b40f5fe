// The page in a real browser against a real farm with real Blender. Prints one JSON line a check; PageTest makes tests
// of them. Needs BLENDERER_DIST.
import { Farm, browser, demoFolder, join, readFile, sleep, until, writeFile, mkdir } from './farm.mjs'
import { readFileSync, statSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:https'
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
  await Promise.all([farm.node('one', '--allow-commands', '--slots', '2'), (async () => { web = await browser() })()])
  const folder = await demoFolder(farm)
  const context = await web.newContext({ viewport: { width: 1360, height: 900 }, acceptDownloads: true, ignoreHTTPSErrors: true })
  page = await context.newPage()
  page.setDefaultTimeout(SOON)
  page.on('pageerror', (e) => strange.push(e.message))
  page.on('console', (message) => { if (message.type() === 'error' && !/status of (40[14]|422)|net::ERR_FAILED/.test(message.text())) strange.push(message.text()) })
  page.on('dialog', (dialog) => { if (dialog.type() === 'beforeunload') void dialog.accept(); else { dialogs.push(dialog.message()); void dialog.dismiss() } })
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
      // Looked up each time: the strip is drawn anew when the job ends.
      const look = () => {
        const input = document.querySelector('.strip input')
        if (input) window.seen.add(input.value)
        window.looking = requestAnimationFrame(look)
      }
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

  // Talks for a while, as a renderer does; followed below, while other things are looked at.
  const talking = await submitted('Talker', '1', 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo "word $i"; sleep 1; done')
  const followed = farm.cli('logs', talking, '--follow')

  async function submitted(name, frames, command, ...options) {
    return JSON.parse((await farm.cli('submit', '--command', command, '--frames', frames, '--name', name, '--json', ...options)).trim().split('\n').pop()).id
  }

  await check('an_upload_that_was_cut_goes_on_after_a_reload', async () => {
    const folder = join(farm.folder, 'large')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'large.blend'), randomBytes(20 << 20))
    const offsets = []
    let cut = true
    await page.route('**/v1/uploads/*', async (route) => {
      const offset = Number(new URL(route.request().url()).searchParams.get('offset') ?? -1)
      if (route.request().method() === 'PUT') offsets.push(offset)
      if (cut && offset > 0) await route.abort()
      else await route.continue()
    })
    await page.goto(`${farm.url}/#/submit`)
    await page.locator('input[webkitdirectory]').first().setInputFiles(folder)
    await until('the second part was cut', () => offsets.some((offset) => offset > 0))
    assert(offsets[0] === 0, `it began at ${offsets[0]}`)
    offsets.length = 0
    cut = false
    await page.reload()
    await page.getByText('You were about to submit large.blend').waitFor()
    const sent = page.waitForResponse((answer) => /uploads\/[0-9a-f]+\/commit$/.test(new URL(answer.url()).pathname))
    await page.locator('input[webkitdirectory]').first().setInputFiles(folder)
    assert((await sent).ok(), 'the upload was refused')
    assert(offsets[0] >= 8 << 20, `it went on at ${offsets}`)
    await page.unroute('**/v1/uploads/*')
    await page.getByRole('button', { name: 'Another scene' }).click()
    await page.getByRole('heading', { name: 'Drop a .blend' }).waitFor()
  })

  await check('the_log_of_a_running_attempt_is_followed', async () => {
    await page.goto(`${farm.url}/#/jobs/${talking}`)
    await page.getByRole('tab', { name: 'Logs' }).click()
    await page.getByText('new lines come by themselves').waitFor()
    const log = page.getByLabel('Log', { exact: true })
    await until('two lines came, one after the other', async () => {
      const words = await log.innerText()
      if (!/word 1\n/.test(words)) return false
      const last = Number([...words.matchAll(/word (\d+)/g)].pop()[1])
      await log.getByText(`word ${last + 1}`).waitFor()
      return true
    })
    assert((await farm.json('job', talking)).state === 'running', 'the lines came at the end')
  })

  await check('a_probe_is_approved', async () => {
    await page.goto(`${farm.url}/#/jobs/${await submitted('Probed', '1-5', 'true', '--probe-hold')}`)
    await page.getByText('wait until somebody has looked at them').waitFor()
    await page.getByText('3 of 5 done').waitFor()
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByText('5 of 5 done').waitFor()
  })

  await check('a_frame_is_skipped_and_terms_are_set', async () => {
    const id = await submitted('Waiting', '1-6', 'true', '--hold')
    await page.goto(`${farm.url}/#/jobs/${id}`)
    await page.getByRole('heading', { name: 'Frame 1' }).waitFor()
    await page.getByRole('button', { name: 'Skip', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Skip' }).click()
    await page.getByText('0 of 5 done').waitFor()
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    await page.getByText('When and where it runs').click()
    await page.getByLabel('Most slots').fill('2')
    await page.getByLabel('Nodes that get it first').fill('pool=fast')
    await page.getByLabel('Twins').selectOption('off')
    await page.getByLabel('Gives its slots').check()
    await page.getByRole('dialog').getByRole('button', { name: 'Change' }).click()
    await page.getByRole('tab', { name: 'Files and settings' }).click()
    await page.getByText('attr.farm.pool=fast').waitFor()
    const { terms } = await farm.json('job', id)
    assert(terms.slots === 2 && terms.twins === false && terms.preemptible === true && terms.prefer[0] === 'attr.farm.pool=fast', JSON.stringify(terms))
  })

  await check('a_followed_log_is_whole_at_the_end', async () => {
    await page.goto(`${farm.url}/#/jobs/${talking}`)
    await page.getByRole('tab', { name: 'Logs' }).click()
    await page.getByText('1 of 1 done').waitFor()
    const words = page.getByLabel('Log', { exact: true })
    await words.getByText('word 16').waitFor()
    assert(/word 1\n[^]*word 10\n/.test(await words.innerText()), `the log is ${await words.innerText()}`)
    const printed = await followed
    assert(/^== frame 1 on one\n/m.test(printed) && /word 2\n/.test(printed) && printed.trim().endsWith('word 16'), `the command printed ${printed}`)
    assert(printed.split('word 11\n').length === 2, `lines came twice: ${printed}`)
  })

  await check('a_job_is_cloned_with_changes_and_both_are_compared', async () => {
    const first = (await farm.json('jobs')).find((job) => job.name.endsWith('windmill')).id
    await page.goto(`${farm.url}/#/jobs/${first}`)
    await page.getByRole('button', { name: 'Clone' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('Second look')
    await dialog.getByLabel('Frames', { exact: true }).fill('2')
    await dialog.getByLabel('Samples').fill('2')
    await dialog.getByRole('button', { name: 'Make the job' }).click()
    await page.getByRole('heading', { level: 1, name: 'Second look' }).waitFor()
    await page.getByText('1 of 1 done').waitFor({ timeout: 60_000 })
    await page.getByLabel('Compare with').selectOption(first)
    await page.getByText('B · ').waitFor()
    await page.getByRole('button', { name: 'B', exact: true }).click()
    await until('the other picture is drawn', () => painted('.stage canvas'))
    await page.getByRole('button', { name: 'A', exact: true }).click()
    await until('the own picture is drawn', () => painted('.stage canvas'))
    const second = (await farm.json('jobs')).find((job) => job.name === 'Second look')
    assert(second.parameters.Samples === '2' && second.manifest === (await farm.json('job', first)).manifest, 'it is no clone with changes')
  })

  await check('a_node_s_pools_are_set_and_its_usage_is_counted', async () => {
    await page.goto(`${farm.url}/#/nodes/one`)
    await page.getByRole('button', { name: 'Change the pools of one' }).click()
    await page.getByLabel('Pools').fill('fast, gpu')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('fast, gpu').waitFor()
    assert((await farm.json('nodes'))[0].offer.attributes['attr.farm.pool'].join() === 'fast,gpu', 'the node is in other pools')
    await page.getByText('Open scenes').waitFor()
    await page.goto(`${farm.url}/#/farm`)
    await page.getByRole('tab', { name: 'Used by' }).click()
    await page.getByRole('cell', { name: 'Ann' }).waitFor()
    await page.getByRole('button', { name: 'Node', exact: true }).click()
    await page.getByRole('link', { name: 'one' }).first().waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()])
    const file = join(farm.folder, 'usage.csv')
    await download.saveAs(file)
    const saved = await readFile(file, 'utf8')
    assert(saved === (await farm.cli('usage', '--by', 'person,node', '--csv')), `the page saved ${saved}`)
  })

  await check('names_that_a_server_would_refuse_would_stay_text_as_well', async () => {
    // The server takes no such name for a person, a node or a file. Here one says that it has.
    const lie = async (route) => {
      const answer = await route.fetch()
      const hostile = JSON.stringify(HOSTILE)
      const body = (await answer.text()).replaceAll('"one"', hostile).replaceAll('"Ann"', hostile).replaceAll(/"[^"/]*windmill\.blend"/g, hostile).replaceAll(/"path":"[^"]*windmill[^"]*"/g, `"path":${hostile}`)
      await route.fulfill({ response: answer, body })
    }
    const whole = /\/v1\/(whoami|nodes|keys|sessions|usage|audit|storage|farm|jobs)(?!.*(preview|picture|thumbnail|files\.zip))/
    await page.route(whole, lie)
    const job = (await farm.json('jobs')).find((one) => one.name.endsWith('windmill')).id
    for (const place of ['#/jobs', '#/nodes', `#/nodes/${encodeURIComponent('one')}`, '#/farm', `#/jobs/${job}`]) {
      await page.goto(`${farm.url}/${place}`)
      await page.reload()
      await page.getByRole('heading', { level: 1 }).waitFor()
      for (const tab of await tabsOf()) {
        if (tab) await tab.click()
        await settled()
        assert((await page.locator('img[src="x"]').count()) === 0, `a name became markup at ${place}`)
      }
      assert((await page.locator('body').innerText()).includes(HOSTILE), `the name is not shown at ${place}`)
    }
    await page.unroute(whole)
    await page.reload()
    assert(dialogs.length === 0, `a name ran as script: ${dialogs}`)
    const refused = await page.evaluate(async (name) => {
      const link = await fetch('/v1/invites', { method: 'POST', headers: { 'Blenderer-Page': '1', 'Content-Type': 'application/json' }, body: JSON.stringify({ role: 'viewer', uses: 1, validSeconds: 600 }) })
      const { secret } = await link.json()
      const answer = await fetch('/v1/sign-in', { method: 'POST', headers: { 'Blenderer-Page': '1', 'Content-Type': 'application/json' }, body: JSON.stringify({ secret, name }) })
      return `${answer.status} ${(await answer.json()).code}`
    }, HOSTILE)
    assert(refused === '422 bad-name', `a person of such a name: ${refused}`)
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
  await check('clean_up_says_what_would_go_before_it_goes', async () => {
    await page.goto(`${farm.url}/#/farm`)
    await page.getByRole('tab', { name: 'Storage' }).click()
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByLabel('Days after the job ended').fill('0')
    await page.getByRole('button', { name: 'What would go?' }).click()
    await page.getByText(/things, .* would go/).waitFor()
    const logs = async () => (await farm.json('storage')).kinds.find((kind) => kind.kind === 'logs')?.bytes ?? 0
    assert((await logs()) > 0, 'a dry run removed something')
    await page.getByRole('button', { name: 'Save the rules' }).click()
    await page.getByText('Saved.').waitFor()
    await page.getByRole('button', { name: 'What would go?' }).click()
    await page.getByRole('button', { name: /Remove .* now/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText(/freed\./).waitFor()
    await until('the logs are gone', async () => (await logs()) === 0)
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
    const victim = await submitted('Victim', '1-2', 'true', '--hold')
    // The hardest: another port of the same host is the same site, so that the browser sends even a strict cookie.
    const pem = await readFile(join(farm.folder, 'server/tls/server.pem'))
    const neighbour = createServer({ key: pem, cert: pem }, (_, answer) => answer.end('<!doctype html><title>neighbour</title><body>'))
    await new Promise((on) => neighbour.listen(0, '127.0.0.1', on))
    // And 127.0.0.1 is another site than localhost.
    for (const host of ['localhost', '127.0.0.1']) {
      const origin = `https://${host}:${neighbour.address().port}/`
      const other = await context.newPage()
      await other.goto(origin)
      const answers = await other.evaluate(async ([url, job]) => {
        const attempt = async (path, options) => {
          try {
            const answer = await fetch(url + path, { credentials: 'include', ...options })
            return answer.type === 'opaque' ? 'opaque' : `read ${answer.status}`
          } catch {
            return 'refused'
          }
        }
        const loads = (tag, path, more = {}) => new Promise((done) => {
          const element = Object.assign(document.createElement(tag), more)
          element.onload = () => done('loaded')
          element.onerror = () => done('refused')
          element[tag === 'link' ? 'href' : 'src'] = url + path
          document.body.append(element)
        })
        const form = document.createElement('form')
        Object.assign(form, { method: 'POST', action: `${url}/v1/jobs/${job}/cancel`, target: 'hidden' })
        const frame = Object.assign(document.createElement('iframe'), { name: 'hidden' })
        document.body.append(frame, form)
        form.submit()
        const all = {
          jobs: await attempt('/v1/jobs'),
          header: await attempt(`/v1/jobs/${job}/cancel`, { method: 'POST', headers: { 'Blenderer-Page': '1' } }),
          cancel: await attempt(`/v1/jobs/${job}/cancel`, { method: 'POST', mode: 'no-cors' }),
          invite: await attempt('/v1/invites', { method: 'POST', mode: 'no-cors', body: '{"role":"admin","uses":1,"validSeconds":60}' }),
          script: await loads('script', '/v1/jobs'),
          image: await loads('img', '/icon.svg'),
          events: await new Promise((done) => { const events = new EventSource(`${url}/v1/events`, { withCredentials: true }); events.onopen = () => done('open'); events.onerror = () => { events.close(); done('refused') } }),
        }
        document.body.append(Object.assign(document.createElement('iframe'), { src: `${url}/` }))
        await new Promise((on) => setTimeout(on, 700))
        return all
      }, [farm.url, victim])
      for (const what of ['jobs', 'header', 'script', 'image', 'events']) assert(answers[what] === 'refused', `${origin}: ${JSON.stringify(answers)}`)
      assert(!other.frames().some((frame) => frame.url().startsWith(farm.url) && frame !== other.mainFrame()), `${origin}: a frame shows ${other.frames().map((frame) => frame.url())}`)
      assert((await farm.json('job', victim)).state === 'held', `${origin}: it cancelled a job: ${JSON.stringify(answers)}`)
      await other.close()
    }
    neighbour.closeAllConnections()
    neighbour.close()
    const { invites } = await page.evaluate(async () => (await fetch('/v1/invites')).json())
    assert(!invites.some((invite) => invite.role === 'admin'), 'another page made an invite')
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
