import { Contradiction, isJumpOfTheCatalog } from './contradictions';
import { linesOf, PriceRow } from './price-row';

/** Between the key of a contradiction and the reason for which the figures stand. */
const BECAUSE = ' because ';

/** What is left of the contradictions after those that somebody has acknowledged, and acknowledgements that are not needed. */
export function unacknowledged(found: readonly Contradiction[], acknowledgements: string, rows: readonly PriceRow[]): Contradiction[] {
  const acknowledged = new Set<string>();
  const malformed: Contradiction[] = [];
  for (const line of linesOf(acknowledgements)) {
    const at = line.indexOf(BECAUSE);
    if (at < 0) {
      malformed.push({ key: line, problem: `an acknowledgement is a key, "${BECAUSE.trim()}" and a reason` });
    } else {
      acknowledged.add(line.slice(0, at).trim());
    }
  }
  const keys = new Set(found.map(({ key }) => key));
  return [
    ...found.filter(({ key }) => !acknowledged.has(key)),
    ...[...acknowledged].filter((key) => !keys.has(key) && !isJumpOfTheCatalog(key, rows)).map((key) => (
      { key, problem: 'is acknowledged, and no longer there: take the line out of acknowledged.txt' }
    )),
    ...malformed,
  ];
}
