import { browser } from './farm.mjs'
const [,, base, out, ...specs] = process.argv
const b = await browser()
for (const spec of specs) {
  const [name, hash, size='1440x900', scheme='dark', act=''] = spec.split('|')
  const [w,h]=size.split('x').map(Number)
  const c = await b.newContext({ viewport:{width:w,height:h}, colorScheme: scheme, ignoreHTTPSErrors:true, deviceScaleFactor: w<600?2:1 })
  const p = await c.newPage()
  p.on('console', m => { if (['error','warning'].includes(m.type())) console.log(name, m.type(), m.text().slice(0,300)) })
  p.on('pageerror', e => console.log(name,'pageerror', e.message))
  await p.goto(base+'/'+hash); await p.waitForTimeout(1800)
  if (act) { await p.evaluate(`(async()=>{${act}})()`); await p.waitForTimeout(1200) }
  await p.screenshot({ path: `${out}/${name}.png`, fullPage: size.endsWith('f') })
  await c.close()
}
await b.close()
