import { Status } from '../budget';
import { addDays, Day, dayOf } from '../calendar';
import { addUsd, formatUsdRounded, toMetricValue, Usd, ZERO_USD } from '../money';
import { CostChart, ReportPage, ReportTable, SpendChart, StatesChart } from '../report-page/report-page';
import { namedSeries } from '../report-page/scale';
import { BackTestResult, deniedMs, ReplayedPrincipal } from './back-test';
import { pointOf } from './curve';
import { Transition } from './replayed-budget';
import { countedText, countText, durationText, instantText, limitText, notesOf, Surroundings } from './report-texts';

/** Charts of so many principals; the tables have everybody. */
const MOST_SPEND_CHARTS = 6;
const MOST_STATE_ROWS = 30;
/** A page is read by people, and opened by browsers: whoever needs more takes JSON. */
const MOST_ROWS = 2_000;

const OTHERS = 'other models';

/** The result of a simulation as a page. */
export function backTestPage(result: BackTestResult, surroundings: Surroundings): ReportPage {
  const { proposal: { timeZone }, source } = surroundings;
  const ranked = byConcern(result.principals);
  const span = result.from === undefined ? 'No calls' : `Calls from ${instantText(result.from, timeZone)} to ${instantText(result.to!, timeZone)} (${timeZone})`;
  return {
    title: 'What the budgets would have done',
    lead: `${span}, replayed against the proposed budgets. Nothing was changed.`,
    timeZone,
    figures: figuresOf(result),
    sections: [
      {
        id: 'spend',
        title: 'Spend against limit',
        ...textAbove(ranked.filter(({ limits }) => limits.length > 0).length, MOST_SPEND_CHARTS, 'principals with a limit'),
        blocks: ranked.filter(({ limits }) => limits.length > 0).slice(0, MOST_SPEND_CHARTS).flatMap(principal => spendCharts(principal, result.to!)),
      },
      { id: 'states', title: 'Who would have stood where, and when', blocks: result.from === undefined ? [] : [statesChart(ranked, result.to!)] },
      { id: 'cost', title: 'Cost by model and day', blocks: result.from === undefined ? [] : [costChart(result, timeZone)] },
      { id: 'principals', title: 'Principals', blocks: [principalsTable(ranked, result, timeZone), remarksTable(ranked)] },
      { id: 'suspensions', title: 'Suspensions', blocks: [suspensionsTable(ranked, timeZone)] },
      { id: 'changes', title: 'Warnings and changes', blocks: [changesTable(ranked, timeZone)] },
      { id: 'models', title: 'Models', blocks: [modelsTable(result)] },
    ],
    notes: notesOf(result, surroundings),
    footer: `budgeteer simulate, from ${source}, at the prices of ${surroundings.priceVersion}`,
  };
}

/** Whoever would have lost most, then whoever came furthest, then whoever spent most. */
export function byConcern(principals: readonly ReplayedPrincipal[]): readonly ReplayedPrincipal[] {
  const blockedOf = ({ blocked, wouldBe }: ReplayedPrincipal) => blocked.cost + (wouldBe?.blocked.cost ?? 0n);
  return [...principals].sort((a, b) =>
    Number(blockedOf(b) > blockedOf(a)) - Number(blockedOf(b) < blockedOf(a))
    || b.suspensions.length - a.suspensions.length
    || Number(b.transitions.length > 0) - Number(a.transitions.length > 0)
    || Number(b.charged.cost > a.charged.cost) - Number(b.charged.cost < a.charged.cost)
    || (a.principalId < b.principalId ? -1 : 1));
}

/** When a principal first reached a status; `undefined` where it never did. */
export function firstAt({ transitions }: Pick<ReplayedPrincipal, 'transitions'>, ...statuses: readonly Status[]): number | undefined {
  return transitions.find(({ from, to }) => from !== to && statuses.includes(to))?.at;
}

/** When a principal first came to a threshold, whichever status that made. */
export function warnedAt(principal: Pick<ReplayedPrincipal, 'transitions'>): number | undefined {
  return principal.transitions.find(({ crossed }) => crossed.length > 0)?.at;
}

