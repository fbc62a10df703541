import { ChartStatus, CostChart, ReportPage, SpendChart, StatesChart } from '../../src/lambdas/core/report-page/report-page';

export const T0 = Date.parse('2026-10-01T00:00:00Z');
const DAY = 86_400_000;

export const PRINCIPALS = ['BedrockAPIKey-k7f2', 'nightly-etl', 'support-assistant', 'BedrockAPIKey-m3q9', 'research-agents', 'contract-review'];
export const MODELS = ['Claude Sonnet 4.5', 'Claude Haiku 4.5', 'Nova Pro', 'Nova Lite', 'Titan Embeddings V2', 'Llama 4 Maverick'];

/** A month as a back-test has it: all blocks, all statuses. */
export function samplePage(): ReportPage {
  const random = randomFrom(7);
  const charts = PRINCIPALS.map((name, index) => spendChart(name, 31, 120 + index * 90, index === 5 ? undefined : 250, random));
  return {
    title: 'What the proposed budgets would have done in October',
    lead: 'A back-test of 1,204,331 calls between 1 and 31 October 2026 against budgets.json, by the rules that the deployment enforces.',
    figures: [
      { value: '1,204,331', label: 'Calls replayed', note: '0.02 % could not be read' },
      { value: '$4,812.07', label: 'Spent', note: 'by 6 principals' },
      { value: '4', label: 'Warned' },
      { value: '2', label: 'Suspended', note: 'for 5 d 4 h in all' },
      { value: '$611.40', label: 'Would have been saved', note: '12.7 % of all spend' },
      { value: '8,120', label: 'Calls blocked' },
    ],
    timeZone: 'Europe/Berlin',
    sections: [
      { id: 'spend', title: 'Spend against limit', text: 'Each principal in its budget’s window.', blocks: charts },
      { id: 'states', title: 'Who would have been stopped', blocks: [statesChart(PRINCIPALS, 31, random), outcomes()] },
      { id: 'cost', title: 'Cost by model and day', blocks: [costChart(31, MODELS, random)] },
      {
        id: 'verified',
        title: 'Verified',
        blocks: [
          { kind: 'checks', title: 'Limits reached', note: '0:12', checks: ['IAM denies BedrockAPIKey-k7f2 every Bedrock action', 'one alert for each threshold', 'spend equals the ledger, to the last digit'] },
          { kind: 'checks', title: 'A new period', note: '0:38', checks: ['access of both is restored', 'no policy is left behind'] },
        ],
      },
    ],
    notes: [
      'Calls of models without a known price were charged at a conservative estimate: 214 calls, $3.10.',
      'Blocked calls are taken as lost: whoever is denied does not come back for them.',
    ],
    footer: 'Made 27 November 2026, 10:05 UTC by budgeteer simulate 1.0.0 from 31 log files.',
  };
}

export function emptyPage(): ReportPage {
  return {
    title: 'Chargeback for February 2027',
    lead: 'Cost by principal, team, purpose, model and day, from the ledger.',
    figures: [{ value: '$0.00', label: 'Spent' }, { value: '0', label: 'Calls' }],
    sections: [
      { id: 'principals', title: 'By principal', blocks: [{ kind: 'table', title: 'Cost by principal', columns: [{ title: 'Principal' }, { title: 'Cost', isNumber: true }], rows: [], empty: 'Nobody called a model in this month.' }] },
      { id: 'days', title: 'By day', blocks: [{ kind: 'cost', title: 'Cost by day', description: 'No cost.', days: [], series: [] }] },
      { id: 'states', title: 'States', blocks: [{ kind: 'states', title: 'States', description: 'No states.', rows: [] }, spendChart('nobody', 0, 1, 10, randomFrom(1))] },
      { id: 'checks', title: 'Checks', blocks: [{ kind: 'checks', title: 'None', checks: [] }] },
      { id: 'nothing', title: 'Nothing at all', blocks: [] },
    ],
    notes: [],
    footer: 'Made by budgeteer report.',
  };
}

