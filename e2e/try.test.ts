import { expect, test } from 'vitest'
import { register, send } from './support/people.ts'
import { startServer } from './support/server.ts'

test('try', async () => {
  const server = await startServer({LOG_LEVEL:'warn'})
  const ines = await register(server, 'Ines Halvorsen')
  const bao = await register(server, 'Bao Trinh')
  try {
    await ines.page.getByRole('link', { name: /^Send/ }).first().click()
    await ines.page.getByRole('heading', { name: 'Send', level: 1 }).waitFor()
    console.log(await ines.page.locator('main').ariaSnapshot())
    await ines.page.screenshot({ path: '/tmp/shots/send.png' })
    await send(ines.page, { to: [bao.email], files: [{ name: 'hello.txt', buffer: Buffer.from('hello') }], message: 'Hi Bao' })
    await bao.page.getByText('hello.txt').waitFor()
    await ines.page.screenshot({ path: '/tmp/shots/sent.png' })
    await bao.page.getByRole('link', { name: /hello.txt/ }).click()
    await bao.page.getByRole('heading', { level: 1, name: 'hello.txt' }).waitFor()
    await bao.page.screenshot({ path: '/tmp/shots/inbox.png' })
    console.log(await bao.page.locator('main').ariaSnapshot())
    await bao.page.screenshot({ path: '/tmp/shots/transfer.png' })
    const downloading = bao.page.waitForEvent('download')
    await bao.page.getByRole('button', { name: 'Download' }).click()
    const download = await downloading
    console.log(download.suggestedFilename(), await (await import('node:fs/promises')).readFile(await download.path(), 'utf8'))
    await bao.page.getByText(/every file verified/).waitFor()
    await bao.page.screenshot({ path: '/tmp/shots/saved.png' })
    await ines.page.getByRole('link', { name: 'Sent' }).first().click()
    await ines.page.getByText(/Receipt checked/).first().waitFor()
  } finally {
    await ines.page.screenshot({ path: '/tmp/shots/ines.png' })
    await bao.page.screenshot({ path: '/tmp/shots/bao.png' })
    console.log(ines.page.url(), ines.complaints)
    console.log(bao.page.url(), bao.complaints)
    await server.close()
  }
  expect(1).toBe(1)
}, 60000)
