import { Item } from '../budget-item';
import { Day } from '../calendar';
import { BudgetEvent } from '../events';
import { Amounts } from '../ledger/rebuild';
import { Usd } from '../money';
import { LabelChoice } from './labels';

/** What an erasure knows of itself until it is done: kept beside the budgets, so that whoever goes on after a crash goes on with the same pseudonym. */
export interface ErasureNote {
  readonly principalId: string;
  readonly pseudonym: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly keptLabels: Readonly<Record<string, string>>;
  readonly groupNames: readonly string[];
  readonly also: readonly string[];
  /** Keys of labels as they were asked for when it was begun. */
  readonly labelChoice: LabelChoice;
}

/** A row of the ledger, as far as it matters who it is about. */
export interface ErasableRow {
  readonly callId: string;
  readonly principalId: string;
  readonly callerId?: string;
  readonly day: Day;
  readonly cost: Usd;
  readonly isEstimate: boolean;
}

/** Rows that go over to the pseudonym, with what the two budgets give and take by that. */
export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly rows: readonly ErasableRow[];
  /** Of the days that the budget knows; others are in no budget. */
  readonly amounts: ReadonlyMap<Day, Amounts>;
}

/** The Ledger table. Reads are strongly consistent. */
export interface ErasableLedger {
  pages(): AsyncIterable<readonly ErasableRow[]>;
  /** In one transaction, on condition that rows and days are as they were read. @returns whether it was written */
  transfer(transfer: Transfer): Promise<boolean>;
}

/** The Budgets table. Reads are strongly consistent. */
export interface ErasableBudgets {
  item(principalId: string): Promise<Item | undefined>;
  pages(): AsyncIterable<readonly Item[]>;
  note(principalId: string): Promise<ErasureNote | undefined>;
  /** Writes the note, unless there is one. @returns whether it was written */
  begin(note: ErasureNote): Promise<boolean>;
  /** Replaces the other texts of a note, on condition that it is as it was read. @returns whether it was written */
  extend(before: ErasureNote, also: readonly string[]): Promise<boolean>;
  /** Puts the pseudonym's budget, unless it is there. */
  open(budget: Item): Promise<void>;
  /** Sets the attributes of an item that differ, on condition that they are as they were read. @returns whether it was written */
  replace(before: Item, after: Item): Promise<boolean>;
  /** Deletes an item and adds what is left of its spend to the pseudonym's, in one transaction, on condition that nothing was charged and decided since. */
  remove(item: Item, pseudonym: string): Promise<boolean>;
  end(note: ErasureNote): Promise<void>;
}

/** The Audit table. */
export interface ErasableAudit {
  pages(): AsyncIterable<readonly Item[]>;
  /** Puts one row in the place of another, in one transaction where their keys differ. @returns whether it was still there */
  replace(before: Item, after: Item): Promise<boolean>;
}

/** The Policy backups table. */
export interface ErasableBackups {
  pages(): AsyncIterable<readonly Item[]>;
  remove(row: Item): Promise<void>;
}

/** One version of an object of the bucket with reports. */
export interface ReportVersion {
  readonly key: string;
  readonly versionId?: string;
  readonly isLatest: boolean;
}

export interface ErasableReports {
  versions(): AsyncIterable<ReportVersion>;
  read(version: ReportVersion): Promise<string>;
  write(key: string, text: string): Promise<void>;
  /**
   * The latest version of an object goes as a whole: no former one comes back in its place.
   *
   * @param isReplaced whether something was written in its place just now
   */
  remove(version: ReportVersion, isReplaced: boolean): Promise<void>;
  /** A CSV as its cells. */
  cells(csv: string): Promise<readonly (readonly string[])[]>;
}

export interface ErasurePorts {
  readonly ledger: ErasableLedger;
  readonly budgets: ErasableBudgets;
  readonly audit: ErasableAudit;
  /** Only with the strategy `DETACH`. */
  readonly backups?: ErasableBackups;
  /** Only with `reports`. */
  readonly reports?: ErasableReports;
  announce(event: BudgetEvent): Promise<void>;
  /** Random hexadecimal digits. */
  random(): string;
  /** Waits until what the last changes set off has been written. */
  settle(): Promise<void>;
  /** Told after every page. @throws where somebody wants it to stop */
  onProgress(place: string, looked: number): Promise<void>;
}
