/** How every screen looks on the real app: axe, widths, focus, console; pictures with SCREENSHOTS=1. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { times } from '#shared/contract/limits.ts'
import { takeSeat } from './support/browser.ts'
import { focused, keep, look } from './support/looks.ts'
import {
  addRecipient,
  fillForm,
  goTo,
  openTransfer,
  type Person,
  register,
  send,
  typeRegistration,
} from './support/people.ts'
import { startServer, type TestServer } from './support/server.ts'

let server: TestServer
let ines: Person
let priya: Person
let miriam: Person
let folder: string

const file = (name: string, size: number) => ({ name, buffer: Buffer.alloc(size, 7) })

const interviews = [
  file('interview-03.wav', 2_140_000),
  file('interview-04 (wind).wav', 1_980_000),
  file('transcript-draft.docx', 88_400),
  file('consent-forms-øvre-brygge.pdf', 120_000),
]

beforeAll(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'datacrypt-looks-'))
  ines = await register(server, 'Ines Halvorsen')
  priya = await register(server, 'Priya Raman')
  miriam = await register(server, 'Miriam Osei')
})

afterAll(async () => {
  await Promise.all([ines, priya, miriam].map(person => person.context.close()))
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

/** What the console may say where the network is taken away on purpose. */
const ofTheNetwork = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket|Failed to fetch/

describe('the doors', () => {
  test('registering, the code, logging in', async () => {
    const { page, context, complaints } = await takeSeat(server.publicUrl)
    await page.goto('/register')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await look(page, 'register')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('Enter the name that people know you by.').waitFor()
    await look(page, 'register-wrong')
    await page.getByRole('link', { name: 'Log in' }).click()
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    expect(await focused(page)).toBe('h1 Log in')
    await look(page, 'log-in')
    await page.goto('/register')
    await typeRegistration(page, {
      name: 'Tomás Albarrán',
      email: 'tomas@albarran-foto.example',
      password: 'three words and a boat',
    })
    await look(page, 'verify')
    expect(complaints).toEqual([])
    await context.close()
  })

  test('unlocking', async () => {
    await ines.page.getByRole('button', { name: 'Lock' }).click()
    await ines.page.getByRole('button', { name: 'Unlock' }).waitFor()
    await look(ines.page, 'unlock')
    await ines.page.getByLabel('Password', { exact: true }).fill(ines.password)
    await ines.page.getByRole('button', { name: 'Unlock' }).click()
    await ines.page.getByRole('region', { name: 'Inbox' }).waitFor()
  })
})

describe('nothing yet', () => {
  test.each(['Inbox', 'Sent', 'Outbox', 'People', 'Send'])('%s', async place => {
    await goTo(ines.page, place)
    await ines.page.getByRole('heading', { level: 1, name: place }).waitFor()
    await look(ines.page, `empty-${place.toLowerCase()}`)
  })
})

test('focus moves to the title of each place that is gone to', async () => {
  for (const place of ['Sent', 'Outbox', 'People', 'Identity', 'Settings', 'Send', 'Inbox']) {
    await goTo(ines.page, place)
    const title = place === 'Identity' ? 'Your identity' : place
    await expect.poll(() => focused(ines.page)).toBe(`h1 ${title}`)
  }
})

describe('received', () => {
  test('a filled inbox, and a search in it', async () => {
    await send(miriam.page, { to: [ines.email], files: [file('Borehole logs.csv', 61_000)] })
    await send(priya.page, {
      to: [ines.email],
      files: interviews,
      title: 'Interview recordings, part 2',
      message:
        "Second half of the harbour interviews. Number 4 has wind in it from minute nine.\nThe transcript is a draft, please don't quote from it yet.",
    })
    await waitForRow('Borehole logs.csv')
    await waitForRow('Interview recordings, part 2')
    await look(ines.page, 'inbox')
    await ines.page.keyboard.press('/')
    await expect.poll(() => focused(ines.page)).toBe('input Search the inbox')
    await ines.page.keyboard.type('borehole')
    await expect.poll(() => ines.page.getByRole('link', { name: /Interview recordings/ }).count()).toBe(0)
    await ines.page.keyboard.press('Escape')
    await waitForRow('Interview recordings, part 2')
  })

  test('a transfer before and after it is saved', async () => {
    await openTransfer(ines.page, 'Interview recordings, part 2')
    await look(ines.page, 'transfer')
    await ines.page.evaluate(() => {
      // The browser's own window is answered with a folder of this origin.
      const answer = async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle('interviews', { create: true })
      Object.assign(window, { showDirectoryPicker: answer })
    })
    await ines.page.getByRole('button', { name: 'Save all' }).click()
    await ines.page.getByText('Complete, and every file verified').waitFor()
    await ines.page.getByText('Your receipt').waitFor()
    await look(ines.page, 'transfer-saved')
    await ines.page.getByRole('button', { name: 'Technical details' }).click()
    await look(ines.page, 'transfer-details')
  })

  test('the question before deleting', async () => {
    await ines.page.getByRole('button', { name: 'Delete' }).filter({ visible: true }).first().click()
    await ines.page.getByRole('alertdialog').waitFor()
    expect(await focused(ines.page)).toBe('h2 Delete Interview recordings, part 2?')
    await look(ines.page, 'dialog-delete')
    await ines.page.keyboard.press('Escape')
    await expect.poll(() => focused(ines.page)).toBe('button Delete')
  })
})

