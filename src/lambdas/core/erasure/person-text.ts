import { PrincipalKindName } from '../../../contract';
import { NumberText } from '../budget-item';
import { Principal, principalFromArn, principalFromId, UnknownIdentityError } from '../principal';
import { labelOf, nameIn } from './pseudonym';
import { isReserved } from './reserved-words';

/** What is known of whoever is to be erased. */
export interface Person {
  readonly principal: Principal;
  readonly pseudonym: string;
  /** Labels that stay as they are: they name a group, no person. */
  readonly keptLabels: Readonly<Record<string, string>>;
  /** Values of labels that nobody else has, which are replaced wherever a report or digest names its groups by them. */
  readonly groupNames: readonly string[];
  /** Other texts that name the person: replaced wherever they stand as words of their own. */
  readonly also: readonly string[];
}

/** What IAM allows in names, and in paths between slashes. */
const NAME = '[\\w+=,.@-]';
const PATH = `(?:${NAME}+/)*`;

/** A dot or comma behind a name may end a sentence; one before another letter is a part of a longer name. */
const END = `(?![\\w+=@-]|[.,]${NAME})`;
const END_OF_ARN = `(?![\\w+=@/-]|[.,]${NAME})`;
const WORD_BEFORE = '(?<![\\w+@/-]|\\w[.,=])';

/** Names that no sentence has by chance are replaced in free text as well; `also` takes those that look like words. */
const DISTINCTIVE = /[^a-z]/;
const SHORTEST_WORD = 6;

/** Attributes under which reports name a group by the value of a label. */
const GROUP_KEYS: readonly string[] = ['name', 'value'];

/** Attributes of free text: operators write into it what they like. */
const FREE_TEXTS: readonly string[] = ['reason', 'message', 'problem'];

/**
 * Attributes whose values are words of people: names are looked for in these alone. Whatever else there is has its words from the schema (a status, a kind),
 * and must stay readable; an id or an ARN, which no schema has, is replaced in any value.
 */
const WORDED: ReadonlySet<string> = new Set([
  ...FREE_TEXTS, ...GROUP_KEYS, 'groupBy', 'actor', 'by', 'updatedBy', 'carriedBy', 'denied', 'leftInPlace', 'notRestored',
]);

/** Maps whose keys are data: those of labels, and of a report its groups by label. Keys of all others are the schema's. */
const LABELS = 'labels';
const KEYED_BY_LABEL: readonly string[] = [LABELS, 'byLabel'];

/** IAM's unique id of the user or role. */
const UNIQUE_IDS: readonly string[] = ['target'];

/** Of a user, role, session of a role or federated user, up to the path and name. */
const WHOLE_ARN = /^(arn:[^/]*\/)/;

const ERASED_TEXT = 'erased';

/** Replaces whatever names a person by the pseudonym, in texts and in whole objects. */
export class PersonText {
  private readonly ids: readonly Replacement[];
  private readonly words: readonly Replacement[];
  private readonly label: string;

  constructor(private readonly person: Person) {
    this.ids = idsOf(person);
    this.words = wordsOf(person);
    this.label = labelOf(person.pseudonym);
  }

  /** What people have written. */
  public text(text: string): string {
    return this.replaced(text, [...this.ids, ...this.words]);
  }

  /** What is not written by people: names are no more than words there, ids and ARNs are what they are. */
  public id(text: string): string {
    return this.replaced(text, this.ids);
  }

  /**
   * The value with everything replaced; the value itself where nothing was.
   *
   * @param owned whether all of it is about the person: then free text goes, whatever it says
   */
  public value<T>(value: T, owned = false): T {
    return this.walk(value, owned, '') as T;
  }

  /** Labels of the person. */
  public labels(labels: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const { keptLabels } = this.person;
    return Object.fromEntries(Object.entries(labels).map(([key, value]) => (
      [this.text(key), Object.hasOwn(keptLabels, key) && keptLabels[key] === value ? value : this.label]
    )));
  }

  private replaced(text: string, replacements: readonly Replacement[]): string {
    const named = idIn(text);
    if (named !== undefined && named !== this.person.principal.id) {
      return text;
    }
    if (named !== undefined && text.startsWith('arn:')) {
      // The path is left out: it may tell of departments, and nobody needs it.
      const { 1: place } = WHOLE_ARN.exec(text)!;
      return `${place}${nameIn(this.person.pseudonym)}${place.endsWith(':assumed-role/') ? `/${ERASED_TEXT}` : ''}`;
    }
    return replacements.reduce((replaced, [pattern, by]) => replaced.replace(pattern, by), text);
  }

