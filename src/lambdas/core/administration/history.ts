import { AuditAttribute } from '../../../contract';
import { Item, NumberText } from '../budget-item';
import { keyOfPage, pageToken } from './page-token';
import { AuditHistory } from './ports';
import { RequestOf } from './requests';

const DEFAULT_SIZE = 50;

export interface History {
  /** As docs/events.md describes them, with their type. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly nextToken?: string;
}

/** What was decided and done about a principal, and by whom; the newest first. It outlives the budget. */
export async function getHistory({ principalId, limit = DEFAULT_SIZE, nextToken }: RequestOf<'getHistory'>, history: AuditHistory): Promise<History> {
  const question = ['getHistory', principalId];
  const { rows, more } = await history.page(principalId, limit, keyOfPage(question, nextToken));
  return { events: rows.map(eventOf), ...(more === undefined ? {} : { nextToken: pageToken(question, more) }) };
}

function eventOf({ [AuditAttribute.SUBJECT]: _subject, [AuditAttribute.EVENT_KEY]: _key, ...event }: Item): Readonly<Record<string, unknown>> {
  return plain(event) as Readonly<Record<string, unknown>>;
}

/** Numbers of the table as those of JSON. Amounts are text in events, so none of them loses a digit. */
function plain(value: unknown): unknown {
  if (value instanceof NumberText) {
    return Number(value.value);
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)])) : value;
}
