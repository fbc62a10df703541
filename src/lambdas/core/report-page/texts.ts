/** How instants are told: as dates in a time zone, or as minutes and seconds since one of them. */
export interface TimeFrame {
  readonly timeZone: string;
  readonly clockFrom?: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Zones are ahead of UTC by something that changes at full quarters of an hour only. */
const QUARTER_MS = HOUR_MS / 4;

const offsets = new Map<string, Map<number, number>>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a time zone show at an instant, as the instant at which those of UTC show it. */
export function wallClock(at: number, timeZone: string): number {
  if (timeZone === 'UTC') {
    return at;
  }
  const known = entry(offsets, timeZone, () => new Map<number, number>());
  return at + entry(known, Math.floor(at / QUARTER_MS), quarter => offsetAt(quarter * QUARTER_MS, timeZone));
}

/** The instants at which the clocks of a time zone show a time: two of an hour that they show twice, none of one that they leave out. */
export function instantsOf(wall: number, timeZone: string): readonly number[] {
  // No zone is further from UTC than that, and none changes its clocks twice within it.
  const day = Math.floor(wall / DAY_MS) * DAY_MS;
  const possible = new Set([day - DAY_MS, day + 2 * DAY_MS].map(at => wallClock(at, timeZone) - at));
  return [...possible].map(offset => wall - offset).filter(at => wallClock(at, timeZone) === wall).sort((a, b) => a - b);
}

/** ` +02:00` where the clocks of a time zone show the time of an instant at another one as well; nothing where they do not. */
export function offsetText(at: number, timeZone: string): string {
  const wall = wallClock(at, timeZone);
  if (instantsOf(wall, timeZone).length < 2) {
    return '';
  }
  const minutes = (wall - at) / 60_000;
  return ` ${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(Math.abs(minutes) / 60))}:${twoDigits(Math.abs(minutes) % 60)}`;
}

/** `2026-11-27 10:05`, with the offset where clocks show that twice; or `1:15` from the frame's first instant; `start` for what was before it. */
export function instantText(at: number, { timeZone, clockFrom }: TimeFrame, withSeconds = false): string {
  if (clockFrom !== undefined) {
    return at < clockFrom ? 'start' : clockText((at - clockFrom) / 1000);
  }
  return new Date(wallClock(at, timeZone)).toISOString().slice(0, withSeconds ? 19 : 16).replace('T', ' ') + offsetText(at, timeZone);
}

export function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** `27 Nov 2026`, of `2026-11-27`. */
export function dayText(day: string): string {
  const [year, month, date] = day.split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1]} ${year}`;
}

/** For an axis: short, and with no more than what its length calls for. Takes an instant of `wallClock`. */
export function tickText(wall: number, lengthMs: number): string {
  const iso = new Date(wall).toISOString();
  const date = `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1]}`;
  const time = iso.slice(11, 16);
  if (lengthMs <= 2 * DAY_MS) {
    return time === '00:00' ? date : time;
  }
  return time !== '00:00' ? `${date} ${time}` : lengthMs > 400 * DAY_MS ? `${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(0, 4)}` : date;
}

/** `3 d 4 h`, `2 h 5 min`, `4 min 10 s`, `12 s`: the two largest units. */
export function durationText(milliseconds: number): string {
  let rest = Math.round(milliseconds / 1000);
  const parts: string[] = [];
  for (const [unit, seconds] of [['d', 86_400], ['h', 3600], ['min', 60], ['s', 1]] as const) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0 || parts.length > 0) {
      parts.push(`${count} ${unit}`);
    }
  }
  const two = parts.slice(0, 2).filter((part, index) => index === 0 || !part.startsWith('0 '));
  return two.join(' ') || '0 s';
}

/** How many decimals dollars need so that the largest of them can be read. */
export function decimalsFor(largest: number): number {
  return largest >= 1 || largest === 0 ? 2 : largest >= 0.01 ? 4 : 6;
}

/** `$1,234.50`. Of floats, hence for reading alone. */
export function dollarText(usd: number, decimals = 2): string {
  const text = Math.abs(usd).toFixed(decimals);
  const [whole, fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${usd < 0 && Number(text) !== 0 ? '-' : ''}$${grouped}${fraction ? `.${fraction}` : ''}`;
}

/** `61.5 %`; none of nothing. */
export function shareText(part: number, whole: number): string {
  return whole > 0 ? `${((part / whole) * 100).toFixed(1)} %` : '';
}

function offsetAt(at: number, timeZone: string): number {
  const format = entry(formats, timeZone, zone => new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }));
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - at;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function entry<K, V>(map: Map<K, V>, key: K, make: (key: K) => V): V {
  if (!map.has(key)) {
    map.set(key, make(key));
  }
  return map.get(key)!;
}
