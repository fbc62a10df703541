import { plainText } from '../plain-text';

/** What tells people which runtime a budget is about. */
export interface LabelSources {
  readonly name?: string;
  /** ARN of whoever created it. */
  readonly creator?: string;
  readonly harnessName?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Labels whose names are ours: a tag of the same name gives way. */
export const OwnLabel = { NAME: 'name', CREATOR: 'creator', HARNESS: 'harness', RUNTIMES: 'runtimes' } as const;

/** The item is paid for by its size with every charge, and events carry the labels. */
const MAX_TAGS = 20;
const MAX_NAME_LENGTH = 64;
const MAX_VALUE_LENGTH = 256;

/** The second is lost where an item is read, so that the runtime would seem to have changed at every look at it. */
const NO_LABELS: readonly string[] = ['', '__proto__'];

export function labelsOf({ name, creator, harnessName, tags = {} }: LabelSources): Readonly<Record<string, string>> {
  const own = { [OwnLabel.NAME]: name, [OwnLabel.CREATOR]: creator, [OwnLabel.HARNESS]: harnessName };
  return Object.fromEntries([
    ...Object.entries(tags).sort(byName).map(([key, value]) => [tagLabel(key), plainText(value, MAX_VALUE_LENGTH)])
      .filter(([key]) => !NO_LABELS.includes(key)).slice(0, MAX_TAGS),
    ...Object.entries(own).map(([key, value]) => [key, plainText(value, MAX_VALUE_LENGTH)]).filter(([, value]) => value !== ''),
  ]);
}

/** A tag whose name is one of ours keeps its value under another: `name` becomes `tag:name`. */
function tagLabel(key: string): string {
  const label = plainText(key, MAX_NAME_LENGTH);
  return Object.values<string>(OwnLabel).includes(label) ? `tag:${label}` : label;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
