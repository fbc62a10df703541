import { readLabelText } from '../../../lambdas/core/label-text';
import { UsageError } from '../../usage-error';

export type Labels = Readonly<Record<string, string>>;

/**
 * Labels written as `team=data`, each name once.
 *
 * @throws UsageError
 */
export function labelsOf(texts: readonly string[]): Labels {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const { name, value } = readLabelText(text);
    const key = name.trim();
    if (key === '' || value === undefined) {
      throw new UsageError(`"${text.slice(0, 60)}" is no label: write it like team=data`);
    }
    if (labels.has(key)) {
      throw new UsageError(`the label "${key.slice(0, 60)}" is given twice: give it once`);
    }
    labels.set(key, value.trim());
  }
  return Object.fromEntries(labels);
}
