import { Status } from '../../src/lambdas/core/budget';
import { formatUsdRounded, toMetricValue, Usd, usd } from '../../src/lambdas/core/money';
import { KeyFigure, ReportPage, ReportTable, SpendChart, StatesChart } from '../../src/lambdas/core/report-page/report-page';
import { clockText } from '../../src/lambdas/core/report-page/texts';
import { CastMember, displayNameOf } from '../fixture/cast';
import { STATUS_LOOK } from '../terminal/style';
import { nameOf } from '../watch/standing';
import { Observation } from '../watch/watcher';
import { MeteringFigures, PrincipalSummary, Summary } from './summary';

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

export function pageData(recording: Recording): ReportPage {
  const { summary, stages, firstCallAt, endedAt } = recording;
  return {
    title: 'A day of calls',
    lead: 'A made day of Bedrock calls, replayed in seconds against a deployed stack: metered, warned, suspended and restored. Times count from the first call.',
    clockFrom: firstCallAt,
    figures: figuresOf(recording),
    sections: [
      {
        id: 'spend',
        title: 'Spend against limit',
        text: 'Spend in the window of each budget. The strip below a curve shows the status: the heavier, the worse.',
        blocks: summary.principals.map(principal => spendOf(principal, recording)),
      },
      { id: 'states', title: 'Who was stopped, and for how long', blocks: [statesOf(recording), suspensionsOf(recording)] },
      {
        id: 'verified',
        title: 'Verified at each stage',
        blocks: stages.map(({ title, at, verified }) => ({ kind: 'checks', title, note: at < firstCallAt ? 'start' : clockText((at - firstCallAt) / 1000), checks: verified })),
      },
      { id: 'metering', title: 'Metering', blocks: [meteringOf(summary.metering)] },
    ],
    notes: [],
    footer: `Made ${new Date(endedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC by npm run demo. The same figures are in summary.json beside this page.`,
  };
}

function figuresOf({ summary: { principals, metering, suspensions }, charged, linesLogged }: Recording): KeyFigure[] {
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

function spendOf({ principalId, spentUsd, limitUsd, status, timeline }: PrincipalSummary, recording: Recording): SpendChart {
  const member = recording.members.get(principalId);
  const name = nameIn(recording, principalId);
  const spent = formatUsdRounded(usd(spentUsd));
  const standing = limitUsd === null ? `${spent} spent, no budget` : `${spent} of ${formatUsdRounded(usd(limitUsd))}`;
  return {
    kind: 'spend',
    title: name,
    summary: member ? `${standing} · ${aboutText(member)}` : standing,
    status,
    description: `Spend of ${name} against its limit. In the end ${STATUS_LOOK[status].label}, with $${spentUsd} ${limitUsd === null ? 'and no budget' : `of $${limitUsd}`}.`,
    points: recording.history.filter(observation => observation.principalId === principalId).map(({ seenAt, spent: seen, limit }) => ({
      at: seenAt, spentUsd: toMetricValue(seen), ...(limit === undefined ? {} : { limitUsd: toMetricValue(limit) }),
    })),
    marks: changesOf(principalId, timeline, recording).map(({ at, status: changed, reason }) => ({ at, status: changed, text: reason.replace(THRESHOLD_REACHED, '') })),
  };
}

function statesOf(recording: Recording): StatesChart {
  const { summary: { principals }, firstCallAt, endedAt } = recording;
  return {
    kind: 'states',
    title: 'States over time',
    description: 'A row for each principal: the heavier the bar, the nearer it was to being stopped. Hollow bars are states that pass by themselves.',
    rows: principals.map(({ principalId, timeline }) => ({
      name: nameIn(recording, principalId),
      // what was so before the first call was so from the start
      spans: changesOf(principalId, timeline, recording).map(({ at, status, reason }, index, changes) => ({
        from: Math.max(firstCallAt, at), to: Math.max(firstCallAt, changes[index + 1]?.at ?? endedAt), status, text: reason,
      })),
    })),
  };
}

/**
 * When the statuses changed while the demo ran. It ends with a new period, for which clocks are put forward: what the trail then tells is of
 * days to come, and counts from when it was seen.
 */
function changesOf(principalId: string, timeline: PrincipalSummary['timeline'], { history, endedAt }: Recording): { at: number; status: Status; reason: string }[] {
  let earliest = 0;
  const instants = timeline.map(({ at, status }) => {
    const instant = Date.parse(at) <= endedAt
      ? Date.parse(at)
      : history.find(observation => observation.principalId === principalId && observation.status === status && observation.seenAt >= earliest)?.seenAt;
    earliest = Math.max(earliest, instant ?? 0);
    return instant;
  });
  // what passed unseen was over when the next was seen
  return timeline.map(({ status, reason }, index) => ({ at: instants.slice(index).find(instant => instant !== undefined) ?? endedAt, status, reason }));
}

function suspensionsOf(recording: Recording): ReportTable {
  return {
    kind: 'table',
    title: 'Suspensions',
    description: 'From the call that reached the limit to the deny that IAM confirmed, the grace period included; and what was spent beyond the limit by then.',
    columns: [{ title: 'Principal' }, { title: 'Seconds to block', isNumber: true }, { title: 'Overspend', isNumber: true }],
    rows: recording.summary.suspensions.map(({ principalId, secondsToBlock, overspendUsd }) => [
      nameIn(recording, principalId), secondsToBlock.toFixed(1), `$${overspendUsd}`,
    ]),
    empty: 'Nobody was suspended.',
  };
}

function meteringOf({ records, duplicates, unreadable, unknownModels }: MeteringFigures): ReportTable {
  return {
    kind: 'table',
    title: 'What became of the log lines',
    columns: [{ title: 'What' }, { title: 'Count', isNumber: true }, { title: 'How' }],
    rows: [
      ['calls', String(records), 'distinct, each charged once'],
      ['duplicates', String(duplicates), 'delivered again, not charged again'],
      ['unreadable lines', String(unreadable), 'kept in a queue with the reason; the rest of their batches was charged'],
      ['calls of unknown models', String(unknownModels), 'charged at a price on the safe side, and flagged'],
    ],
    empty: '',
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
