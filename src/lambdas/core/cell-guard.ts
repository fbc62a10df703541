/**
 * Spreadsheets carry out cells that begin like a formula, and labels are text that others wrote. Such cells get an apostrophe in front, which
 * spreadsheets take for "this is text"; and so do those that begin with one, so that what was put there can be told from what was not.
 */
const FORMULA = /^['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

export function guarded(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** The cell as it was before `guarded`; others are left as they are. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
