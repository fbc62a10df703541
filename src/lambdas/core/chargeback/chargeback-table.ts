import { formatUsd } from '../money';
import { plainText } from '../plain-text';
import { Chargeback, ChargedTo } from './chargeback';
import { count, dollars, labelName, named, share, trustNotes } from './report-words';

/** Rows of each part; the other formats have them all. */
const MAX_ROWS = 20;
const NAME_WIDTH = 60;

/** The report as text for a terminal, and nothing that a terminal would act upon. */
export function chargebackTable(report: Chargeback): string {
  const { period, total, timeZone } = report;
  return [
    `${period.from} to ${period.to} (${timeZone}): ${dollars(total.cost)} for ${count(total.calls)} ${named(total.calls, 'call')}; exactly ${formatUsd(total.cost)} USD\n`,
    ...report.byLabel.map(({ label, values }) => part(plainText(label, 64), values, report, value => labelName(value, label))),
    part('principal', report.byPrincipal, report),
    part('model', report.byModel, report),
    part('day', [...report.byDay].filter(({ calls }) => calls > 0), report, name => name, Number.POSITIVE_INFINITY),
    trustNotes(report).map(note => `! ${note}\n`).join(''),
  ].join('\n');
}

function part(
  title: string, sums: readonly ChargedTo[], { total }: Chargeback, nameOf = (name: string) => plainText(name, 120), max = MAX_ROWS,
): string {
  const shown = sums.slice(0, max);
  const rows = shown.map(sum => [nameOf(sum.name), count(sum.calls), dollars(sum.cost), share(sum.cost, total.cost)]);
  const all = [[title, 'calls', 'cost', 'share'], ...rows];
  const widths = [0, 1, 2, 3].map(index => Math.max(...all.map(row => [...row[index]].length)));
  const nameWidth = Math.min(widths[0], NAME_WIDTH);
  const lines = all.map(([name, ...numbers]) => [name.padEnd(nameWidth), ...numbers.map((cell, index) => cell.padStart(widths[index + 1]))].join('  '));
  return [...lines, ...(sums.length > shown.length ? [`and ${count(sums.length - shown.length)} more`] : []), ''].join('\n');
}