function figuresOf(result: BackTestResult): ReportPage['figures'] {
  const { principals, charged, blocked } = result;
  const warned = principals.filter(principal => warnedAt(principal) !== undefined).length;
  const suspended = principals.filter(({ suspensions }) => suspensions.length > 0);
  const observed = principals.filter(({ wouldBe }) => (wouldBe?.suspensions.length ?? 0) > 0);
  const unstopped = addUsd(...principals.filter(isUnstopped).map(({ overspend }) => overspend));
  const times = suspended.reduce((sum, { suspensions }) => sum + suspensions.length, 0);
  return [
    { value: formatUsdRounded(charged.cost), label: 'charged', note: `${countedText(charged.calls, 'call')} of ${countedText(principals.length, 'principal')}` },
    { value: countText(warned), label: `${warned === 1 ? 'principal' : 'principals'} warned` },
    {
      value: countText(suspended.length),
      label: `${suspended.length === 1 ? 'principal' : 'principals'} suspended`,
      note: `${countedText(times, 'time')}${observed.length > 0 ? `; ${countText(observed.length)} more would be, but ${observed.length === 1 ? 'is' : 'are'} observed only` : ''}`,
    },
    { value: countText(blocked.calls), label: `${blocked.calls === 1 ? 'call' : 'calls'} blocked` },
    { value: formatUsdRounded(blocked.cost), label: 'not spent', note: 'what the blocked calls had cost' },
    {
      value: formatUsdRounded(addUsd(...principals.map(({ overspend }) => overspend))),
      label: 'spent beyond limits',
      note: unstopped > 0n ? `${formatUsdRounded(unstopped)} of it by those whom nobody stops` : 'until calls failed, or the records ended',
    },
  ];
}

/** Whether a principal goes on whatever its limit is. */
function isUnstopped({ enforcement, unenforceable }: ReplayedPrincipal): boolean {
  return enforcement === 'observe' || unenforceable !== undefined;
}

function textAbove(count: number, most: number, what: string): { readonly text?: string } {
  return count > most ? { text: `The ${most} that matter most of ${countText(count)} ${what}; the tables have all of them.` } : {};
}

/** A chart for each limit: what was spent of a day and what was spent of a month are two curves. */
function spendCharts(principal: ReplayedPrincipal, until: number): readonly SpendChart[] {
  const { principalId, limits, spend, transitions, charged, blocked, status } = principal;
  const spans = spansOf(principal, until);
  const kept = new Set(spans.map(({ from }) => from));
  // Samples may pass over a change, but a change is never off the curve.
  const changes = transitions.filter(({ at }) => kept.has(at));
  const denied = blocked.calls > 0 ? `; ${countedText(blocked.calls, 'blocked call')} had cost ${formatUsdRounded(blocked.cost)}` : '';
  return limits.map((limit, index) => ({
    kind: 'spend',
    title: limits.length === 1 ? principalId : `${principalId}, ${limitText(limit)}`,
    description: `${formatUsdRounded(charged.cost)} charged under ${limits.map(limitText).join(' and ')}${denied}.`
      + `${limits.length === 1 ? '' : ` The curve is what was spent of ${limitText(limit)}; the status is that under all limits.`}`,
    summary: `${formatUsdRounded(charged.cost)} under ${limits.map(limitText).join(', ')}`,
    status,
    points: [...spend[index], ...changes.map(({ at, windows }) => ({ at, ...pointOf(windows[index]) }))].sort((a, b) => a.at - b.at),
    marks: spans.slice(1).map(({ from, status: to, text }) => ({ at: from, status: to, text })),
  }));
}

function statesChart(ranked: readonly ReplayedPrincipal[], until: number): StatesChart {
  const shown = ranked.filter(({ transitions }) => transitions.length > 0).slice(0, MOST_STATE_ROWS);
  return {
    kind: 'states',
    title: 'States over time',
    description: shown.length === 0 ? 'Nobody would have reached a threshold.' : `The states of ${countedText(shown.length, 'principal')} from the first call to the last.`,
    rows: shown.map(principal => ({ name: principal.principalId, spans: spansOf(principal, until) })),
  };
}

type Span = StatesChart['rows'][number]['spans'][number];

/** So many spans are drawn as they are; of more, the gravest status of each stretch of time. */
const MOST_SPANS = 200;

const BY_GRAVITY: readonly Span['status'][] = ['active', 'warning', 'critical', 'exceeded', 'restoring', 'grace_period', 'suspended'];