  private walk(value: unknown, owned: boolean, key: string): unknown {
    if (typeof value === 'string') {
      return this.string(value, owned, key);
    }
    if (Array.isArray(value)) {
      const parts = value.map(part => this.walk(part, owned, key));
      return parts.some((part, index) => part !== value[index]) ? parts : value;
    }
    return typeof value === 'object' && value !== null && !(value instanceof NumberText) && !(value instanceof Uint8Array)
      ? this.object(value as Readonly<Record<string, unknown>>, owned, key)
      : value;
  }

  /** @param under the attribute that holds it */
  private object(object: Readonly<Record<string, unknown>>, owned: boolean, under: string): Readonly<Record<string, unknown>> {
    const isOwn = owned || object.principalId === this.person.principal.id;
    let changed = false;
    const entries = Object.entries(object).map(([key, value]) => {
      const isLabels = key === LABELS && isOwn && typeof value === 'object' && value !== null && !Array.isArray(value);
      const newKey = KEYED_BY_LABEL.includes(under) ? this.text(key) : this.key(key);
      // Of labels all values are people's words, whatever their keys are.
      const mapped = isLabels ? this.labels(value as Readonly<Record<string, unknown>>)
        : under === LABELS && typeof value === 'string' ? this.text(value) : this.walk(value, isOwn, key);
      const newValue = isLabels && JSON.stringify(mapped) === JSON.stringify(value) ? value : mapped;
      changed ||= newKey !== key || newValue !== value;
      return [newKey, newValue] as const;
    });
    return changed ? Object.fromEntries(entries) : object;
  }

  /** A key that is an id in whole is no attribute's name. */
  private key(key: string): string {
    return idIn(key) === this.person.principal.id ? this.id(key) : key;
  }

  private string(text: string, owned: boolean, key: string): string {
    // Such as the part of the system that acted, or a setting.
    if (isReserved(text) && !FREE_TEXTS.includes(key)) {
      return text;
    }
    if (owned && FREE_TEXTS.includes(key) && text !== '') {
      return ERASED_TEXT;
    }
    if (owned && UNIQUE_IDS.includes(key)) {
      return ERASED_TEXT;
    }
    if (GROUP_KEYS.includes(key) && this.person.groupNames.includes(text)) {
      return this.label;
    }
    return WORDED.has(key) ? this.text(text) : this.id(text);
  }
}

type Replacement = readonly [pattern: RegExp, by: string];

/** Of an id or ARN in whole, whose it is: a name may go on where a sentence would end. */
function idIn(text: string): string | undefined {
  return text.startsWith('arn:') ? idOfArn(text) : principalFromId(text)?.id;
}

function idOfArn(arn: string): string | undefined {
  try {
    return principalFromArn(arn).id;
  } catch (error) {
    if (!(error instanceof UnknownIdentityError)) {
      throw error;
    }
    return undefined;
  }
}

function idsOf({ principal, pseudonym }: Person): readonly Replacement[] {
  return [
    [new RegExp(`(?<![\\w-])${quoted(principal.id)}${END}`, 'g'), pseudonym],
    ...arnsOf(principal.kind, principal.accountId, quoted(principal.name!), nameIn(pseudonym)),
  ];
}

function wordsOf({ principal, also }: Person): readonly Replacement[] {
  const name = principal.name!;
  const words = [...also, ...(name.length >= SHORTEST_WORD && DISTINCTIVE.test(name) && !isReserved(name) ? [name] : [])];
  // The longest first: one may be a part of another.
  return [...new Set(words)].sort((a, b) => b.length - a.length).map(word => [new RegExp(`${WORD_BEFORE}${quoted(word)}${END_OF_ARN}`, 'gi'), ERASED_TEXT]);
}

function arnsOf(kind: PrincipalKindName, account: string, name: string, other: string): readonly (readonly [RegExp, string])[] {
  const iam = (type: string) => [new RegExp(`(arn:aws[a-z-]*:iam::${account}:${type}/)${PATH}${name}${END_OF_ARN}`, 'g'), `$1${other}`] as const;
  switch (kind) {
    case PrincipalKindName.IAM_ROLE:
      return [
        iam('role'),
        // The session may be named after a person.
        [new RegExp(`(arn:aws[a-z-]*:sts::${account}:assumed-role/)${name}(?:/${NAME}+)?${END_OF_ARN}`, 'g'), `$1${other}/${ERASED_TEXT}`],
      ];
    case PrincipalKindName.FEDERATED_USER:
      return [[new RegExp(`(arn:aws[a-z-]*:sts::${account}:federated-user/)${name}${END_OF_ARN}`, 'g'), `$1${other}`]];
    default:
      return [iam('user')];
  }
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
