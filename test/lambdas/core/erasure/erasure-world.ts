import { parse } from 'csv-parse/sync';
import { ESTIMATED_ATTRIBUTE_PREFIX, EventType, SPEND_ATTRIBUTE_PREFIX } from '../../../../src/contract';
import { auditRow } from '../../../../src/lambdas/core/audit-row';
import { estimatedAttribute, Item, NumberText, spendAttribute } from '../../../../src/lambdas/core/budget-item';
import { ErasureContext, erase, ErasureOrder, ErasureResult, Survey, survey } from '../../../../src/lambdas/core/erasure/erase';
import { ErasableRow, ErasureNote, ErasurePorts, ReportVersion } from '../../../../src/lambdas/core/erasure/ports';
import { ERASURE_NOTE_PREFIX } from '../../../../src/lambdas/core/erasure/round';
import { BudgetEvent } from '../../../../src/lambdas/core/events';
import { addUsd, formatUsd, subtractUsd, usd, Usd, ZERO_USD } from '../../../../src/lambdas/core/money';
import { ACCOUNT, NOON } from '../builders';

export const SMITH = `iam-user/${ACCOUNT}/alice.smith`;
/** Names that begin or end alike. */
export const SMITHSON = `iam-user/${ACCOUNT}/alice.smithson`;
export const SMITH_ROLE = `iam-role/${ACCOUNT}/alice.smith`;
export const OTHER = `iam-user/${ACCOUNT}/bob`;

export const CONTEXT: ErasureContext = { deploymentId: 'dep', environmentName: 'test', now: NOON, timeZone: 'UTC', actor: 'access key AKIATEST' };

/** Thrown where the process dies. */
export class Crash extends Error {}

/** A ledger row beside what it is erased by. */
export interface StoredRow extends ErasableRow {
  readonly modelId: string;
}

interface StoredObject extends ReportVersion {
  readonly text: string;
}

/** All places in memory. A write may be the last one of the process: before or after it takes effect. */
export class ErasureWorld implements ErasurePorts {
  public rows = new Map<string, StoredRow>();
  public items = new Map<string, Item>();
  public trail: Item[] = [];
  public backupRows: Item[] = [];
  public objects: StoredObject[] = [];
  public announced: BudgetEvent[] = [];
  public writes = 0;
  /** Which write is the last one, and whether it still takes effect. */
  public dies?: { readonly at: number; readonly after: boolean };
  /** Run after every reading of the ledger, and whenever the system has time: it works on meanwhile. */
  public meanwhile?: () => void;
  /** How far it was told to be, in the order in which it was told. */
  public readonly progress: (readonly [place: string, looked: number])[] = [];
  private next = 1;

  // ---- the ports

  public readonly ledger = {
    pages: () => this.pagesOf('ledger', () => [...this.rows.values()]),
    transfer: ({ from, to, rows, amounts }: Parameters<ErasurePorts['ledger']['transfer']>[0]) => this.writing(() => {
      const asRead = rows.every(row => {
        const { principalId, callerId, cost, isEstimate } = this.rows.get(row.callId)!;
        return principalId === row.principalId && callerId === row.callerId && cost === row.cost && isEstimate === row.isEstimate;
      });
      const item = this.items.get(from);
      if (!asRead || [...amounts.keys()].some(day => item?.[spendAttribute(day)] === undefined)) {
        return false;
      }
      for (const row of rows) {
        const stored = this.rows.get(row.callId)!;
        const moved = { principalId: stored.principalId === from ? to : stored.principalId, ...(stored.callerId === from ? { callerId: to } : {}) };
        this.rows.set(row.callId, { ...stored, ...moved });
      }
      for (const [day, { spend, estimated }] of amounts) {
        this.move(from, to, spendAttribute(day), spend);
        this.move(from, to, estimatedAttribute(day), estimated);
      }
      return true;
    }),
  };

