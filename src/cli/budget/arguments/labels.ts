import { UsageError } from '../../usage-error';

export type Labels = Readonly<Record<string, string>>;

/**
 * Labels written as `team=data`, each key once.
 *
 * @throws UsageError
 */
export function labelsOf(texts: readonly string[]): Labels {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const end = text.indexOf('=');
    const key = text.slice(0, Math.max(end, 0)).trim();
    if (key === '') {
      throw new UsageError(`"${text.slice(0, 60)}" is no label: write it like team=data`);
    }
    if (labels.has(key)) {
      throw new UsageError(`the label "${key.slice(0, 60)}" is given twice: give it once`);
    }
    labels.set(key, text.slice(end + 1).trim());
  }
  return Object.fromEntries(labels);
}
