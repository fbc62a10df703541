import { labelsText, limitsText, plain, thresholdsText } from '../budget/texts';
import { NoItem } from './items';
import { Mapped } from './mapped';
import { HeldBack } from './overspending';

/** Item by item what it becomes and what is lost, then whom the predecessor has suspended. */
export function mappedText(mapped: readonly Mapped[], unread: readonly NoItem[], heldBack: readonly HeldBack[]): string {
  const held = new Map(heldBack.map(({ principalId, why }) => [principalId, why]));
  const suspended = mapped.filter(({ isSuspended }) => isSuspended);
  return [
    ...mapped.map(one => itemText(one, one.row && held.get(one.row.principalId))),
    ...unread.map(({ place, problem }) => `! ${place}: ${problem}\n`),
    ...(suspended.length > 0 ? [
      `\nThe predecessor has suspended ${suspended.length}: ${suspended.map(({ item }) => plain(item.id)).join(', ')}.\n`
        + 'Nobody gets access back by this command: see "budgeteer migrate restore --help".\n',
    ] : []),
    '\n',
  ].join('');
}

function itemText({ item, principalId, row, leftOut, isProblem, notes }: Mapped, heldBack: string | undefined): string {
  const name = `${plain(item.id)} (${plain(item.place)})`;
  const problem = isProblem || heldBack !== undefined;
  const becomes = row
    ? `→ ${row.principalId}: ${[limitsText([...row.limits!]), ...labels(row.labels), ...(row.thresholds ? [thresholdsText(row.thresholds)] : [])].join('; ')}`
    : `${principalId === undefined ? '' : `(${principalId}) `}left out: ${leftOut}`;
  return [`${problem ? '!' : row ? ' ' : '-'} ${name} ${becomes}\n`, ...[...(heldBack ? [heldBack] : []), ...notes].map(note => `      ${note}\n`)].join('');
}

function labels(found: Readonly<Record<string, string>> | undefined): readonly string[] {
  return Object.keys(found ?? {}).length > 0 ? [labelsText({ ...found })] : [];
}
