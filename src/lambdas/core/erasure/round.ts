import { AuditAttribute, BackupAttribute, BudgetAttribute, NOTE_PREFIX } from '../../../contract';
import { estimatedAttribute, Item, spendAttribute } from '../budget-item';
import { Day } from '../calendar';
import { groupBy } from '../collections';
import { Amounts } from '../ledger/rebuild';
import { addUsd, ZERO_USD } from '../money';
import { Person, PersonText } from './person-text';
import { ErasableRow, ErasureNote, ErasurePorts, ReportVersion } from './ports';
import { erasable } from './pseudonym';
import { refuseBackup, refuseBudget, refuseRuntime } from './refusals';
import { ErasedReport, eraseInReport } from './report-text';

export const PLACES = ['ledger', 'budget', 'other budgets', 'audit trail', 'audit trail of others', 'policy backups', 'reports'] as const;
export type Place = (typeof PLACES)[number];

/** How much there is, or was, of a principal in a place. */
export interface PlaceCount {
  readonly place: Place;
  readonly found: number;
}

/** A transaction has a hundred actions; two are those of the budgets. */
const ROWS_PER_TRANSFER = 90;
/** An expression takes 4 KB. */
const DAYS_PER_TRANSFER = 30;

/** How often the ledger is read for rows that are charged meanwhile, before the rest is looked at. */
const MAX_READINGS = 4;

/** What the reporter writes; other objects of the bucket are somebody else's. */
const REPORT = /\/chargeback\.(?:csv|json|html)$/;

/** Notes of erasures stand under keys that begin so, among the deployment's own in the Budgets table. */
export const ERASURE_NOTE_PREFIX = `${NOTE_PREFIX}erasure/`;

/** Looks through all places once. */
export class Round {
  /** Whether the principal was charged, or decided on, whenever it was looked at. */
  public isBusy = false;
  /** Keys of reports whose latest version can only be deleted. */
  public readonly pages = new Set<string>();
  private readonly counts = new Map<Place, number>();
  private readonly underPseudonym = new Map<Place, number>();
  private readonly person: Person;
  private readonly names: PersonText;

  /** @param budgetFor the pseudonym's budget for whoever has this one; absent where nothing is to be changed */
  constructor(private readonly note: ErasureNote, private readonly ports: ErasurePorts, private readonly budgetFor?: (item: Item | undefined) => Item) {
    const { principalId, pseudonym, keptLabels, groupNames, also } = note;
    this.person = { principal: erasable(principalId), pseudonym, keptLabels, groupNames, also };
    this.names = new PersonText(this.person);
  }

  public async run(): Promise<void> {
    await this.refuseHeldPolicies();
    await (this.budgetFor ? this.transferAll(this.budgetFor) : this.countSpend());
    await this.otherBudgets();
    await this.audit();
    await this.backups();
    await this.reports();
  }

  public found(): readonly PlaceCount[] {
    return PLACES.map(place => ({ place, found: this.counts.get(place) ?? 0 }));
  }

  /** What stands under the pseudonym. */
  public kept(): readonly PlaceCount[] {
    return PLACES.flatMap(place => (this.underPseudonym.has(place) ? [{ place, found: this.underPseudonym.get(place)! }] : []));
  }

  private async countSpend(): Promise<void> {
    for await (const rows of this.ports.ledger.pages()) {
      this.count('ledger', rows.filter(row => this.isAbout(row)).length);
      await this.progress('ledger', rows.length);
    }
    this.count('budget', await this.ports.budgets.item(this.note.principalId) ? 1 : 0);
  }

