import { Item } from '../budget-item';

/** Labels that name a person whoever else has them. */
const PERSONAL: readonly string[] = ['contact', 'createdby', 'creator', 'email', 'mail', 'name', 'owner', 'user', 'username'];

export interface LabelChoice {
  /** Keys of labels that stay although nobody else has them. */
  readonly keep: readonly string[];
  /** Keys of labels that go although others have them. */
  readonly erase: readonly string[];
}

/** What becomes of the labels of a principal. */
export interface SortedLabels {
  readonly kept: Readonly<Record<string, string>>;
  /** Values of those that go and that nobody else has: groups of reports that are named by them are one person's. */
  readonly groupNames: readonly string[];
}

export function labelsIn(item: Item | undefined): Readonly<Record<string, string>> {
  const labels = item?.labels;
  return typeof labels === 'object' && labels !== null
    ? Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    : {};
}

/** A label that others have too names a group (a team, a cost centre); one that nobody else has may name the person. */
export function sortLabels(labels: Readonly<Record<string, string>>, others: ReadonlySet<string>, { keep, erase }: LabelChoice): SortedLabels {
  const isShared = ([key, value]: readonly [string, string]) => others.has(pairOf(key, value));
  const stays = ([key, value]: readonly [string, string]) => (
    keep.includes(key) || (!erase.includes(key) && !PERSONAL.includes(key.toLowerCase().replace(/[^a-z]/g, '')) && !value.includes('@') && isShared([key, value]))
  );
  const entries = Object.entries(labels);
  return {
    kept: Object.fromEntries(entries.filter(stays)),
    groupNames: [...new Set(entries.filter(entry => !stays(entry) && !isShared(entry)).map(([, value]) => value))].sort(),
  };
}

/** A label as one text. */
export function pairOf(key: string, value: string): string {
  return `${key}\n${value}`;
}