describe('sending', () => {
  test('a form with two people, files and a message', async () => {
    await goTo(ines.page, 'Send')
    await addRecipient(ines.page, priya.email)
    await ines.page.getByText('Later', { exact: true }).click()
    await fillForm(ines.page, {
      to: [miriam.email],
      files: [file('Leieavtale – signert.pdf', 2_400_000), file('façade-détail_03.dwg', 1_870_000)],
      message: 'Lease is signed. Could you look at façade detail 03 before Thursday?',
    })
    await ines.page.getByText('Not verified yet').first().waitFor()
    await ines.page.getByLabel(/^Message/).blur()
    await look(ines.page, 'send')
    await ines.page.getByRole('button', { name: 'Encrypt and send' }).click()
    await goTo(ines.page, 'Sent')
    await ines.page.getByRole('link', { name: /Leieavtale/ }).waitFor()
    await look(ines.page, 'sent')
  })

  test('who has it, and taking it back', async () => {
    await openSent(/Leieavtale/)
    await look(ines.page, 'sent-detail')
    await ines.page.getByRole('button', { name: 'Revoke for everyone' }).click()
    await ines.page.getByRole('alertdialog').waitFor()
    await look(ines.page, 'dialog-revoke')
    await ines.page.getByRole('button', { name: 'Keep it' }).click()
  })
})

test('one that expired before it was downloaded', async () => {
  await send(miriam.page, { to: [ines.email], files: [file('MRI-2026-11-18.zip', 486_000)], life: '5 minutes' })
  await goTo(ines.page, 'Inbox')
  await waitForRow('MRI-2026-11-18.zip')
  await server.passTime(6 * times.minute)
  await openTransfer(ines.page, 'MRI-2026-11-18.zip')
  await ines.page.getByText(/^Expired on/).waitFor()
  await look(ines.page, 'transfer-expired')
})

describe('people and settings', () => {
  test('people, adding one, one of them', async () => {
    await goTo(ines.page, 'People')
    await ines.page.getByRole('link', { name: /Priya Raman/ }).waitFor()
    await look(ines.page, 'people')
    await ines.page.getByRole('button', { name: 'Add a person' }).click()
    await ines.page.getByRole('dialog').waitFor()
    await look(ines.page, 'dialog-add')
    await ines.page.keyboard.press('Escape')
    await ines.page.getByRole('link', { name: /Priya Raman/ }).click()
    await ines.page.getByRole('heading', { level: 1, name: 'Priya Raman' }).waitFor()
    await look(ines.page, 'person')
  })

  test('identity, settings, keys, no such page', async () => {
    await goTo(ines.page, 'Identity')
    await ines.page.getByRole('heading', { level: 1, name: 'Your identity' }).waitFor()
    await look(ines.page, 'identity')
    await goTo(ines.page, 'Settings')
    await ines.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    await look(ines.page, 'settings')
    await ines.page.keyboard.press('?')
    await ines.page.getByRole('dialog').waitFor()
    await look(ines.page, 'dialog-keys')
    await ines.page.keyboard.press('Escape')
    await ines.page.evaluate(() => history.pushState(null, '', '/nowhere'))
    await ines.page.getByRole('heading', { level: 1, name: 'No such page' }).waitFor()
    await look(ines.page, 'not-found')
  })
})

describe('the outbox', () => {
  test('one that waits for the network, one that needs the sender; logging out says what it costs', async () => {
    expect(ines.complaints).toEqual([])
    const path = join(folder, 'scan-04.e57')
    await writeFile(path, 'before')
    await fillForm(ines.page, { to: [priya.email], files: [path], title: 'Point cloud, north slope' })
    await writeFile(path, 'after, and longer than before')
    await ines.page.getByRole('button', { name: 'Encrypt and send' }).click()
    await ines.page
      .getByText(/changed while it was being read/)
      .first()
      .waitFor()
    await ines.context.setOffline(true)
    await ines.page.getByText("You're offline.").waitFor()
    await send(ines.page, { to: [miriam.email], files: [file('Tender drawings.zip', 964_000)] })
    await goTo(ines.page, 'Outbox')
    await ines.page.getByText('Waits for the network').first().waitFor()
    await look(ines.page, 'outbox-offline')
    await goTo(ines.page, 'Settings')
    await ines.page.getByRole('button', { name: 'Log out' }).click()
    await ines.page.getByRole('alertdialog').getByText('What waits in the outbox is discarded').waitFor()
    await look(ines.page, 'dialog-log-out')
    await ines.page.getByRole('button', { name: 'Stay logged in' }).click()
    await ines.context.setOffline(false)
    expect(ines.complaints.filter(line => !ofTheNetwork.test(line))).toEqual([])
  })
})

describe('as the reader wants it', () => {
  test('with the colours of the system, buttons and fields keep an edge', async () => {
    await goTo(ines.page, 'Send')
    await ines.page.emulateMedia({ forcedColors: 'active' })
    const edge = (name: string) =>
      ines.page.getByRole('button', { name }).evaluate(button => getComputedStyle(button).borderTopStyle)
    expect(await edge('Encrypt and send')).toBe('solid')
    expect(await ines.page.getByLabel(/^Message/).evaluate(field => getComputedStyle(field).borderTopStyle)).toBe(
      'solid',
    )
    await keep(ines.page, 'send-forced-colours')
    await ines.page.emulateMedia({ forcedColors: 'none' })
  })

  test('nothing moves where less motion is asked for', async () => {
    await ines.page.emulateMedia({ reducedMotion: 'reduce' })
    const moving = await ines.page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter(element =>
          getComputedStyle(element)
            .transitionDuration.split(', ')
            .some(time => time !== '0s'),
        )
        .map(element => element.outerHTML.slice(0, 100)),
    )
    expect(moving).toEqual([])
  })
})

const waitForRow = (what: string) =>
  ines.page
    .getByRole('link', { name: new RegExp(what) })
    .first()
    .waitFor()

async function openSent(what: RegExp): Promise<void> {
  await ines.page.getByRole('link', { name: what }).first().click()
  await ines.page.getByRole('heading', { level: 1, name: what }).waitFor()
}
