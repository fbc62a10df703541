import { Day } from '../calendar';
import { groupBy } from '../collections';
import { addUsd, formatUsd, subtractUsd, toMetricValue, Usd, ZERO_USD } from '../money';
import { plainText } from '../plain-text';
import { CostChart, KeyFigure, ReportPage, ReportSection, ReportTable } from '../report-page/report-page';
import { namedSeries } from '../report-page/scale';
import { Chargeback, ChargebackLine, ChargedTo, labelValue } from './chargeback';
import { count, dollars, labelName, named, share, trustNotes, unlabelled } from './report-words';

/** A page with more rows than that is not read; the CSV and the JSON have them all. */
const MAX_ROWS = 100;

const ID_LENGTH = 200;

/** The report as a page of figures. No time of its making is on it, so that the same ledger makes the same page. */
export function chargebackPage(report: Chargeback): ReportPage {
  const { period, environmentName, timeZone, deploymentId } = report;
  return {
    title: `Chargeback of Amazon Bedrock, ${period.key.replace('_', ' to ')}`,
    lead: `What every call that was charged from ${period.from} to ${period.to} cost (days in ${timeZone}), by who pays for it. Environment: ${plainText(environmentName, 64)}.`,
    figures: keyFigures(report),
    sections: [
      byDaySection(report),
      ...report.byLabel.map((byLabel, index) => byLabelSection(report, index, byLabel.label)),
      principalsSection(report),
      modelsSection(report),
      ...(report.trust.differences.length > 0 ? [differencesSection(report)] : []),
    ],
    notes: [
      ...trustNotes(report),
      'Costs are list prices as the budgets are charged: discounts, credits, taxes and support are not in them.',
      'Labels are those that the principals had when the report was made, not when the calls were.',
      `The exact total is ${formatUsd(report.total.cost)} USD; amounts on this page are rounded to cents, those of the CSV and the JSON are exact.`,
    ],
    footer: `Made by cdk-bedrock-budgeteer from the ledger of ${plainText(deploymentId, 64)}.`,
  };
}

function keyFigures({ total, byPrincipal, byModel, byLabel, trust }: Chargeback): readonly KeyFigure[] {
  const [first] = byLabel;
  return [
    { value: dollars(total.cost), label: 'charged', ...(trust.closed ? {} : { note: 'the period is not over' }) },
    { value: count(total.calls), label: named(total.calls, 'call') },
    { value: count(byPrincipal.length), label: named(byPrincipal.length, 'principal') },
    { value: count(byModel.length), label: named(byModel.length, 'model') },
    ...(first ? [{ value: dollars(unlabelled(first)), label: `without ${plainText(first.label, 64)}`, note: `${share(unlabelled(first), total.cost)} of the cost` }] : []),
    ...(total.estimated !== 0n ? [{ value: dollars(total.estimated), label: 'estimated', note: 'the price of a model is not known yet' }] : []),
  ];
}

function byDaySection(report: Chargeback): ReportSection {
  return {
    id: 'days',
    title: 'Day by day',
    blocks: [
      costChart(report, 'Cost by model and day', 'model', ({ modelId }) => modelId, report.byModel, name => plainText(name, ID_LENGTH)),
      table('Cost by day', 'Day', report.byDay, report, name => name, 'no days'),
    ],
  };
}

function byLabelSection(report: Chargeback, index: number, label: string): ReportSection {
  const nameOf = (value: string) => labelName(value, label);
  const { values } = report.byLabel[index];
  const title = plainText(label, 64);
  return {
    id: `label-${index + 1}`,
    title: `By ${title}`,
    blocks: [
      costChart(report, `Cost by ${title} and day`, title, ({ labels }) => labelValue(labels, label), values, nameOf),
      table(`Cost by ${title}`, title, values, report, nameOf, 'nothing was charged in this period'),
    ],
  };
}

function principalsSection(report: Chargeback): ReportSection {
  const shown = report.byPrincipal.slice(0, MAX_ROWS);
  return {
    id: 'principals',
    title: 'By principal',
    blocks: [{
      kind: 'table',
      title: titleOf('Cost by principal', shown.length, report.byPrincipal.length),
      columns: [
        { title: 'Principal' }, ...report.groupBy.map(label => ({ title: plainText(label, 64) })),
        ...CHARGE_COLUMNS,
      ],
      rows: shown.map(principal => [
        plainText(principal.name, ID_LENGTH), ...report.groupBy.map(label => labelName(labelValue(principal.labels, label), label)),
        ...chargeCells(principal, report),
      ]),
      empty: 'nothing was charged in this period',
    }],
  };
}

function modelsSection(report: Chargeback): ReportSection {
  return {
    id: 'models',
    title: 'By model',
    blocks: [table('Cost by model', 'Model', report.byModel, report, name => plainText(name, ID_LENGTH), 'nothing was charged in this period')],
  };
}

