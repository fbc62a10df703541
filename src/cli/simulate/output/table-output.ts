import { BackTestResult, deniedMs, ReplayedPrincipal } from '../../../lambdas/core/back-test/back-test';
import { byConcern, remarksOf, warnedAt } from '../../../lambdas/core/back-test/back-test-page';
import { Suspension } from '../../../lambdas/core/back-test/replayed-budget';
import { countedText, countText, durationText, instantText, limitText, notesOf, Surroundings } from '../../../lambdas/core/back-test/report-texts';
import { addUsd, formatUsdRounded } from '../../../lambdas/core/money';
import { FixedColumn, fixedRow } from '../../table';

/** Together at most 100 wide, with the gaps. */
const COLUMNS: readonly FixedColumn[] = [
  { title: '', width: 0 },
  { title: 'limit', width: 16 },
  { title: 'charged', width: 10, right: true },
  { title: 'warned', width: 11 },
  { title: 'suspended', width: 11 },
  { title: 'restored', width: 11 },
  { title: 'for', width: 8, right: true },
  { title: 'blocked', width: 7, right: true },
  { title: 'saved', width: 9, right: true },
];

/** Of one principal; JSON has all of them. */
const MOST_SUSPENSIONS = 5;

/** Who reached nothing is listed as far as it is of interest. */
const MOST_QUIET = 10;

/** The result for people in front of a terminal: two lines a principal, since ids are long and there to be copied. */
export function tableOf(result: BackTestResult, surroundings: Surroundings): string {
  const { proposal: { timeZone } } = surroundings;
  const { principals, from, to, charged, blocked } = result;
  const ranked = byConcern(principals);
  const isQuiet = (principal: ReplayedPrincipal) => principal.transitions.length === 0;
  const quiet = ranked.filter(isQuiet);
  const left = quiet.slice(MOST_QUIET);
  const suspended = principals.filter(({ suspensions }) => suspensions.length > 0).length;
  const observed = principals.filter(({ wouldBe }) => (wouldBe?.suspensions.length ?? 0) > 0).length;
  return [
    from === undefined ? 'No calls\n' : `Calls from ${instantText(from, timeZone)} to ${instantText(to!, timeZone)} (${timeZone})\n`,
    '\n',
    ...(principals.length > 0 ? [rowOf(COLUMNS.map(({ title }) => title))] : []),
    ...[...ranked.filter(principal => !isQuiet(principal)), ...quiet.slice(0, MOST_QUIET)].map(principal => principalText(principal, to!, timeZone)),
    ...(left.length > 0 ? [`and ${countText(left.length)} others below every threshold, ${formatUsdRounded(addUsd(...left.map(each => each.charged.cost)))}\n`] : []),
    '\n',
    `${countedText(principals.length, 'principal')}: ${countText(principals.filter(each => warnedAt(each) !== undefined).length)} warned, ${countText(suspended)} suspended`
      + `${observed > 0 ? `, ${countText(observed)} would be, but ${observed === 1 ? 'is' : 'are'} observed only` : ''}\n`,
    `${countedText(charged.calls, 'call')} charged, ${formatUsdRounded(charged.cost)}; ${countText(blocked.calls)} blocked, which had cost ${formatUsdRounded(blocked.cost)}\n`,
    '\n',
    ...notesOf(result, surroundings).flatMap(note => wrapped(note).map((line, index) => `${index === 0 ? '- ' : '  '}${line}\n`)),
  ].join('');
}

function principalText(principal: ReplayedPrincipal, until: number, timeZone: string): string {
  const { principalId, limits, charged, suspensions: [first, ...others], blocked } = principal;
  const remarks = remarksOf(principal);
  const instant = (at: number | undefined) => (at === undefined ? '' : instantText(at, timeZone, 'MM-dd HH:mm'));
  const cellsOf = (suspension: Suspension | undefined) => (suspension ? [
    instant(suspension.from), suspension.to === undefined ? 'not yet' : instant(suspension.to), durationText(deniedMs([suspension], until)),
    countText(suspension.blockedCalls), formatUsdRounded(suspension.saved),
  ] : ['', '', '', '', '']);
  return [
    `${principalId}\n`,
    rowOf(['', limits.length > 0 ? limitText(limits[0]) : 'none', formatUsdRounded(charged.cost), instant(warnedAt(principal)), ...cellsOf(first)]),
    ...limits.slice(1).map(limit => rowOf(['', limitText(limit), '', '', '', '', '', '', ''])),
    ...others.slice(0, MOST_SUSPENSIONS - 1).map(suspension => rowOf(['', '', '', '', ...cellsOf(suspension)])),
    ...(remarks === '' ? [] : wrapped(remarks).map(line => `  ${line}\n`)),
    ...(others.length > MOST_SUSPENSIONS - 1 ? [
      `  ${countText(others.length + 1)} times in all, ${countedText(blocked.calls, 'blocked call')}, ${formatUsdRounded(blocked.cost)} saved\n`,
    ] : []),
  ].join('');
}

function rowOf(cells: readonly string[]): string {
  return fixedRow(COLUMNS, cells);
}

const WIDTH = 98;

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