/** 200 principals over 400 days, some with names as long as IAM allows. */
export function hugePage(): ReportPage {
  const random = randomFrom(11);
  const names = Array.from({ length: 200 }, (_, index) => (index % 9 === 0 ? `team-${index}-${'x'.repeat(50)}-service-role-for-everything` : `principal-${index}`));
  return {
    title: 'Four hundred days of two hundred principals',
    lead: 'As large as it gets.',
    figures: [{ value: '$1,234,567,890.12', label: 'Spent' }],
    sections: [
      { id: 'cost', title: 'Cost', blocks: [costChart(400, Array.from({ length: 30 }, (_, index) => `model-${index} of a provider with a rather long name`), random)] },
      { id: 'states', title: 'States', blocks: [statesChart(names, 400, random)] },
      { id: 'principals', title: 'By principal', blocks: [outcomes(names)] },
      { id: 'spend', title: 'Spend', blocks: names.map(name => spendChart(name, 400, 900, 100, random)) },
    ],
    notes: ['None.'],
    footer: 'Made by a test.',
  };
}

/** What an attacker who may name a principal or a model would write. */
export const HOSTILE = [
  '</script><script>window.pwned = 1</script>', '<img src=x onerror="window.pwned = 1">', '"><svg onload=window.pwned=1>', '\u2028\u2029<!--', '{{constructor}}', '${window.pwned = 1}', '</style><b>',
  'javascript:window.pwned=1', '<a href="https://evil.example/">',
];

export function hostilePage(): ReportPage {
  const text = HOSTILE.join(' ');
  const marks = [{ at: T0, status: 'suspended' as const, text }];
  return {
    title: text,
    lead: text,
    figures: [{ value: text, label: text, note: text }],
    sections: [{
      id: 'a',
      title: text,
      text,
      blocks: [
        { kind: 'spend', title: text, description: text, summary: text, points: [{ at: T0, spentUsd: 1, limitUsd: 2 }, { at: T0 + DAY, spentUsd: 2, limitUsd: 2 }], marks },
        { kind: 'states', title: text, description: text, rows: HOSTILE.map(name => ({ name, spans: [{ from: T0, to: T0 + DAY, status: 'warning' as const, text }] })) },
        { kind: 'cost', title: text, description: text, days: ['2026-10-01', '2026-10-02'], series: HOSTILE.map(name => ({ name, usd: [1, 2] })) },
        { kind: 'table', title: text, description: text, columns: [{ title: text }, { title: text }], rows: HOSTILE.map(name => [name, { text: name, status: 'deleted' as const }]), empty: text },
        { kind: 'table', title: text, columns: [{ title: text }], rows: [], empty: text },
        { kind: 'checks', title: text, note: text, checks: HOSTILE },
      ],
    }],
    notes: HOSTILE,
    footer: text,
  };
}

function spendChart(name: string, days: number, scale: number, limitUsd: number | undefined, random: () => number): SpendChart {
  let spentUsd = 0;
  const points = Array.from({ length: days }, (_, day) => {
    spentUsd = day % 31 === 0 ? 0 : spentUsd + (random() * scale * 2) / 30;
    return { at: T0 + day * DAY + 9 * 3_600_000, spentUsd, ...(limitUsd === undefined ? {} : { limitUsd: day > 20 ? limitUsd * 1.2 : limitUsd }) };
  });
  const marks: { at: number; status: ChartStatus; text: string }[] = days > 0 ? [{ at: T0, status: 'active', text: 'seen for the first time' }] : [];
  const reach = (share: number, status: ChartStatus, text: string) => {
    const point = points.find(({ at, spentUsd: spent, limitUsd: limit = Infinity }) => spent >= limit * share && at > marks.at(-1)!.at);
    if (point) {
      marks.push({ at: point.at, status, text });
    }
  };
  reach(0.7, 'warning', '70 % of the limit');
  reach(0.9, 'critical', '90 % of the limit');
  reach(1, 'grace_period', 'limit reached; 1 h of grace');
  if (marks.at(-1)?.status === 'grace_period') {
    marks.push({ at: marks.at(-1)!.at + 3_600_000 * 20, status: 'suspended', text: 'the deadline passed' });
  }
  const last = points.at(-1);
  return {
    kind: 'spend',
    title: name,
    description: `Spend of ${name} against its limit, day by day.`,
    ...(last ? { summary: `$${last.spentUsd.toFixed(2)} ${last.limitUsd === undefined ? 'spent' : `of $${last.limitUsd.toFixed(2)}`} · API key` } : {}),
    points,
    marks,
  };
}