  /**
   * What is left on the budget once no row of the ledger names the principal is spend whose rows have expired. The budget is read before the ledger, and
   * deleted only if nothing was charged since: so no row can have been overlooked.
   */
  private async transferAll(budgetFor: (item: Item | undefined) => Item): Promise<void> {
    const { budgets } = this.ports;
    for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
      const item = await budgets.item(this.note.principalId);
      if (item) {
        refuseBudget(item);
      }
      let isOpen = false;
      // Only where there is something to move: a pseudonym without spend needs no budget.
      const open = async () => {
        await (isOpen ? undefined : budgets.open(budgetFor(item)));
        isOpen = true;
      };
      if (item) {
        await open();
      }
      const found = await this.transferRows(item, open);
      if (found === 0 && !item) {
        return;
      }
      if (found === 0 && item && await budgets.remove(item, this.note.pseudonym)) {
        this.count('budget', 1);
        return;
      }
    }
    this.isBusy = true;
  }

  /** @returns how many rows named the principal */
  private async transferRows(item: Item | undefined, open: () => Promise<void>): Promise<number> {
    let found = 0;
    let under = 0;
    for await (const rows of this.ports.ledger.pages()) {
      const own = rows.filter(row => this.isAbout(row));
      under += rows.filter(({ principalId, callerId }) => principalId === this.note.pseudonym || callerId === this.note.pseudonym).length;
      found += own.length;
      const { principalId: from, pseudonym: to } = this.note;
      if (own.some(({ principalId }) => principalId === from)) {
        await open();
      }
      for (const bundle of bundlesOf(own)) {
        if (await this.ports.ledger.transfer({ from, to, rows: bundle, amounts: amountsOf(bundle, from, item) })) {
          this.count('ledger', bundle.length);
        }
      }
      await this.progress('ledger', rows.length);
    }
    this.underPseudonym.set('ledger', under);
    return found;
  }

  private async otherBudgets(): Promise<void> {
    const { principalId, pseudonym } = this.note;
    for await (const items of this.ports.budgets.pages()) {
      for (const item of items) {
        const id = String(item[BudgetAttribute.PRINCIPAL_ID]);
        if (id !== principalId && id !== pseudonym && !id.startsWith(ERASURE_NOTE_PREFIX)) {
          refuseRuntime(item, principalId);
          const after = this.names.value(item);
          if (after !== item) {
            await this.replace('other budgets', item, { ...after, [BudgetAttribute.PRINCIPAL_ID]: id }, this.ports.budgets);
          }
        }
      }
      await this.progress('budgets', items.length);
    }
  }

  private async audit(): Promise<void> {
    const { principalId, pseudonym } = this.note;
    let under = 0;
    for await (const rows of this.ports.audit.pages()) {
      for (const row of rows) {
        const isOwn = row[AuditAttribute.SUBJECT] === principalId;
        const after = this.names.value(row, isOwn);
        under += row[AuditAttribute.SUBJECT] === pseudonym ? 1 : 0;
        if (isOwn || after !== row) {
          // Ids of events may be made of names, and of what can be found out from them.
          const isRenamed = isOwn || after[AuditAttribute.EVENT_KEY] !== row[AuditAttribute.EVENT_KEY];
          await this.replace(isOwn ? 'audit trail' : 'audit trail of others', row, isRenamed ? this.renamed(after) : after, this.ports.audit);
        }
      }
      await this.progress('audit trail', rows.length);
    }
    this.underPseudonym.set('audit trail', under);
  }

  private renamed(row: Item): Item {
    const eventId = `erased/${this.ports.random()}`;
    const [time] = String(row[AuditAttribute.EVENT_KEY]).split('#');
    return { ...row, eventId, [AuditAttribute.EVENT_KEY]: `${time}#${eventId}` };
  }

  /** Before anything is changed: policies that are held would not come back without their backup. */
  private async refuseHeldPolicies(): Promise<void> {
    for await (const rows of this.ports.backups?.pages() ?? []) {
      rows.forEach(row => refuseBackup(row, this.note.principalId));
    }
  }

  private async backups(): Promise<void> {
    const { backups } = this.ports;
    for await (const rows of backups?.pages() ?? []) {
      for (const row of rows.filter(candidate => candidate[BackupAttribute.PRINCIPAL_ID] === this.note.principalId)) {
        refuseBackup(row, this.note.principalId);
        this.count('policy backups', 1);
        if (this.budgetFor) {
          await backups!.remove(row);
        }
      }
    }
  }

  private async reports(): Promise<void> {
    const { reports } = this.ports;
    if (!reports) {
      return;
    }
    for await (const version of reports.versions()) {
      const text = REPORT.test(version.key) ? await reports.read(version) : '';
      const erased = text === '' ? { outcome: 'untouched' as const } : await eraseInReport(version.key, text, this.person, reports);
      if (erased.outcome !== 'untouched') {
        this.count('reports', 1);
        if (erased.outcome === 'removed' && version.isLatest) {
          this.pages.add(version.key);
        }
        await this.erase(version, erased);
      }
      await this.progress('reports', 1);
    }
  }

  /** The new version first: whoever dies in between leaves one too many, which the next run finds. */
  private async erase(version: ReportVersion, erased: Exclude<ErasedReport, { readonly outcome: 'untouched' }>): Promise<void> {
    const { reports } = this.ports;
    if (!this.budgetFor) {
      return;
    }
    const isReplaced = erased.outcome === 'rewritten' && version.isLatest;
    if (isReplaced) {
      await reports!.write(version.key, erased.text);
    }
    await reports!.remove(version, isReplaced);
  }

  /** What somebody else has changed in between is looked at again in the next round. */
  private async replace(place: Place, before: Item, after: Item, table: { replace(before: Item, after: Item): Promise<boolean> }): Promise<void> {
    this.count(place, 1);
    if (this.budgetFor) {
      await table.replace(before, after);
    }
  }

  private isAbout({ principalId, callerId }: ErasableRow): boolean {
    return principalId === this.note.principalId || callerId === this.note.principalId;
  }

  private count(place: Place, number: number): void {
    this.counts.set(place, (this.counts.get(place) ?? 0) + number);
  }

  private progress(place: string, looked: number): Promise<void> {
    return this.ports.onProgress(place, looked);
  }
}

function bundlesOf(rows: readonly ErasableRow[]): readonly (readonly ErasableRow[])[] {
  const bundles: ErasableRow[][] = [];
  const days = new Set<Day>();
  for (const row of rows) {
    const last = bundles.at(-1);
    days.add(row.day);
    if (last && last.length < ROWS_PER_TRANSFER && days.size <= DAYS_PER_TRANSFER) {
      last.push(row);
    } else {
      bundles.push([row]);
      days.clear();
      days.add(row.day);
    }
  }
  return bundles;
}

/** What the budget gives: of days that it has forgotten nothing, since it has it no more. */
function amountsOf(rows: readonly ErasableRow[], from: string, item: Item | undefined): ReadonlyMap<Day, Amounts> {
  const charged = rows.filter(({ principalId, day }) => principalId === from && item?.[spendAttribute(day)] !== undefined);
  const sumOf = (some: readonly ErasableRow[]) => addUsd(ZERO_USD, ...some.map(({ cost }) => cost));
  return new Map([...groupBy(charged, ({ day }) => day)].map(([day, ofDay]) => [day, {
    spend: sumOf(ofDay),
    estimated: item![estimatedAttribute(day)] === undefined ? ZERO_USD : sumOf(ofDay.filter(({ isEstimate }) => isEstimate)),
  }]));
}
