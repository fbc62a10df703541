import { AuditAttribute } from '../../contract';
import { Item, NumberText } from './budget-item';

/** Thrown for an event that has no place in the audit table. */
export class AuditRowError extends Error {
  public readonly name = 'AuditRowError';
}

/** Under which subject stand the events that are about no principal. */
const DEPLOYMENT_SUBJECT = 'deployment';

/**
 * The audit table's row of an event: everything that the event says. Its key follows from the event alone, so that an event that is
 * delivered twice makes one row.
 *
 * @throws AuditRowError
 */
export function auditRow(type: string, detail: Readonly<Record<string, unknown>>): Item {
  const { principalId, occurredAt, eventId } = detail;
  if (typeof occurredAt !== 'string' || Number.isNaN(Date.parse(occurredAt)) || typeof eventId !== 'string' || eventId === '') {
    throw new AuditRowError(`an event of type "${type.slice(0, 80)}" has no occurredAt or no eventId: it is none of ours`);
  }
  return {
    ...storable(detail) as Item,
    type,
    [AuditAttribute.SUBJECT]: typeof principalId === 'string' && principalId ? principalId : DEPLOYMENT_SUBJECT,
    [AuditAttribute.EVENT_KEY]: `${occurredAt}#${eventId}`,
  };
}

/** Values out of JSON as the tables carry them. */
function storable(value: unknown): unknown {
  if (typeof value === 'number') {
    return new NumberText(String(value));
  }
  if (Array.isArray(value)) {
    return value.map(storable);
  }
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, storable(part)])) : value;
}