  public readonly budgets = {
    item: async (principalId: string) => this.items.get(principalId),
    pages: () => this.pagesOf('budgets', () => [...this.items.values()]),
    note: async (principalId: string) => this.items.get(`${ERASURE_NOTE_PREFIX}${principalId}`)?.note as ErasureNote | undefined,
    begin: (note: ErasureNote) => this.writing(() => {
      const key = `${ERASURE_NOTE_PREFIX}${note.principalId}`;
      if (this.items.has(key)) {
        return false;
      }
      this.items.set(key, { principalId: key, note });
      return true;
    }),
    extend: (before: ErasureNote, also: readonly string[]) => this.writing(() => {
      const key = `${ERASURE_NOTE_PREFIX}${before.principalId}`;
      const stored = this.items.get(key)?.note as ErasureNote | undefined;
      if (stored?.pseudonym !== before.pseudonym || stored.also.join() !== before.also.join()) {
        return false;
      }
      this.items.set(key, { principalId: key, note: { ...stored, also } });
      return true;
    }),
    open: (budget: Item) => this.writing(() => {
      const id = String(budget.principalId);
      this.items.set(id, this.items.get(id) ?? budget);
    }),
    replace: (before: Item, after: Item) => this.writing(() => {
      const id = String(before.principalId);
      const stored = this.items.get(id)!;
      const changed = Object.keys({ ...before, ...after }).filter(name => after[name] !== before[name]);
      if (changed.some(name => JSON.stringify(stored[name]) !== JSON.stringify(before[name]))) {
        return false;
      }
      const anew = Object.entries({ ...stored, ...Object.fromEntries(changed.map(name => [name, after[name]])) });
      this.items.set(id, Object.fromEntries(anew.filter(([, value]) => value !== undefined)));
      return true;
    }),
    remove: (item: Item, pseudonym: string) => this.writing(() => {
      const id = String(item.principalId);
      if (JSON.stringify(this.items.get(id)) !== JSON.stringify(item)) {
        return false;
      }
      for (const [name, value] of Object.entries(item).filter(([attribute]) => attribute.includes('#'))) {
        this.add(pseudonym, name, usd((value as NumberText).value));
      }
      this.items.delete(id);
      return true;
    }),
    end: (note: ErasureNote) => this.writing(() => {
      this.items.delete(`${ERASURE_NOTE_PREFIX}${note.principalId}`);
    }),
  };

  public readonly audit = {
    pages: () => this.pagesOf('audit', () => [...this.trail]),
    replace: (before: Item, after: Item) => this.writing(() => {
      const index = this.trail.findIndex(({ subject, eventKey }) => subject === before.subject && eventKey === before.eventKey);
      if (index < 0) {
        return false;
      }
      this.trail[index] = after;
      return true;
    }),
  };

  public readonly backups = {
    pages: () => this.pagesOf('backups', () => [...this.backupRows]),
    remove: (row: Item) => this.writing(() => {
      this.backupRows = this.backupRows.filter(({ target, state }) => target !== row.target || state !== row.state);
    }),
  };

  public readonly reports = {
    versions: async function* (this: ErasureWorld) {
      yield* [...this.objects];
    }.bind(this),
    read: async ({ key, versionId }: ReportVersion) => this.objects.find(one => one.key === key && one.versionId === versionId)!.text,
    write: (key: string, text: string) => this.writing(() => this.object(key, text)),
    remove: ({ key, versionId }: ReportVersion) => this.writing(() => {
      this.objects = this.objects.filter(one => one.key !== key || one.versionId !== versionId);
    }),
    cells: async (csv: string) => parse(csv) as string[][],
  };

  // ---- what a test puts in

  public charge(callId: string, principalId: string, day: string, cost: string, more: Partial<StoredRow> = {}): void {
    this.rows.set(callId, { callId, principalId, day, cost: usd(cost), isEstimate: false, modelId: 'amazon.nova-pro-v1:0', ...more });
    this.add(principalId, spendAttribute(day), usd(cost));
    if (more.isEstimate) {
      this.add(principalId, estimatedAttribute(day), usd(cost));
    }
    this.items.set(principalId, { ...this.items.get(principalId), lastCallAt: `2026-03-10T00:00:00.${String(this.rows.size).padStart(3, '0')}Z` });
  }

  public budget(principalId: string, attributes: Item = {}): void {
    this.items.set(principalId, { principalId, kind: principalId.split('/')[0], status: 'active', revision: new NumberText('3'), ...this.items.get(principalId), ...attributes });
  }

  public event(type: EventType, detail: Item): void {
    this.trail.push(auditRow(type, detail));
  }