function differencesSection({ trust: { differences } }: Chargeback): ReportSection {
  const shown = differences.slice(0, MAX_ROWS);
  return {
    id: 'differences',
    title: 'Differences from the Budgets table',
    text: 'Each call is written to the ledger and added to a budget in one transaction: what is told here should not be.',
    blocks: [{
      kind: 'table',
      title: titleOf('Principals whose sums differ', shown.length, differences.length),
      columns: [
        { title: 'Principal' }, { title: 'Days' }, { title: 'Ledger (USD)', isNumber: true }, { title: 'Budgets (USD)', isNumber: true }, { title: 'Difference (USD)', isNumber: true },
      ],
      rows: shown.map(({ principalId, days, ledger, budget, difference }) => [
        plainText(principalId, ID_LENGTH), days.length > 3 ? `${days.slice(0, 3).join(', ')} and ${days.length - 3} more` : days.join(', '),
        formatUsd(ledger), formatUsd(budget), formatUsd(difference),
      ]),
      empty: 'none',
    }],
  };
}

/** Beside ids and labels there is no room for more. */
const CHARGE_COLUMNS = [{ title: 'Calls', isNumber: true }, { title: 'Cost', isNumber: true }, { title: 'Share', isNumber: true }];
const FIGURE_COLUMNS = [
  { title: 'Calls', isNumber: true }, { title: 'Input tokens', isNumber: true }, { title: 'Output tokens', isNumber: true },
  { title: 'Cost', isNumber: true }, { title: 'Share', isNumber: true },
];

function chargeCells(sum: ChargedTo, { total }: Chargeback): readonly string[] {
  return [count(sum.calls), dollars(sum.cost), share(sum.cost, total.cost)];
}

function figureCells(sum: ChargedTo, { total }: Chargeback): readonly string[] {
  return [count(sum.calls), count(sum.inputTokens), count(sum.outputTokens), dollars(sum.cost), share(sum.cost, total.cost)];
}

function table(title: string, column: string, sums: readonly ChargedTo[], report: Chargeback, nameOf: (name: string) => string, empty: string): ReportTable {
  // Days are all shown: a period has at most a year of them.
  const shown = sums === report.byDay ? sums : sums.slice(0, MAX_ROWS);
  return {
    kind: 'table',
    title: titleOf(title, shown.length, sums.length),
    columns: [{ title: column }, ...FIGURE_COLUMNS],
    rows: shown.map(sum => [nameOf(sum.name), ...figureCells(sum, report)]),
    empty,
  };
}

function titleOf(title: string, shown: number, all: number): string {
  return shown < all ? `${title}: the first ${count(shown)} of ${count(all)}` : title;
}

/** The dearest series, and one for all others. */
function costChart(
  { byDay, period, total, lines }: Chargeback, title: string, what: string,
  keyOf: (line: ChargebackLine) => string, sums: readonly ChargedTo[], nameOf: (key: string) => string,
): CostChart {
  const days = byDay.map(({ name }) => name);
  const shown = sums.slice(0, namedSeries(sums.length));
  const own = new Set(shown.map(({ name }) => name));
  const byKey = groupBy(lines.filter(line => own.has(keyOf(line))), keyOf);
  const series = shown.map(({ name }) => ({ name: nameOf(name), costs: costs(days, byKey.get(name)!) }));
  const others = days.map((_, index) => subtractUsd(byDay[index].cost, addUsd(...series.map(one => one.costs[index]))));
  const left = sums.length - shown.length;
  const all = left > 0 ? [...series, { name: `${count(left)} others`, costs: others, standsFor: left }] : series;
  const [dearest] = sums;
  return {
    kind: 'cost',
    title,
    description: dearest
      ? `${dollars(total.cost)} from ${period.from} to ${period.to}; the largest part, ${share(dearest.cost, total.cost)}, is ${dearest.name === '' ? 'of' : what} ${nameOf(dearest.name)}.`
        + ` The dearest day was ${dearestDay(byDay)}.`
      : 'Nothing was charged in this period.',
    days,
    series: all.map(({ costs: amounts, ...one }) => ({ ...one, usd: amounts.map(toMetricValue) })),
  };
}

function dearestDay(byDay: readonly ChargedTo[]): string {
  const { name, cost } = byDay.reduce((dearest, day) => (day.cost > dearest.cost ? day : dearest));
  return `${name} with ${dollars(cost)}`;
}

function costs(days: readonly Day[], lines: readonly ChargebackLine[]): readonly Usd[] {
  const byDay = new Map<Day, Usd>();
  for (const { day, cost } of lines) {
    byDay.set(day, addUsd(byDay.get(day) ?? ZERO_USD, cost));
  }
  return days.map(day => byDay.get(day) ?? ZERO_USD);
}
