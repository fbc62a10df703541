import { Item } from '../budget-item';
import { HolderPorts } from '../deny-holders';
import { DenyAttachments, DenyInventory, EventPublisher, Log, Metrics, SettingsSource } from '../ports';

/** Codes of the failures that people were told of, by principal id. */
export type ToldFailures = ReadonlyMap<string, string>;

export interface GuardMemory {
  recall(): Promise<ToldFailures>;
  remember(told: ToldFailures): Promise<void>;
}

/** Attachments and inventory are those of the policy that denies the mantle endpoint alone. */
export interface SettlePorts extends HolderPorts {
  readonly attachments: DenyAttachments;
  readonly events: EventPublisher;
  readonly log: Log;
  /** Waits for some milliseconds. */
  pause(milliseconds: number): Promise<unknown>;
}

export interface GuardPorts extends SettlePorts {
  readonly inventory: DenyInventory;
  readonly settings: SettingsSource;
  readonly memory: GuardMemory;
  readonly metrics: Metrics;
  /** All budgets, page by page. */
  pages(): AsyncIterable<readonly Item[]>;
  /** Milliseconds that are left for the run. */
  remaining(): number;
}