  public object(key: string, text: string): void {
    this.objects = [...this.objects.map(one => (one.key === key ? { ...one, isLatest: false } : one)), { key, text, versionId: `v${this.objects.length}`, isLatest: true }];
  }

  // ---- what a test looks at

  /** Everything that is stored, as one text. */
  public get text(): string {
    return JSON.stringify([[...this.rows], [...this.items], this.trail, this.backupRows, this.objects, this.announced], (_, value) => (typeof value === 'bigint' ? String(value) : value));
  }

  /** Ledger minus budget by principal and day: nothing where nobody damaged anything. */
  public differences(): ReadonlyMap<string, string> {
    const sums = new Map<string, Usd>();
    const put = (principalId: string, attribute: string, amount: Usd) => {
      const key = `${principalId} ${attribute}`;
      sums.set(key, addUsd(sums.get(key) ?? ZERO_USD, amount));
    };
    for (const { principalId, day, cost, isEstimate } of this.rows.values()) {
      put(principalId, spendAttribute(day), cost);
      if (isEstimate) {
        put(principalId, estimatedAttribute(day), cost);
      }
    }
    for (const [principalId, item] of this.items) {
      for (const [name, value] of Object.entries(item)) {
        if (isAmount(name)) {
          put(principalId, name, subtractUsd(ZERO_USD, usd((value as NumberText).value)));
        }
      }
    }
    return new Map([...sums].filter(([, amount]) => amount !== ZERO_USD).map(([key, amount]) => [key, formatUsd(amount)]));
  }

  /** What the budgets add up to, by day. */
  public totals(): Readonly<Record<string, string>> {
    const totals: Record<string, Usd> = {};
    for (const item of this.items.values()) {
      for (const [name, value] of Object.entries(item).filter(([attribute]) => isAmount(attribute))) {
        totals[name] = addUsd(totals[name] ?? ZERO_USD, usd((value as NumberText).value));
      }
    }
    return Object.fromEntries(Object.entries(totals).map(([name, amount]) => [name, formatUsd(amount)]).sort());
  }

  // ---- running it

  public look(order: Partial<ErasureOrder> = {}): Promise<Survey> {
    return survey({ principalId: SMITH, labels: { keep: [], erase: [] }, also: [], ...order }, this, NOON);
  }

  public async erase(order: Partial<ErasureOrder> = {}): Promise<ErasureResult> {
    return erase(await this.look(order), this, CONTEXT);
  }

  public announce(event: BudgetEvent): Promise<void> {
    return this.writing(() => {
      this.announced = [...this.announced.filter(({ detail }) => detail.eventId !== event.detail.eventId), event];
    });
  }

  public random(): string {
    this.next += 1;
    return this.next.toString(16).padStart(8, '0').repeat(4);
  }

  public async settle(): Promise<void> {
    this.meanwhile?.();
  }

  public async onProgress(place: string, looked: number): Promise<void> {
    this.progress.push([place, looked]);
  }

  private async* pagesOf<T>(place: string, all: () => readonly T[]): AsyncGenerator<readonly T[]> {
    const items = all();
    for (let start = 0; start < items.length; start += 3) {
      yield items.slice(start, start + 3);
    }
    if (place === 'ledger') {
      this.meanwhile?.();
    }
  }

  private async writing<T>(write: () => T): Promise<T> {
    this.writes += 1;
    const isLast = this.dies?.at === this.writes;
    if (isLast && !this.dies!.after) {
      throw new Crash();
    }
    const result = write();
    if (isLast) {
      throw new Crash();
    }
    return result;
  }

  private move(from: string, to: string, attribute: string, amount: Usd): void {
    if (amount !== ZERO_USD) {
      this.add(from, attribute, subtractUsd(ZERO_USD, amount));
      this.add(to, attribute, amount);
    }
  }

  private add(principalId: string, attribute: string, amount: Usd): void {
    const item = this.items.get(principalId) ?? { principalId, status: 'active', kind: principalId.split('/')[0] };
    const before = item[attribute] as NumberText | undefined;
    this.items.set(principalId, { ...item, [attribute]: new NumberText(formatUsd(addUsd(usd(before?.value ?? '0'), amount))) });
  }
}

function isAmount(attribute: string): boolean {
  return attribute.startsWith(SPEND_ATTRIBUTE_PREFIX) || attribute.startsWith(ESTIMATED_ATTRIBUTE_PREFIX);
}
