import { AuditAttribute, BackupAttribute, BudgetAttribute, EventType, Handler, LedgerAttribute, PrincipalKindName, SettingName } from '../../../contract';
import { LEVELS, STATUSES } from '../budget';
import { WatchList } from '../budget-item';
import { ErasureRefusedError } from './pseudonym';

/** Attributes of budgets and events that have no constant. */
const ATTRIBUTES: readonly string[] = [
  'after', 'before', 'budget', 'change', 'declared', 'digest', 'enforcement', 'exemption', 'failure', 'formerRole', 'hold', 'kind', 'labels', 'levels', 'limits', 'reason',
  'revision', 'role', 'runtimes', 'spend', 'status', 'suspension', 'thresholds', 'topUps', 'type', 'unenforceable', 'updatedBy',
];

const VALUES: readonly string[] = ['enforced', 'observe', 'paused', 'lifted', 'restoration', 'predecessor', 'deployment', 'estimate', 'limit', 'period', 'principal'];

/** Words that the system itself writes: a text that is one of them tells what is the case, and names nobody. */
const RESERVED: ReadonlySet<string> = new Set([
  ...[
    BudgetAttribute, LedgerAttribute, AuditAttribute, BackupAttribute, EventType, Handler, PrincipalKindName, SettingName, WatchList,
  ].flatMap(names => Object.values<string>(names)),
  ...STATUSES, ...LEVELS, ...ATTRIBUTES, ...VALUES,
].map(word => word.toLowerCase()));

export function isReserved(text: string): boolean {
  return RESERVED.has(text.trim().toLowerCase());
}

/** @throws ErasureRefusedError for a text that the system itself writes about everybody */
export function refuseReserved(texts: readonly string[]): void {
  const reserved = texts.find(isReserved);
  if (reserved !== undefined) {
    throw new ErasureRefusedError(
      `"${reserved}" is a word of the system itself (an attribute, a status, a kind, a setting, an event): replacing it would change what is told of others; give a text that names the `
      + 'person and nothing else, such as a full name or an address',
    );
  }
}
