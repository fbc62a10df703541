import { formatUsdRounded, toMetricValue, Usd, usd } from '../../src/lambdas/core/money';
import { CastMember, displayNameOf } from '../fixture/cast';
import { STATUS_LOOK } from '../terminal/style';
import { nameOf } from '../watch/standing';
import { Observation } from '../watch/watcher';
import { ChartData, ChartPoint } from './chart';
import { Figure, PageData, Panel, Stage, SuspensionRow } from './page';
import { PrincipalSummary, Summary } from './summary';

/** Everything that was seen, from which the page is made. Instants are epoch milliseconds. */
export interface Recording {
  readonly summary: Summary;
  readonly members: ReadonlyMap<string, CastMember>;
  readonly history: readonly Observation[];
  readonly stages: readonly { readonly title: string; readonly at: number; readonly verified: readonly string[] }[];
  readonly firstCallAt: number;
  readonly endedAt: number;
  readonly linesLogged: number;
  /** To all principals together. */
  readonly charged: Usd;
}

export function pageData(recording: Recording): PageData {
  const { summary, stages, endedAt } = recording;
  return {
    metering: summary.metering,
    figures: figuresOf(recording),
    stages: stages.map(({ title, at, verified }): Stage => ({ title, second: secondsFrom(recording, at), verified })),
    panels: summary.principals.map(principal => panelOf(principal, recording)),
    suspensions: summary.suspensions.map(({ principalId, secondsToBlock, overspendUsd }): SuspensionRow => ({
      name: nameIn(recording, principalId), secondsToBlock, overspendUsd,
    })),
    madeAt: `${new Date(endedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  };
}

function figuresOf({ summary: { principals, metering, suspensions }, charged, linesLogged }: Recording): Figure[] {
  const restored = principals.reduce((count, { timeline }) => count + timeline.filter(({ status }) => status === 'restoring').length, 0);
  const slowest = Math.max(0, ...suspensions.map(({ secondsToBlock }) => secondsToBlock));
  return [
    { value: String(metering.records), label: 'Calls charged', note: `out of ${linesLogged} log lines` },
    { value: formatUsdRounded(charged), label: 'Charged', note: 'equal to the expectation, to the last digit' },
    { value: String(metering.duplicates), label: 'Duplicates', note: 'delivered again, charged once' },
    { value: String(principals.length), label: 'Principals', note: 'ten sessions of a role are one, and so are two runtimes' },
    { value: String(suspensions.length), label: 'Suspended', note: `at most ${slowest} s after the call, grace included` },
    { value: String(restored), label: 'Restored', note: 'by a raise, or by a new period' },
  ];
}

function panelOf(principal: PrincipalSummary, recording: Recording): Panel {
  const member = recording.members.get(principal.principalId);
  const name = nameIn(recording, principal.principalId);
  const spent = formatUsdRounded(usd(principal.spentUsd));
  const limit = principal.limitUsd === null ? undefined : formatUsdRounded(usd(principal.limitUsd));
  return {
    name,
    about: member ? aboutText(member) : '',
    spent,
    ...(limit === undefined ? {} : { limit }),
    status: principal.status,
    chart: chartOf(principal, name, recording),
  };
}

function chartOf({ principalId, spentUsd, limitUsd, status, timeline }: PrincipalSummary, name: string, recording: Recording): ChartData {
  const seen = recording.history.filter(observation => observation.principalId === principalId);
  const second = (at: number) => secondsFrom(recording, at);
  return {
    key: principalId.replace(/[^A-Za-z0-9]+/g, '-'),
    title: `Spend of ${name} against its limit`,
    description: `In the end ${STATUS_LOOK[status].label}, with $${spentUsd} ${limitUsd === null ? 'and no budget' : `of $${limitUsd}`}. `
      + `Changes of status: ${timeline.map(entry => `${STATUS_LOOK[entry.status].label}: ${entry.reason}`).join('; ')}.`,
    points: seen.map(({ seenAt, spent, limit }): ChartPoint => ({
      second: second(seenAt), spentUsd: toMetricValue(spent), ...(limit === undefined ? {} : { limitUsd: toMetricValue(limit) }),
    })),
    marks: timeline.map(entry => ({ second: second(Date.parse(entry.at)), status: entry.status, reason: entry.reason.replace(THRESHOLD_REACHED, '') })),
    fromSecond: 0,
    toSecond: second(recording.endedAt),
  };
}

/** The status says so already. */
const THRESHOLD_REACHED = /^(warning|critical|exceeded) threshold reached: /;

const BUDGET_TEXT: Readonly<Record<CastMember['budget'], string>> = {
  'declared': 'budget in code', 'default': 'default budget', 'run-time': 'budget set at run time', 'none': 'metered only',
};

function aboutText(member: CastMember): string {
  return `${kindText(member)} · ${BUDGET_TEXT[member.budget]}`;
}

function kindText({ type, name, sessions, runtimes }: CastMember): string {
  switch (runtimes.length) {
    case 0:
      return `${type}${sessions.length > 1 ? `, ${sessions.length} sessions` : ''}`;
    case 1:
      return `AgentCore runtime, alone in the role ${name}`;
    default:
      return `${runtimes.length} AgentCore runtimes that share the role ${name}`;
  }
}

function nameIn({ members }: Recording, principalId: string): string {
  const member = members.get(principalId);
  return member ? displayNameOf(member) : nameOf(principalId);
}

function secondsFrom({ firstCallAt }: Recording, at: number): number {
  return (at - firstCallAt) / 1000;
}
