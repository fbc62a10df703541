import { PrincipalKindName } from '../../../contract';
import { Status } from '../budget';
import { Item } from '../budget-item';
import { Log, Metrics, RuntimeDirectory, SettingsSource } from '../ports';

/** What an administrator's change writes. */
export interface OrderWrite {
  readonly set: Item;
  /** Set where the item has none yet. */
  readonly defaults: Item;
  readonly remove: readonly string[];
  /** Attributes on whose being unchanged the write depends. */
  readonly unchanged: readonly string[];
}

/** What of a list's filters the table can apply itself. */
export interface ListFilter {
  readonly kind?: PrincipalKindName;
  readonly status?: Status;
  readonly label?: { readonly name: string; readonly value?: string };
}

/** The Budgets table, as far as administration goes. */
export interface BudgetAdministration {
  /** Strongly consistent. */
  read(principalId: string): Promise<Item | undefined>;
  /** @returns whether it was written; `false` means that what was read has changed meanwhile */
  write(principalId: string, change: OrderWrite, readBefore: Item | undefined): Promise<boolean>;
  /**
   * Some items in the order of the table, which is none that means anything.
   *
   * @param after the principal id after which to go on
   */
  page(filter: ListFilter, after?: string): Promise<{ readonly items: readonly Item[]; readonly more?: string }>;
}

/** The Audit table, read. */
export interface AuditHistory {
  /**
   * Rows of a principal, the newest first.
   *
   * @param before the sort key before which to go on
   */
  page(principalId: string, size: number, before?: string): Promise<{ readonly rows: readonly Item[]; readonly more?: string }>;
}

export interface AdministrationPorts {
  readonly budgets: BudgetAdministration;
  readonly history: AuditHistory;
  readonly settings: SettingsSource;
  /** Absent where AgentCore runtimes have no budgets. */
  readonly runtimes?: Pick<RuntimeDirectory, 'runtimesOf'>;
  readonly metrics: Metrics;
  readonly log: Log;
}
