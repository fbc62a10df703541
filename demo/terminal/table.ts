import { formatUsdRounded, Usd } from '../../src/lambdas/core/money';
import { Standing } from '../watch/standing';
import { bar } from './bar';
import { STATUS_LOOK, Style } from './style';

const BAR_CELLS = 10;
const SPEND = 7;
const LIMIT = 7;
const SHARE = 4;
const STATUS = 14;
const SINCE = 8;
/** All but the name, with two spaces between columns and one between bar and share. */
const WITHOUT_NAME = SPEND + LIMIT + BAR_CELLS + SHARE + STATUS + SINCE + 5 * 2 + 1;
const MIN_NAME = 12;

/** The live table. Fits 80 columns; wider terminals show more of long names. The lines are never longer than `width`, down to 74 columns. */
export function renderTable(standings: readonly Standing[], width: number, style: Style, now: number): string[] {
  const longest = Math.max(MIN_NAME, ...standings.map(({ name }) => name.length));
  const nameWidth = Math.max(MIN_NAME, Math.min(longest, width - 1 - WITHOUT_NAME));
  const header = [
    'principal'.padEnd(nameWidth), 'spend'.padStart(SPEND), 'limit'.padStart(LIMIT), 'used'.padEnd(BAR_CELLS + 1 + SHARE), 'status'.padEnd(STATUS), 'since',
  ].join('  ');
  return [style('dim', header), ...standings.map(standing => renderRow(standing, nameWidth, style, now))];
}

function renderRow({ name, spent, limit, status, since }: Standing, nameWidth: number, style: Style, now: number): string {
  const { tone, label } = STATUS_LOOK[status];
  const share = limit === undefined ? 0 : shareOf(spent, limit);
  const { filled, track } = bar(share, BAR_CELLS);
  const used = limit === undefined
    ? style('dim', 'metered only'.padEnd(BAR_CELLS + 1 + SHARE))
    : `${style(tone, filled)}${style('dim', track)} ${`${Math.floor(share * 100)}%`.padStart(SHARE)}`;
  return [
    shorten(name, nameWidth).padEnd(nameWidth),
    formatUsdRounded(spent).padStart(SPEND),
    (limit === undefined ? '-' : formatUsdRounded(limit)).padStart(LIMIT),
    used,
    style(tone, `● ${label}`.padEnd(STATUS)),
    style('dim', sinceText(since, now)),
  ].join('  ');
}

/** For a bar alone: money itself is never divided. */
function shareOf(spent: Usd, limit: Usd): number {
  return limit > 0n ? Number((spent * 10_000n) / limit) / 10_000 : 0;
}

/** In the middle, since names differ at their ends. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) {
    return text;
  }
  const tail = Math.floor((width - 1) / 3);
  return `${text.slice(0, width - 1 - tail)}…${tail > 0 ? text.slice(-tail) : ''}`;
}

/** The time of day, or the date where it is another day. */
function sinceText(since: number, now: number): string {
  const iso = new Date(since).toISOString();
  return iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? iso.slice(11, 19) : iso.slice(2, 10);
}
