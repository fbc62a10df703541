import { AuditAttribute } from '../../../src/contract';
import { Item, NumberText } from '../../../src/lambdas/core/budget-item';

/** A row of the audit trail: an event of docs/events.md with its place in the table. */
export interface AuditRow {
  readonly subject: string;
  readonly eventKey: string;
  readonly type: string;
  readonly eventId: string;
  readonly actor: string;
  readonly reason: string;
  readonly occurredAt: string;
  readonly deploymentId: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export function auditRowOf(item: Item): AuditRow {
  return { ...plain(item) as AuditRow, subject: String(item[AuditAttribute.SUBJECT]), eventKey: String(item[AuditAttribute.EVENT_KEY]) };
}

/** Numbers as their text. */
function plain(value: unknown): unknown {
  if (value instanceof NumberText) {
    return value.value;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)])) : value;
}
