/** The number that a text begins with, dollars and separators of thousands aside: `-$1,234.50 a month` is -1234.5. Not a number where it begins with none. */
export function sortKey(text: string): number {
  const [, before, after, digits] = /^\s*([-−+]?)\s*\$?\s*([-−+]?)\s*(\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+)/i.exec(text) ?? [];
  return digits === undefined ? NaN : Number(`${/[-−]/.test(before + after) ? '-' : ''}${digits.replaceAll(',', '')}`);
}
