/** Journey 6: inbox and sent, live, with expiry, revoke and delete. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { times } from '#shared/contract/limits.ts'
import { takeSeat } from './support/browser.ts'
import { download } from './support/downloads.ts'
import { logInOnNewDevice } from './support/factors.ts'
import { goTo, openTransfer, type Person, register, send } from './support/people.ts'
import { startServer, type TestServer } from './support/server.ts'

let server: TestServer
let ines: Person
let bao: Person

beforeAll(async () => {
  server = await startServer()
  ines = await register(server, 'Ines Halvorsen')
  bao = await register(server, 'Bao Trinh')
})

afterAll(async () => {
  await Promise.all([ines, bao].map(person => person.context.close()))
  await server.close()
})

const file = (name: string) => ({ name, buffer: Buffer.from(name) })

async function sendAndWait(title: string, more: { life?: string; downloads?: string } = {}): Promise<void> {
  await send(ines.page, { to: [bao.email], files: [file(`${title}.txt`)], title, ...more })
  await goTo(bao.page, 'Inbox')
  await bao.page
    .getByRole('link', { name: new RegExp(title) })
    .first()
    .waitFor()
}

describe('both lists', () => {
  test('show the newest first', async () => {
    await sendAndWait('First one')
    await sendAndWait('Second one')
    const rows = bao.page.getByRole('region', { name: 'Inbox' }).getByRole('link', { name: /Ines Halvorsen, / })
    expect(await rows.evaluateAll(links => links.map(link => link.getAttribute('aria-label')))).toEqual([
      expect.stringContaining('Second one'),
      expect.stringContaining('First one'),
    ])
    await goTo(ines.page, 'Sent')
    await ines.page.getByRole('link', { name: /Second one/ }).waitFor()
  })

  test('are there offline, from this device', async () => {
    await bao.context.setOffline(true)
    await goTo(bao.page, 'People')
    await goTo(bao.page, 'Inbox')
    await openTransfer(bao.page, 'First one')
    await bao.context.setOffline(false)
  })

  test('fill a second browser of the same person', async () => {
    await goTo(ines.page, 'Inbox')
    const seat = await takeSeat(server.publicUrl)
    await logInOnNewDevice(server, seat.page, ines)
    await goTo(seat.page, 'Sent')
    await seat.page.getByRole('link', { name: /First one/ }).waitFor()
    await seat.context.close()
  })
})

describe('taking back', () => {
  test('a revoked transfer says so to both and opens for nobody', async () => {
    await sendAndWait('Taken back')
    await goTo(ines.page, 'Sent')
    await openTransfer(ines.page, 'Taken back')
    await ines.page
      .getByRole('button', { name: /^Revoke/ })
      .last()
      .click()
    await ines.page
      .getByRole('alertdialog')
      .or(ines.page.getByRole('dialog'))
      .getByRole('button', { name: /^Revoke/ })
      .click()
    await bao.page.getByText('Revoked by Ines').first().waitFor()
    await ines.page.getByText('Revoked').first().waitFor()
    await openTransfer(bao.page, 'Taken back')
    expect(await bao.page.getByRole('button', { name: 'Download' }).count()).toBe(0)
  })

  test('a deleted one leaves the list, on every device', async () => {
    await openTransfer(bao.page, 'First one')
    await bao.page.getByRole('button', { name: 'Delete' }).click()
    await bao.page
      .getByRole('alertdialog')
      .or(bao.page.getByRole('dialog'))
      .getByRole('button', { name: /Delete/ })
      .click()
    await expect.poll(() => bao.page.getByRole('link', { name: /First one/ }).count()).toBe(0)
  })
})

describe('time', () => {
  test('a transfer expires after five minutes where that was chosen, and its bytes are gone', async () => {
    await sendAndWait('Short life', { life: '5 minutes' })
    const before = await server.services.ground.store.transfers.due(Date.now() + 6 * times.minute, 10)
    expect(before).toHaveLength(1)
    await server.passTime(6 * times.minute)
    await bao.page
      .getByRole('link', { name: /Short life/ })
      .getByText(/./)
      .first()
      .waitFor()
    await bao.page
      .getByText(/Expired/)
      .first()
      .waitFor()
    const [blob] = before
    if (blob === undefined) throw new Error('nothing was due')
    await expect(server.services.ground.blobs.read(blob.blobId, { from: 0, to: 1 })).rejects.toThrow('not-found')
  })

  test('a limit of one download counts the verified one', async () => {
    await sendAndWait('Only once', { downloads: 'Once each' })
    await openTransfer(bao.page, 'Only once')
    await download(bao.page, () => bao.page.getByRole('button', { name: 'Download' }).click())
    await bao.page.getByText('Complete, and every file verified').waitFor()
    await bao.page.getByRole('button', { name: 'Download' }).click()
    await bao.page
      .getByText(/downloaded as often as it may/)
      .first()
      .waitFor()
  })
})
