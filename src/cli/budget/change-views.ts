import { facts } from '../table';
import { ChangeAnswer } from './answers';
import { differencesBetween } from './differences';
import { plain } from './texts';

/** What a change did, or would do: before and after. */
export function changeText(principalId: string, { changed, before, budget, note, dryRun, replayed }: ChangeAnswer): string {
  // A request that is answered anew does not tell what was before: only what is now can be shown.
  const isKnown = !replayed || Boolean(before);
  const differences = differencesBetween(before, budget).map(({ what, before: from, after: to }) => [what, isKnown ? `${from} → ${to}` : to] as const);
  const versions = [before?.version, budget?.version].filter(version => version !== undefined).map(plain);
  const version = new Set(versions).size === 0 ? [] : [['version', [...new Set(versions)].join(' → ')] as const];
  const outcome = !changed ? 'nothing to change' : dryRun ? 'would be changed' : replayed ? `was changed by this request before${isKnown || differences.length === 0 ? '' : ', and now is'}` : 'changed';
  return `${plain(principalId)}: ${outcome}\n${facts([...(changed ? differences : []), ...(note ? [['note', plain(note)] as const] : []), ...version], '  ')}`;
}

/** An answer as it is. */
export function jsonText(answer: unknown): string {
  return `${JSON.stringify(answer, null, 2)}\n`;
}