/** How a principal stood from its first call to the last call of all. */
function spansOf({ transitions, firstCallAt }: ReplayedPrincipal, until: number): readonly Span[] {
  const changes = transitions.filter(({ from, to }) => from !== to);
  const starts: readonly Pick<Transition, 'at' | 'to' | 'reason'>[] = [{ at: firstCallAt, to: 'active', reason: 'below every threshold' }, ...changes];
  const spans = starts.map(({ at, to: status, reason }, index): Span => ({ from: at, to: starts[index + 1]?.at ?? until, status, text: reason || status }));
  return spans.length <= MOST_SPANS ? spans : gravestByStretch(spans, firstCallAt, until);
}

/** Stretches of one status are one span. */
function gravestByStretch(spans: readonly Span[], from: number, until: number): readonly Span[] {
  const stretch = (until - from) / MOST_SPANS;
  const drawn: Span[] = [];
  let next = 0;
  for (let index = 0; index < MOST_SPANS; index += 1) {
    const start = from + index * stretch;
    const end = index === MOST_SPANS - 1 ? until : start + stretch;
    while (spans[next].to <= start && next < spans.length - 1) {
      next += 1;
    }
    let gravest = spans[next];
    for (let later = next + 1; later < spans.length && spans[later].from < end; later += 1) {
      gravest = BY_GRAVITY.indexOf(spans[later].status) > BY_GRAVITY.indexOf(gravest.status) ? spans[later] : gravest;
    }
    const last = drawn.at(-1);
    if (last?.status === gravest.status) {
      drawn[drawn.length - 1] = { ...last, to: end };
    } else {
      drawn.push({ ...gravest, from: start, to: end });
    }
  }
  return drawn;
}

function costChart({ costs, from, to }: BackTestResult, timeZone: string): CostChart {
  const days: Day[] = [];
  for (let day = dayOf(from!, timeZone), last = dayOf(to!, timeZone); day <= last; day = addDays(day, 1)) {
    days.push(day);
  }
  const index = new Map(days.map((day, position) => [day, position]));
  const totals = totalsByModel(costs);
  const named = totals.slice(0, namedSeries(totals.length)).map(({ modelId }) => modelId);
  const series = new Map([...named, ...(totals.length > named.length ? [OTHERS] : [])].map(name => [name, days.map(() => 0)]));
  for (const { modelId, day, charged } of costs) {
    series.get(named.includes(modelId) ? modelId : OTHERS)![index.get(day)!] += toMetricValue(charged.cost);
  }
  return {
    kind: 'cost',
    title: 'Charged by day',
    description: `Dollars charged on each of ${countedText(days.length, 'day')}, by model; what blocked calls had cost is not in it.`,
    days,
    series: [...series].map(([name, amounts]) => ({ name, usd: amounts, ...(name === OTHERS ? { standsFor: totals.length - named.length } : {}) })),
  };
}

interface ModelTotal {
  readonly modelId: string;
  readonly charged: Usd;
  readonly saved: Usd;
  readonly calls: number;
  readonly blocked: number;
}

function totalsByModel(costs: BackTestResult['costs']): readonly ModelTotal[] {
  const totals = new Map<string, ModelTotal>();
  for (const { modelId, charged, blocked } of costs) {
    const { charged: before, saved, calls, blocked: blockedBefore } = totals.get(modelId) ?? { charged: ZERO_USD, saved: ZERO_USD, calls: 0, blocked: 0 };
    totals.set(modelId, {
      modelId,
      charged: addUsd(before, charged.cost),
      saved: addUsd(saved, blocked.cost),
      calls: calls + charged.calls,
      blocked: blockedBefore + blocked.calls,
    });
  }
  return [...totals.values()].sort((a, b) => Number(b.charged > a.charged) - Number(b.charged < a.charged) || (a.modelId < b.modelId ? -1 : 1));
}

function principalsTable(ranked: readonly ReplayedPrincipal[], { to = 0 }: BackTestResult, timeZone: string): ReportTable {
  const instant = (at: number | undefined) => (at === undefined ? '' : instantText(at, timeZone));
  return limited({
    kind: 'table',
    title: 'Everybody who called',
    columns: [
      { title: 'principal' }, { title: 'limit' }, { title: 'charged', isNumber: true }, { title: 'warned' }, { title: 'suspended' }, { title: 'denied for', isNumber: true },
      { title: 'blocked calls', isNumber: true }, { title: 'not spent', isNumber: true }, { title: 'in the end' },
    ],
    rows: ranked.map(principal => {
      const { principalId, limits, charged, suspensions, blocked, status } = principal;
      const denied = deniedMs(suspensions, to);
      return [
        principalId, limits.map(limitText).join(', ') || 'none', formatUsdRounded(charged.cost), instant(warnedAt(principal)), instant(suspensions[0]?.from),
        { text: denied > 0 ? durationText(denied) : '', sortBy: denied }, countText(blocked.calls), formatUsdRounded(blocked.cost), { text: '', status },
      ];
    }),
    empty: 'Nobody called.',
  });
}

