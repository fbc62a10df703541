import { facts } from '../../table';
import { plain } from '../texts';
import { Plan, PlannedChange } from './plan';

const SIGNS = { added: '+', changed: '~', removed: '-' } as const;

/** What is there and what would be, principal by principal, and how many. */
export function planText({ changes, unchanged }: Plan): string {
  return `${changes.map(changeText).join('')}${countsText(changes)}, ${unchanged} unchanged\n`;
}

export function countsText(changes: readonly PlannedChange[]): string {
  return (['added', 'changed', 'removed'] as const).map(kind => `${changes.filter(change => change.kind === kind).length} ${kind}`).join(', ');
}

function changeText({ kind, principalId, place, differences }: PlannedChange): string {
  const lines = differences.map(({ what, before, after }) => [what, kind === 'added' ? after : `${before} → ${after}`] as const);
  return `${SIGNS[kind]} ${plain(principalId)} (${place}) ${kind}\n${facts(lines, '    ')}`;
}
