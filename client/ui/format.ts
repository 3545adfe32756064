/** Sizes, times and rates as people read them, by Intl. Decimal sizes, three significant digits. */

const thousand = 1000
const dayLength = 86_400_000

const sizeUnits = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Which part of a list something belongs to. */
export type DayGroup = 'Today' | 'This week' | 'Earlier'

export interface Format {
  /** `1_480_000_000` is "1.48 GB", with a no-break space. */
  size(bytes: number): string
  /** The same for a screen reader: "1.48 gigabytes". */
  spokenSize(bytes: number): string
  /** Bytes a second: "18 MB/s". */
  rate(bytesPerSecond: number): string
  /** "1 min 52 s"; what is over an hour leaves the seconds out. */
  duration(seconds: number): string
  timeLeft(seconds: number): string
  percent(done: number, total: number): string
  count(n: number): string
  /** "1 file", "39 files". */
  files(n: number): string
  clock(time: number): string
  /** In a list: 14:21, Sat, 9 Nov, 9 Nov 2025. */
  short(time: number, now: number): string
  /** In a sentence: "today, 14:21"; "Saturday, 16:02"; "9 November, 16:02". */
  long(time: number, now: number): string
  /** "Sunday 29 November, 14:32". */
  full(time: number): string
  date(time: number): string
  /** "16 Nov", with the year where it is another. */
  day(time: number, now: number): string
  group(time: number, now: number): DayGroup
  names(list: readonly string[]): string
}

/** Makes the formats of one language and time zone; the product speaks English, so others fall back to British. */
export function makeFormat(options: { locale?: string; timeZone?: string } = {}): Format {
  const locale = options.locale ?? 'en-GB'
  const zone = options.timeZone === undefined ? {} : { timeZone: options.timeZone }
  const dates = (parts: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { ...parts, ...zone })
    return (time: number) => formatter.format(time)
  }
  const clock = dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const dayNumber = dayCounter(zone)
  const number = new Intl.NumberFormat(locale)
  const percent = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const daysAgo = (time: number, now: number) => dayNumber(now) - dayNumber(time)
  const shortDay = dates({ weekday: 'short' })
  const longDay = dates({ weekday: 'long' })
  const dayMonth = dates({ day: 'numeric', month: 'short' })
  const dayMonthYear = dates({ day: 'numeric', month: 'short', year: 'numeric' })
  const longDate = dates({ day: 'numeric', month: 'long' })
  const longDateYear = dates({ day: 'numeric', month: 'long', year: 'numeric' })
  const year = dates({ year: 'numeric' })
  const fullDay = dates({ weekday: 'long', day: 'numeric', month: 'long' })
  const day = (time: number, now: number) => (year(time) === year(now) ? dayMonth(time) : dayMonthYear(time))
  const list = new Intl.ListFormat(locale, { type: 'conjunction' })

  const format: Format = {
    size: bytes => inUnits(bytes, { locale, digits: 3, display: 'short', suffix: '' }),
    spokenSize: bytes => inUnits(bytes, { locale, digits: 3, display: 'long', suffix: '' }),
    rate: bytes => inUnits(bytes, { locale, digits: 2, display: 'short', suffix: '-per-second' }),
    duration: seconds => duration(seconds, locale),
    timeLeft: seconds => (seconds < 5 ? 'a few seconds left' : `${duration(seconds, locale)} left`),
    percent: (done, total) => `${percent.format(total === 0 ? 100 : Math.floor((done / total) * 100))}\u00a0%`,
    count: n => number.format(n),
    files: n => `${number.format(n)}\u00a0${n === 1 ? 'file' : 'files'}`,
    clock,
    short: (time, now) => {
      const days = daysAgo(time, now)
      if (days <= 0) return clock(time)
      return days < 7 ? shortDay(time) : day(time, now)
    },
    day,
    long: (time, now) => {
      const days = daysAgo(time, now)
      if (days === 0) return `today, ${clock(time)}`
      if (days > 0 && days < 7) return `${longDay(time)}, ${clock(time)}`
      return `${year(time) === year(now) ? longDate(time) : longDateYear(time)}, ${clock(time)}`
    },
    full: time => `${fullDay(time)}, ${clock(time)}`,
    date: longDateYear,
    group: (time, now) => {
      const days = daysAgo(time, now)
      if (days <= 0) return 'Today'
      return days < 7 ? 'This week' : 'Earlier'
    },
    names: names => list.format(names),
  }
  return format
}

/** Counts days of the calendar in the zone, so that "today" turns at its midnight. */
function dayCounter(zone: { timeZone?: string }): (time: number) => number {
  const parts = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone })
  return time => Date.parse(parts.format(time)) / dayLength
}

interface UnitStyle {
  readonly locale: string
  readonly digits: number
  readonly display: 'short' | 'long'
  readonly suffix: '' | '-per-second'
}

function inUnits(bytes: number, style: UnitStyle): string {
  if (bytes < thousand) {
    const n = Math.max(0, Math.round(bytes))
    return `${n}\u00a0${style.suffix === '' ? (n === 1 ? 'byte' : 'bytes') : 'B/s'}`
  }
  let power = 0
  // 999,600 bytes would round to "1000 kB".
  while (power < sizeUnits.length - 1 && toDigits(bytes / thousand ** (power + 1), style.digits) >= thousand) power++
  const unit = sizeUnits[power] ?? 'terabyte'
  const formatter = new Intl.NumberFormat(style.locale, {
    style: 'unit',
    unit: `${unit}${style.suffix}`,
    unitDisplay: style.display,
    minimumSignificantDigits: style.suffix === '' ? style.digits : 1,
    maximumSignificantDigits: style.digits,
  })
  return formatter.format(bytes / thousand ** (power + 1)).replace(' ', '\u00a0')
}

function toDigits(value: number, digits: number): number {
  return Number(value.toPrecision(digits))
}

function duration(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.round(seconds))
  const number = new Intl.NumberFormat(locale)
  const say = (n: number, unit: string) => `${number.format(n)}\u00a0${unit}`
  const days = Math.floor(whole / 86_400)
  const hours = Math.floor((whole % 86_400) / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const pairs: readonly (readonly [number, string])[] = [
    [days, days === 1 ? 'day' : 'days'],
    [hours, 'h'],
    [minutes, 'min'],
    [whole % 60, 's'],
  ]
  const first = pairs.findIndex(([n]) => n > 0)
  if (first === -1) return say(0, 's')
  const shown = pairs.slice(first, first + 2).filter(([n]) => n > 0)
  return shown.map(([n, unit]) => say(n, unit)).join(' ')
}

/** The language of the dates: the reader's English if it is one. */
export function englishOf(languages: readonly string[]): string {
  return languages.find(language => /^en(-|$)/i.test(language)) ?? 'en-GB'
}

export const format: Format = makeFormat({
  locale: englishOf(typeof navigator === 'undefined' ? [] : (navigator.languages ?? [])),
})