function remarksTable(ranked: readonly ReplayedPrincipal[]): ReportTable {
  const remarked = ranked.map(principal => [principal.principalId, remarksOf(principal)]).filter(([, remarks]) => remarks !== '');
  return limited({
    kind: 'table',
    title: 'What to know of some of them',
    columns: [{ title: 'principal' }, { title: 'remark' }],
    rows: remarked,
    empty: 'Everybody has limits of their own that are enforced, or none.',
  });
}

/** What a reader must know of a principal whose limit does not do what limits do. */
export function remarksOf({ limitSource, enforcement, unenforceable, wouldBe, estimated }: ReplayedPrincipal): string {
  return [
    ...(limitSource === 'default' ? ['the default limit'] : []),
    ...(enforcement === 'observe' ? [
      wouldBe && wouldBe.suspensions.length > 0
        ? `observed only: would have been suspended ${countedText(wouldBe.suspensions.length, 'time')}, `
          + `with ${countedText(wouldBe.blocked.calls, 'blocked call')} of ${formatUsdRounded(wouldBe.blocked.cost)}`
        : 'observed only',
    ] : []),
    ...(unenforceable === undefined ? [] : [`out of reach: ${unenforceable}`]),
    ...(estimated > 0n ? [`${formatUsdRounded(estimated)} of it estimated`] : []),
  ].join('; ');
}

function suspensionsTable(ranked: readonly ReplayedPrincipal[], timeZone: string): ReportTable {
  return limited({
    kind: 'table',
    title: 'Times without access',
    columns: [
      { title: 'principal' }, { title: 'limit reached' }, { title: 'suspended' }, { title: 'restored' }, { title: 'denied for', isNumber: true },
      { title: 'beyond the limit', isNumber: true }, { title: 'blocked calls', isNumber: true }, { title: 'not spent', isNumber: true },
    ],
    rows: ranked.flatMap(({ principalId, suspensions }) => suspensions.map(({ from, to, exceededAt, overspend, blockedCalls, saved }) => [
      principalId, instantText(exceededAt, timeZone), instantText(from, timeZone), to === undefined ? 'not before the last call' : instantText(to, timeZone),
      { text: to === undefined ? '' : durationText(to - from), sortBy: to === undefined ? Number.MAX_SAFE_INTEGER : to - from },
      formatUsdRounded(overspend), countText(blockedCalls), formatUsdRounded(saved),
    ])),
    empty: 'Nobody would have been suspended.',
  });
}

function changesTable(ranked: readonly ReplayedPrincipal[], timeZone: string): ReportTable {
  return limited({
    kind: 'table',
    title: 'What would have been announced',
    columns: [{ title: 'principal' }, { title: 'when' }, { title: 'from' }, { title: 'to' }, { title: 'why' }],
    rows: ranked.flatMap(({ principalId, transitions }) => transitions.map(({ at, from, to, reason }) => [
      principalId, instantText(at, timeZone), { text: '', status: from }, { text: '', status: to }, reason,
    ])),
    empty: 'Nobody would have reached a threshold.',
  });
}

function modelsTable({ costs }: BackTestResult): ReportTable {
  return limited({
    kind: 'table',
    title: 'Cost by model',
    columns: [
      { title: 'model' }, { title: 'charged', isNumber: true }, { title: 'calls', isNumber: true }, { title: 'blocked calls', isNumber: true }, { title: 'not spent', isNumber: true },
    ],
    rows: totalsByModel(costs).map(({ modelId, charged, calls, blocked, saved }) => [
      modelId, formatUsdRounded(charged), countText(calls), countText(blocked), formatUsdRounded(saved),
    ]),
    empty: 'No model was called.',
  });
}

function limited(table: ReportTable): ReportTable {
  const left = table.rows.length - MOST_ROWS;
  return left <= 0 ? table : { ...table, rows: table.rows.slice(0, MOST_ROWS), description: `${countedText(left, 'more row')}: the JSON output has all of them.` };
}
