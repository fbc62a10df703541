import { KindSpendMetric, WorkflowInput, Metric, PrincipalKindName, SettingName } from '../../contract';
import { Budget } from './budget';
import { BudgetState } from './budget-transition';
import { BudgetEvent } from './events';
import { Attachable } from './restriction-target';
import { SettingTexts, Settings, RefusedSetting } from './settings';

/**
 * What the core needs of the world. The adapters implement these on AWS, the tests and the back-test in memory.
 */

/** The Budgets table. Reads are strongly consistent unless said otherwise. */
export interface BudgetStore {
  /** @throws BudgetItemError for an item that cannot be read */
  read(principalId: string): Promise<Budget | undefined>;
  /**
   * Writes the state if the budget's revision is still `expectedRevision`.
   *
   * @returns whether it was written; `false` means that somebody else decided meanwhile: read and decide again
   */
  saveState(principalId: string, state: BudgetState, expectedRevision: number): Promise<boolean>;
  /** Registers a principal, or sets its kind; nothing is written where it is already so. */
  register(principalId: string, kind: PrincipalKindName, at: number, anchorDay: string): Promise<void>;
}

/** Many budgets at a time, eventually consistent: whatever is found is read again before it is acted upon. */
export interface BudgetReader {
  /** Those of the budgets that exist and can be read, by their ids. */
  readMany(principalIds: readonly string[]): Promise<ReadonlyMap<string, Budget>>;
}

/** The sparse index of the Budgets table: eventually consistent, so whatever it says is read again before it is acted upon. */
export interface WatchList {
  /** Ids of open principals that are due at `now`; all open ones where `now` is left out. */
  open(now?: number): AsyncIterable<string>;
  /** Ids of the principals that should be denied now. */
  suspended(): AsyncIterable<string>;
}

/** The bus. @throws if any event was not accepted, after retries */
export interface EventPublisher {
  publish(events: readonly BudgetEvent[]): Promise<void>;
}

/** The two state machines. Starting an execution whose name was used before is a success. */
export interface Workflows {
  start(workflow: 'suspension' | 'restoration', executionName: string, input: WorkflowInput): Promise<void>;
}

/** The registered AgentCore runtimes: an index of the Budgets table, and so eventually consistent. */
export interface RuntimeDirectory {
  /** Principal ids of the runtimes whose execution role this is, by the role's principal id; sorted. */
  runtimesOf(roleId: string): Promise<readonly string[]>;
  /** Every registered runtime with its role. */
  all(): AsyncIterable<RegisteredRuntime>;
}

export interface RegisteredRuntime {
  readonly principalId: string;
  readonly roleId: string;
}

/** IAM's answer to a change of the one attachment that the product makes. */
export type AttachResult =
  | { readonly result: 'done' }
  /** The user or role does not exist. */
  | { readonly result: 'gone' }
  /** The principal carries as many managed policies as IAM allows. */
  | { readonly result: 'quota'; readonly message: string }
  /** AWS reserves the principal to itself. */
  | { readonly result: 'protected'; readonly message: string };

/**
 * The deny policy's attachments: the truth about who is suspended.
 *
 * @throws RetryableIamError where IAM throttled, was unavailable or saw a concurrent change; other errors are final
 */
export interface DenyAttachments {
  attach(target: Attachable): Promise<AttachResult>;
  /** Detaching what is not attached is a success. */
  detach(target: Attachable): Promise<AttachResult>;
  /** `undefined` where the user or role does not exist. */
  isAttached(target: Attachable): Promise<boolean | undefined>;
}

/** Which users and roles have had their policies removed, and not put back. Strongly consistent. */
export interface HeldPolicies {
  /** @param targetId principal id of the user or role */
  holds(targetId: string): Promise<boolean>;
}

/** Everything to which the deny policy is attached: one paginated list, whatever the number of principals. */
export interface DenyInventory {
  list(): Promise<readonly (Attachable | { readonly type: 'group'; readonly name: string })[]>;
}

/** IAM's directory of Bedrock API keys (service-specific credentials). */
export interface ApiKeyDirectory {
  holdsApiKey(userName: string): Promise<boolean>;
  /** Names of all users that hold one. */
  list(): AsyncIterable<string>;
}

/** The settings in force, and what was refused on the way to them. */
export interface SettingsInForce {
  readonly settings: Settings;
  readonly texts: SettingTexts;
  readonly refused: readonly RefusedSetting[];
}

export interface SettingsSource {
  /** @param newest whether nothing that was read before will do: somebody else may have decided by newer settings already */
  load(newest?: boolean): Promise<SettingsInForce>;
}

/** Who sets settings. */
export interface SettingAuthors {
  /** ARN of whoever gave a setting its present value; `undefined` where that cannot be told. Never rejects: who it was is worth no missed look. */
  lastAuthor(setting: SettingName): Promise<string | undefined>;
}

/** What the monitor last saw of the settings, so that it can tell a change. */
export interface SettingsMemory {
  recall(): Promise<SettingsSnapshot | undefined>;
  remember(snapshot: SettingsSnapshot): Promise<void>;
}

export interface SettingsSnapshot {
  readonly texts: SettingTexts;
  readonly refused: readonly string[];
}

export interface Metrics {
  add(metric: Metric | KindSpendMetric, value: number): void;
}

/** Structured log: ids and amounts, never prompts, credentials or whole records. */
export interface Log {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** Thrown by adapters where trying again may help; the state machines retry by this name. */
export class RetryableIamError extends Error {
  public readonly name = 'RetryableIamError';
}

/** Thrown where IAM does not show a change yet. */
export class NotYetVisibleError extends Error {
  public readonly name = 'NotYetVisibleError';
}
