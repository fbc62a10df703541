import { DateTime } from 'luxon';
import { Limit } from '../budget';
import { formatPeriod } from '../calendar';
import { formatUsdRounded } from '../money';
import { BackTestResult } from './back-test';
import { Proposal } from './proposal';

/** What the simulation was made with and found on the way, beside its result. */
export interface Surroundings {
  readonly proposal: Proposal;
  /** By which the calls were priced. */
  readonly priceVersion: string;
  /** Files or logs, for people. */
  readonly source: string;
  readonly duplicates: number;
  readonly unreadable: number;
  readonly doubts: readonly string[];
  /** Whether it was told which AgentCore runtimes run as which role. */
  readonly hasRuntimes: boolean;
  /** Regions of the calls. */
  readonly regions: readonly string[];
}

/** `$100.00/calendar month` */
export function limitText({ amount, period, anchorDay }: Limit): string {
  return `${formatUsdRounded(amount)}/${formatPeriod(period).replace('calendar ', '')}${anchorDay === undefined ? '' : ` from ${anchorDay}`}`;
}

/** An instant to the minute, in the time zone of the proposal. */
export function instantText(instant: number, timeZone: string, format = 'yyyy-MM-dd HH:mm'): string {
  return DateTime.fromMillis(instant, { zone: timeZone }).toFormat(format);
}

/** `2 d 4 h`, `35 min`: two units at most. */
export function durationText(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes === 0) {
    return `${Math.round(milliseconds / 1000)} s`;
  }
  const parts = [[Math.floor(minutes / 1440), 'd'], [Math.floor(minutes / 60) % 24, 'h'], [minutes % 60, 'min']] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts.slice(first, first + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(' ');
}

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 call`, `2,000 calls` */
export function countedText(count: number, what: string): string {
  return `${countText(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** Of principals that a note is about, so many are named. */
const MOST_NAMED = 5;

/** What the figures rest on: the same in every output. */
export function notesOf(result: BackTestResult, surroundings: Surroundings): readonly string[] {
  const { proposal, priceVersion, duplicates, unreadable, doubts, hasRuntimes, regions } = surroundings;
  const { settings, timeZone, blockDelayMs, restoreDelayMs } = proposal;
  return [
    ...(result.from === undefined ? ['No calls were found: there is nothing to replay.'] : []),
    ...doubts.map(doubt => `In doubt: ${doubt}.`),
    ...silentNotes(result, proposal),
    ...(unreadable > 0 ? [`${countedText(unreadable, 'record')} could not be read: nothing of ${unreadable === 1 ? 'it' : 'them'} is in the figures.`] : []),
    ...(duplicates > 0 ? [`${countedText(duplicates, 'record')} repeated a call that was there already; a call counts once.`] : []),
    'What blocked calls had cost is saved only if their work was not done elsewhere or later: callers try again, and use other models and accounts.',
    `Calls are priced at the prices of ${priceVersion}, whatever they were when the calls were made.`,
    ...estimateNotes(result),
    `A call counts at the time at which it was made. It takes ${durationText(blockDelayMs)} on top of the grace period of ${durationText(settings.graceSeconds * 1000)} until calls fail (delivery of the log, IAM), and `
      + `${durationText(restoreDelayMs)} from the turn of a period until they succeed again.`,
    `Days begin in the time zone ${timeZone}. Nothing was spent before the first call, and periods of days are counted from it where a limit does not say from when.`,
    ...(hasRuntimes
      ? ['Compute of AgentCore runtimes is in no invocation log and in no figure: where a deployment charges it (agentBudgets.computeCosts), runtimes spend more, and reach their limits earlier.'] : []),
    'Who holds an API key is told by names ("BedrockAPIKey-…") and by the budget file alone.',
    ...(regions.length > 1 ? [`The calls are of ${regions.length} regions (${regions.join(', ')}) and count together; a deployment meters one region.`] : []),
  ];
}

/** A misspelt id limits nobody, and looks like somebody who does not call. */
function silentNotes({ principals, from }: BackTestResult, { orders }: Surroundings['proposal']): readonly string[] {
  const called = new Set(principals.map(({ principalId }) => principalId));
  const silent = from === undefined ? [] : [...orders.keys()].filter(id => !called.has(id) && !isAgentId(id)).sort();
  const named = silent.slice(0, MOST_NAMED).join(', ');
  return silent.length === 0 ? [] : [
    `In doubt: ${countedText(silent.length, 'budget')} of the file ${silent.length === 1 ? 'is' : 'are'} of principals without a call here: ${named}`
      + `${silent.length > MOST_NAMED ? ` and ${silent.length - MOST_NAMED} more` : ''}.`,
  ];
}

/** Calls of runtimes are those of their roles. */
function isAgentId(id: string): boolean {
  return id.startsWith('agent-');
}

function estimateNotes({ estimated, blockedEstimated }: BackTestResult): readonly string[] {
  const texts = [[estimated, 'charged'], [blockedEstimated, 'blocked']] as const;
  const told = texts.filter(([{ calls }]) => calls > 0).map(([{ calls, cost }, what]) => `${countedText(calls, `${what} call`)} (${formatUsdRounded(cost)})`);
  return told.length === 0 ? [] : [`The price of a model is not known: ${told.join(' and ')} ${estimated.calls + blockedEstimated.calls === 1 ? 'has' : 'have'} an estimate in its place.`];
}
