/** An `App` in memory with people and transfers as they could be; for looking at screens, not in the product. */
import type {
  App,
  Connection,
  FileView,
  InboxRow,
  Me,
  OutboxRow,
  PersonView,
  SentRow,
  Session,
  Trust,
} from '#client/app/views.ts'
import { slotId, transferId, userId } from '#shared/contract/ids.ts'
import { times, transferLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import { cell, idText } from './cell.testing.ts'
import { type FakeSafetyOptions, fakeSafety } from './fake-safety.testing.ts'

const { minute, hour, day } = times

function person(n: number, given: { name: string; email: string; fingerprint: string; trust?: Trust }): PersonView {
  const hash = `${String.fromCharCode(97 + n)}hash`
  return {
    userId: userId.parse(idText(n)),
    identityHash: hash,
    trust: 'not-verified',
    firstSeen: Date.UTC(2026, 8, 3),
    ...given,
  }
}

export const tomas = person(1, {
  name: 'Tomás Albarrán',
  email: 'tomas@albarran-foto.example',
  fingerprint: '61209 33895 20914 84310 55071 17738',
  trust: 'verified',
})
export const miriam = person(2, {
  name: 'Miriam Osei',
  email: 'm.osei@lindenklinik.example',
  fingerprint: '10477 88796 37146 07402 63891 78079',
})
const bao = person(3, {
  name: 'Bao Trinh',
  email: 'bao@trinh-partners.example',
  fingerprint: '20015 45221 83627 51236 61702 90014',
  trust: 'verified',
})
const priya = person(4, {
  name: 'Priya Raman',
  email: 'priya.raman@fieldnotes.example',
  fingerprint: '88851 97451 29958 52919 16518 31277',
  trust: 'verified',
})
const keiko = person(5, {
  name: 'Keiko Mori',
  email: 'keiko@morihouse.example',
  fingerprint: '31408 55129 70116 22843 98207 10955',
  trust: 'identity-changed',
})
const youssef = person(6, {
  name: 'Youssef Haddad',
  email: 'y.haddad@terrasurvey.example',
  fingerprint: '70010 20135 33475 88106 91207 44511',
})
const long = person(7, {
  name: 'Wolfeschlegelsteinhausenbergerdorff-Albuquerque de la Cierva y Montmorency',
  email: 'a.very.long.address.indeed.for.a.person@department.of.long.names.example',
  fingerprint: '90812 11245 66073 20946 47381 83550',
})

const me: Me = {
  userId: userId.parse(idText(99)),
  name: 'Ines Halvorsen',
  email: 'ines@nordlys-arkitekter.example',
  fingerprint: '70632 10258 24642 83074 11677 35538',
  identityHash: 'zhash',
  keyNumber: 3,
  keySince: Date.UTC(2026, 9, 12),
}

function file(name: string, size: number): FileView {
  return { name, size, type: '', modified: Date.UTC(2026, 10, 20) }
}

function folder(name: string, count: number, size: number): FileView[] {
  return Array.from({ length: count }, (_, n) => file(`${name}/IMG_${4100 + n}.tif`, Math.round(size / count)))
}

interface ContentOf {
  readonly what: string
  readonly files: readonly FileView[]
  readonly note?: string
  readonly at: number
}

function content({ what, files, note, at }: ContentOf): NonNullable<InboxRow['content']> {
  const size = files.reduce((sum, one) => sum + one.size, 0)
  return {
    what,
    files,
    size,
    sealedAt: at,
    suite: 'gcm',
    chunkSize: 524_288,
    chunks: Math.max(1, Math.ceil(size / 524_288)),
    root: 'pXb2-0nWcY7aJ4q1mEo8Zr3KfLx5Tg9uVhD6iSsQw_k',
    transfer: 'q9Zr3KfLx5Tg9uVhD6iSsQw_kpXb2-0nWcY7aJ4q1mE',
    ...(note === undefined ? {} : { note }),
  }
}

function received(n: number, from: InboxRow['from'], at: number, rest: Partial<InboxRow> = {}): InboxRow {
  return {
    slotId: slotId.parse(idText(100 + n)),
    from,
    createdAt: at,
    expiresAt: at + 7 * day,
    length: rest.content?.size ?? 2_100_000_000,
    state: 'ready',
    isNew: false,
    ...rest,
  }
}

function inboxRows(now: number): readonly InboxRow[] {
  const selects = content({
    what: 'Harbour shoot, final selects',
    at: now - 11 * minute,
    note: 'Here are the selects in full size, and the contact sheets as one PDF. The light on the second evening was the best of the year. Please tell me by Thursday which twelve go to the printer.',
    files: [
      file('contact-sheets.pdf', 41_200_000),
      ...folder('evening-1', 71, 1_480_000_000),
      ...folder('evening-2', 75, 1_630_000_000),
      file('notes für Ines – Hafen.txt', 2_100),
    ],
  })
  const interviews = content({
    what: 'Interview recordings, part 2',
    at: now - 2 * day,
    note: 'Second half of the harbour interviews. Number 4 has wind in it from minute nine.\nThe transcript is a draft, please don’t quote from it yet.',
    files: [
      file('interview-03.wav', 214_000_000),
      file('interview-04 (wind).wav', 198_000_000),
      file('interview-05.wav', 186_000_000),
      file('transcript-draft.docx', 88_400),
      file('consent-forms/øvre-brygge.pdf', 1_200_000),
    ],
  })
  const accounts = content({
    what: 'Annual accounts 2025',
    at: now - 40 * minute,
    files: folder('accounts', 12, 1_400_000_000),
  })
  const scan = content({
    what: 'MRI-2026-11-18.zip',
    at: now - 3 * hour,
    files: [file('MRI-2026-11-18.zip', 486_000_000)],
  })
  const cloud = content({
    what: 'Point cloud, north slope',
    at: now - 3 * day,
    files: folder('cloud', 2, 8_900_000_000),
  })
  const drawings = content({ what: 'Tender drawings', at: now - 4 * day, files: folder('drawings', 38, 964_000_000) })
  const archive = content({
    what: 'The whole archive',
    at: now - 5 * day,
    files: Array.from({ length: 3000 }, (_, n) => file(`scan-${n}.tif`, 1_000_000 + n)),
  })
  const scouting = content({
    what: 'Location scouting',
    at: now - 19 * day,
    files: folder('scouting', 57, 612_000_000),
  })
  const total = accounts.size
  return [
    received(1, tomas, now - 11 * minute, { content: selects, isNew: true }),
    received(2, bao, now - 40 * minute, {
      content: accounts,
      download: { state: 'running', done: total * 0.43, total, rate: 18_000_000, secondsLeft: 44 },
    }),
    received(3, miriam, now - 3 * hour, { content: scan, isNew: true }),
    received(4, priya, now - 2 * day, {
      content: interviews,
      receipt: { at: now - 30 * minute, checked: true },
      saved: {
        at: now - 31 * minute,
        where: 'Downloads / interviews',
        into: 'folder',
        whole: true,
        files: {
          0: 'interview-03.wav',
          1: 'interview-04 (wind).wav',
          2: 'interview-05.wav',
          3: 'transcript-draft (2).docx',
          4: 'øvre-brygge.pdf',
        },
      },
    }),
    received(5, youssef, now - 3 * day, {
      content: cloud,
      download: { state: 'paused', done: cloud.size * 0.71, total: cloud.size, rate: 0, secondsLeft: null },
    }),
    received(6, keiko, now - 4 * day, {
      content: drawings,
      fault: { code: 'damaged-at-chunk', data: { chunk: 311, chunks: 1840 } },
    }),
    received(7, long, now - 5 * day, { content: archive }),
    received(8, youssef, now - 13 * day, { state: 'expired' }),
    received(9, tomas, now - 19 * day, { state: 'revoked', content: scouting }),
  ]
}

function sentRows(now: number): readonly SentRow[] {
  const to = (n: number, one: PersonView, state: SentRow['recipients'][number]['state']) => ({
    slotId: slotId.parse(idText(200 + n)),
    name: one.name,
    email: one.email,
    fingerprint: one.fingerprint,
    trust: one.trust,
    state,
  })
  const base = (n: number, at: number, length: number) => ({
    transferId: transferId.parse(idText(300 + n)),
    createdAt: at,
    expiresAt: at + 7 * day,
    length,
    state: 'ready' as const,
  })
  return [
    {
      ...base(1, now - 2 * minute, 1_860_000_000),
      content: {
        what: 'Site visit and lease',
        note: 'Lease is signed.',
        size: 1_861_000_000,
        files: [
          ...folder('site-visit-2026-11-20', 37, 1_840_000_000),
          file('Leieavtale – signert.pdf', 2_400_000),
          file('façade-détail_03.dwg', 18_700_000),
        ],
      },
      recipients: [
        to(1, tomas, { kind: 'downloaded', at: now - minute, receipt: 'checked' }),
        to(2, miriam, { kind: 'downloading', since: now - minute }),
        to(3, long, { kind: 'waiting' }),
        to(4, keiko, { kind: 'downloaded', at: now - minute, receipt: 'refused' }),
      ],
    },
    {
      ...base(2, now - 3 * day, 184_000),
      content: { what: 'Invoice 2026-118', size: 184_000, files: [file('Invoice 2026-118.pdf', 184_000)] },
      recipients: [to(5, bao, { kind: 'downloaded', at: now - 2 * day, receipt: 'checked' })],
    },
    {
      ...base(3, now - 20 * day, 1_120_000_000),
      state: 'expired',
      content: { what: 'Competition boards', size: 1_120_000_000, files: folder('boards', 12, 1_120_000_000) },
      recipients: [to(6, priya, { kind: 'revoked', at: now - 19 * day }), to(7, tomas, { kind: 'expired' })],
    },
  ]
}

function outboxRows(now: number): readonly OutboxRow[] {
  const total = 914_000_000
  const progress = { state: 'running', done: total * 0.62, total, rate: 3_100_000, secondsLeft: 112 } as const
  return [
    {
      id: 'o1',
      what: 'Lease package',
      to: [bao.name],
      files: 11,
      size: total,
      since: now - 12 * minute,
      state: { kind: 'uploading', progress },
    },
    {
      id: 'o2',
      what: 'Handover drawings',
      to: [bao.name, youssef.name],
      files: 26,
      size: 1_240_000_000,
      since: now - 2 * hour,
      state: { kind: 'waiting' },
    },
    {
      id: 'o3',
      what: 'Façade survey',
      to: [youssef.name],
      files: 3,
      size: 6_700_000_000,
      since: now - 3 * hour,
      state: { kind: 'failed', fault: { code: 'file-changed', data: { file: 'scan-04.e57' } }, wayOn: 'pick-again' },
    },
    {
      id: 'o4',
      what: 'Minutes, 20 November',
      to: [priya.name],
      files: 1,
      size: 96_400,
      since: now - hour,
      state: { kind: 'paused', progress: { ...progress, state: 'paused', done: 10, total: 96_400, secondsLeft: null } },
    },
  ]
}

export interface FakeOptions {
  /** How accounts that hold are seen. */
  readonly safety?: Partial<FakeSafetyOptions>
  /** Open, and logged out of the server. */
  readonly loggedOut?: boolean
  readonly session?: Session['state']
  readonly empty?: boolean
  readonly loading?: boolean
  readonly connection?: Partial<Connection>
  readonly update?: boolean
  readonly folderPicker?: boolean
  readonly now?: number
}

const wrongPassword = 'wrong'

export function sessionOf(state: Session['state']): Session {
  switch (state) {
    case 'verifying':
      return { state, email: me.email }
    case 'locked':
      return { state, name: me.name, email: me.email, fingerprint: me.fingerprint }
    case 'open':
      return { state, me, online: 'logged-in' }
    default:
      return { state }
  }
}

/** The whole facade; what it does is seen in its live values. */
export function fakeApp(options: FakeOptions = {}): App {
  const now = options.now ?? Date.now()
  const full = options.empty !== true
  const session = cell(sessionOf(options.session ?? 'open'))
  const inbox = cell<readonly InboxRow[] | undefined>(options.loading ? undefined : full ? inboxRows(now) : [])
  const sent = cell<readonly SentRow[] | undefined>(options.loading ? undefined : full ? sentRows(now) : [])
  const outbox = cell<readonly OutboxRow[]>(full ? outboxRows(now) : [])
  const people = cell<readonly PersonView[]>(full ? [tomas, miriam, bao, priya, keiko, youssef, long] : [])
  const first = session.get()
  if (options.loggedOut === true && first.state === 'open') session.set({ ...first, online: 'logged-out' })
  const open = async () => session.set(sessionOf('open'))
  const safety = fakeSafety({
    now,
    empty: !full,
    loading: options.loading ?? false,
    offline: options.connection?.online === false,
    open: () => session.set(sessionOf('open')),
    leave: () => session.set(sessionOf('visitor')),
    rename: change => {
      const at = session.get()
      if (at.state === 'open') session.set({ ...at, me: { ...at.me, ...change } })
    },
    ...options.safety,
  })
  return {
    ...safety,
    abilities: { folderPicker: options.folderPicker ?? true, shelf: true, serviceWorker: true, secureContext: true },
    session,
    connection: cell({ online: true, upToDateAt: now, serverWentBack: false, ...options.connection }),
    inbox,
    sent,
    outbox,
    people,
    update: cell(options.update ?? false),
    facts: async () => ({
      registration: 'open',
      maxTransferBytes: 50_000_000_000,
      expiryMin: transferLimits.expiryMin,
      expiryDefault: transferLimits.expiryDefault,
      expiryMax: transferLimits.expiryMax,
      now,
    }),
    suggestPassphrase: async () => 'copper lantern orbit fig marsh',
    register: async () => session.set(sessionOf('verifying')),
    verify: async code => {
      if (code === '00000000') throw new Problem('wrong-code', { data: { triesLeft: 3 } })
      await open()
    },
    resendCode: async () => undefined,
    abandonRegistration: async () => session.set(sessionOf('visitor')),
    logIn: async ({ password }) => {
      if (password === wrongPassword) throw new Problem('wrong-login')
      await open()
    },
    logOut: async () => session.set(sessionOf('visitor')),
    lock: () => session.set(sessionOf('locked')),
    unlock: async password => {
      if (password === wrongPassword) throw new Problem('wrong-password')
      await open()
    },
    findPerson: async address => {
      const found = [tomas, miriam, bao, priya, keiko, youssef, long].find(one => one.email === address)
      if (found === undefined) throw new Problem('unknown-address')
      return found
    },
    send: async order => {
      const size = order.files.reduce((sum, picked) => sum + picked.file.size, 0)
      const names = people
        .get()
        .filter(one => order.recipients.includes(one.userId))
        .map(one => one.name)
      const progress = { state: 'running', done: 0, total: size, rate: 0, secondsLeft: null } as const
      const row = {
        id: `o${outbox.get().length + 1}`,
        what: order.title ?? order.files[0]?.path ?? 'A message',
        to: names,
        files: order.files.length,
        size,
        since: Date.now(),
        state: { kind: 'sealing', progress },
      } as const
      outbox.set([...outbox.get(), row])
      return row.id
    },
    pause: () => undefined,
    resume: () => undefined,
    cancel: async id => outbox.set(outbox.get().filter(row => row.id !== id)),
    markSeen: async id => inbox.set(inbox.get()?.map(row => (row.slotId === id ? { ...row, isNew: false } : row))),
    save: async () => undefined,
    pauseSaving: () => undefined,
    resumeSaving: () => undefined,
    cancelSaving: () => undefined,
    removeReceived: async id => inbox.set(inbox.get()?.filter(row => row.slotId !== id)),
    revoke: async () => undefined,
    removeSent: async id => sent.set(sent.get()?.filter(row => row.transferId !== id)),
    applyUpdate: () => undefined,
  }
}
