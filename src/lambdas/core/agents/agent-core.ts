import { Item } from '../budget-item';
import { EventPublisher, Log, Metrics, RuntimeDirectory, SettingsSource } from '../ports';

/** What the registration of AgentCore runtimes needs of the world. */

/** Statuses of runtimes and harnesses that matter here; those of one that can be called are not told apart. */
export const AgentStatus = {
  CREATING: 'CREATING',
  /** It never came into being. */
  CREATE_FAILED: 'CREATE_FAILED',
  DELETING: 'DELETING',
  /** It was to be deleted and is alive after all. */
  DELETE_FAILED: 'DELETE_FAILED',
} as const;

/** A runtime or harness as AgentCore shows it. Texts are AgentCore's, and not yet checked. */
export interface ShownAgent {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly status: string;
  /** Epoch milliseconds. */
  readonly updatedAt?: number;
}

export interface ShownRuntime extends ShownAgent {
  readonly version?: string;
}

export interface ShownHarness extends ShownAgent {
  /** The runtime that does the harness's work. */
  readonly runtimeId?: string;
}

/**
 * AgentCore's control plane. Eventually consistent.
 *
 * @throws AgentCoreBusyError where trying again may help; other errors are final
 */
export interface AgentCoreControl {
  runtime(id: string): Promise<ShownRuntime | undefined>;
  harness(id: string): Promise<ShownHarness | undefined>;
  /** One page; ids of runtimes and harnesses alike. */
  runtimeIds(next?: string): Promise<IdPage>;
  harnessIds(next?: string): Promise<IdPage>;
  tags(arn: string): Promise<Readonly<Record<string, string>>>;
}

export interface IdPage {
  readonly ids: readonly string[];
  /** Where the next page begins; absent on the last. */
  readonly next?: string;
}

/** How an item changes. */
export interface ItemChange {
  readonly set: Item;
  /** Set where the item has none yet. */
  readonly defaults: Item;
  readonly remove: readonly string[];
}

/** The Budgets table, as far as the registration of runtimes goes. */
export interface RuntimeStore {
  /** Strongly consistent. */
  read(principalId: string): Promise<Item | undefined>;
  /**
   * Writes on condition that every attribute of `READ_ATTRIBUTES` still is what was read.
   *
   * @returns whether it was written; `false` means that somebody else wrote meanwhile: read and decide again
   */
  write(principalId: string, change: ItemChange, readBefore: Item | undefined): Promise<boolean>;
}

export interface AgentRegistrarPorts {
  readonly agentCore: AgentCoreControl;
  readonly store: RuntimeStore;
  readonly directory: RuntimeDirectory;
  readonly settings: SettingsSource;
  readonly events: EventPublisher;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Waits before another attempt (1, 2, …), longer each time and never equally long. */
  backOff(attempt: number): Promise<void>;
}

/** Attributes of an item that are the registrar's alone. */
export const RuntimeAttribute = {
  /** When AgentCore last changed the runtime, ISO 8601: what is older is not written over it. */
  UPDATED_AT: 'runtimeUpdatedAt',
  /** The harness whose work the runtime does, or that is the principal itself. */
  HARNESS_ID: 'harnessId',
  /** The limits of a shared budget as they were last computed, so that an operator's can be told from them. */
  COMPUTED_LIMITS: 'computedLimits',
  /** The same of its enforcement. */
  COMPUTED_ENFORCEMENT: 'computedEnforcement',
  /** Of the deployment's own note: what was refused, and told already. */
  TOLD: 'toldRefusals',
} as const;

/** Everything that a change is made of, and on whose being unchanged its write depends. */
export const READ_ATTRIBUTES = [
  'kind', 'role', 'activeRole', 'removedAt', 'labels', 'limits', 'enforcement', 'runtimes', ...Object.values(RuntimeAttribute),
] as const;

/** Who the registrar is in `updatedBy`. */
export const REGISTRAR = 'agent-registrar';

/** Thrown by adapters where AgentCore throttled or was unavailable. */
export class AgentCoreBusyError extends Error {
  public readonly name = 'AgentCoreBusyError';
}

/** Thrown where an item kept changing under every attempt. */
export class RuntimeContentionError extends Error {
  public readonly name = 'RuntimeContentionError';
}

const MAX_ASKED = 6;

/** Asks AgentCore, and asks again while it is busy. */
export async function patiently<T>(ask: () => Promise<T>, { backOff }: Pick<AgentRegistrarPorts, 'backOff'>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AgentCoreBusyError) || attempt === MAX_ASKED) {
        throw error;
      }
      await backOff(attempt);
    }
  }
}

const MAX_WRITTEN = 8;

/** What was made of an item. */
export interface Written<T> {
  readonly before: Item | undefined;
  readonly plan: T;
  /** Whether anything was to be written. */
  readonly changed: boolean;
}

/**
 * Changes an item on condition that it still is what the change was made of: who loses a race reads again and makes it anew.
 *
 * @throws RuntimeContentionError
 */
export async function changeItem<T extends { readonly change?: ItemChange }>(
  principalId: string, planFor: (item: Item | undefined) => Promise<T> | T, { store, backOff }: Pick<AgentRegistrarPorts, 'store' | 'backOff'>,
): Promise<Written<T>> {
  for (let attempt = 1; attempt <= MAX_WRITTEN; attempt += 1) {
    const before = await store.read(principalId);
    const plan = await planFor(before);
    if (!plan.change || await store.write(principalId, plan.change, before)) {
      return { before, plan, changed: plan.change !== undefined };
    }
    await backOff(attempt);
  }
  throw new RuntimeContentionError(`the budget of ${principalId} changed under ${MAX_WRITTEN} attempts to write it; trying again may help`);
}
