/** How many letters may differ between what was written and what was meant. */
const MAX_DISTANCE = 2;

/** The one of the candidates that was probably meant; `undefined` where none is close. */
export function closest(given: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map(candidate => ({ candidate, distance: isBeginningOf(given, candidate) ? 0 : distanceBetween(given.toLowerCase(), candidate.toLowerCase()) }))
    // Of a short word, two letters are most of it.
    .filter(({ candidate, distance }) => distance <= Math.min(MAX_DISTANCE, Math.ceil(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** For the end of a message: `; did you mean "list"?`, or nothing. */
export function suggestion(given: string, candidates: readonly string[]): string {
  const meant = closest(given, candidates);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

function isBeginningOf(given: string, candidate: string): boolean {
  return given.length >= 3 && candidate.startsWith(given);
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function distanceBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = last[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? beforeLast[column - 2] + 1 : Infinity;
      current.push(Math.min(last[column] + 1, current[column - 1] + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length];
}