function statesChart(names: readonly string[], days: number, random: () => number): StatesChart {
  const order: ChartStatus[] = ['active', 'warning', 'critical', 'grace_period', 'suspended', 'restoring', 'active', 'exceeded', 'deleted'];
  return {
    kind: 'states',
    title: 'States over the month',
    description: 'A row for each principal: when it was active, warned, in its grace period, suspended and restored.',
    rows: names.map((name, row) => {
      const count = row % 3 === 2 ? 1 : 3 + Math.floor(random() * (order.length - 2));
      const cuts = Array.from({ length: count - 1 }, () => random()).sort((a, b) => a - b);
      const edges = [0, ...cuts, 1].map(cut => T0 + Math.round(cut * days) * DAY);
      return { name, spans: order.slice(0, count).map((status, index) => ({ from: edges[index], to: edges[index + 1], status, text: `because of ${status}` })) };
    }),
  };
}

function costChart(days: number, models: readonly string[], random: () => number): CostChart {
  return {
    kind: 'cost',
    title: 'Cost by model and day',
    description: 'Stacked bars, one a day, by model.',
    days: Array.from({ length: days }, (_, day) => new Date(T0 + day * DAY).toISOString().slice(0, 10)),
    series: models.map((name, index) => ({ name, usd: Array.from({ length: days }, () => (random() * 90) / (index + 1)) })),
  };
}

/** Two and a half hours of a night, a reading every five minutes. */
export function overTheNight(start: number): ReportPage {
  const points = Array.from({ length: 31 }, (_, index) => ({ at: start + index * 300_000, spentUsd: index, limitUsd: 60 }));
  const chart: SpendChart = { kind: 'spend', title: 'night-shift', description: 'Spend of a night.', points, marks: [{ at: start + 12 * 300_000, status: 'warning', text: '20 %' }] };
  return { ...samplePage(), sections: [{ id: 'spend', title: 'Spend', blocks: [chart] }] };
}

/** More than a year of days. */
export function longPage(): ReportPage {
  return { ...samplePage(), sections: [{ id: 'cost', title: 'Cost', blocks: [costChart(400, MODELS, randomFrom(3))] }] };
}

function outcomes(names: readonly string[] = PRINCIPALS): ReportPage['sections'][number]['blocks'][number] {
  const statuses: ChartStatus[] = ['active', 'warning', 'critical', 'suspended', 'exceeded', 'grace_period'];
  return {
    kind: 'table',
    title: 'Outcome by principal',
    description: 'Where each principal would have stood at the end of the month.',
    columns: [{ title: 'Principal' }, { title: 'Status' }, { title: 'Spent', isNumber: true }, { title: 'Suspended for', isNumber: true }, { title: 'Why' }],
    rows: names.map((name, index) => [
      name,
      { text: '', status: statuses[index % statuses.length] },
      `$${((index * 7919) % 2000).toLocaleString('en-US')}.50`,
      index % 4 === 3 ? { text: `${index} h`, sortBy: index * 3600 } : '',
      index % 4 === 3 ? 'limit reached, and the grace period passed' : '',
    ]),
    empty: 'Nobody.',
  };
}

/** The same numbers every time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
