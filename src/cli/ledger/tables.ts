import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, ESTIMATED_ATTRIBUTE_PREFIX, NOTE_PREFIX, SPEND_ATTRIBUTE_PREFIX } from '../../contract';
import { estimatedAttribute, isoInstant, Item, NumberText, spendAttribute, WatchList } from '../../lambdas/core/budget-item';
import { Day, isDay } from '../../lambdas/core/calendar';
import { RECHECK_MS } from '../../lambdas/core/decision';
import { Amounts, amountOf, BudgetDays, correctionOf, Difference, LedgerEntry, ledgerEntry, RebuildSource, SUMMED_ATTRIBUTES } from '../../lambdas/core/ledger/rebuild';
import { formatUsd } from '../../lambdas/core/money';
import { principalFromId } from '../../lambdas/core/principal';
import { scanTable } from '../table-scan';

/** Where an instance keeps what is charged. */
export interface LedgerTables {
  readonly ledger: string;
  readonly budgets: string;
}

/** Who rebuilds, and why: kept on the budget. */
export interface Rebuilding {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
}

/** The attribute of a budget that tells of its last rebuilding. */
const REBUILT = 'rebuilt';

/** DynamoDB takes 4 KB of an expression. */
const DAYS_PER_WRITE = 40;

/** Both tables with the caller's credentials. Reads are strongly consistent: that is what makes two readings tell the truth about the time between them. */
export class TablesOfInstance implements RebuildSource {
  constructor(private readonly client: DynamoDBClient, private readonly tables: LedgerTables) {}

  public async* ledger(): AsyncGenerator<readonly LedgerEntry[]> {
    for await (const items of scanTable(this.client, this.tables.ledger, SUMMED_ATTRIBUTES)) {
      yield items.map(item => ledgerEntry(plain(item)));
    }
  }

  public async* budgets(): AsyncGenerator<BudgetDays> {
    for await (const items of scanTable(this.client, this.tables.budgets)) {
      for (const item of items) {
        const principalId = item[BudgetAttribute.PRINCIPAL_ID].S!;
        if (!principalId.startsWith(NOTE_PREFIX)) {
          yield budgetDays(principalId, item);
        }
      }
    }
  }

  /**
   * Adds to a budget what it lacks of some days: added, not set, so that what is charged meanwhile counts as well.
   *
   * @param differences of one principal
   * @returns whether it was written; `false`: somebody else has rebuilt the budget meanwhile, or it is gone
   */
  public async rebuild(differences: readonly Difference[], rebuilding: Rebuilding): Promise<boolean> {
    let [{ rebuiltBy: before }] = differences;
    for (let start = 0; start < differences.length; start += DAYS_PER_WRITE) {
      const id = start === 0 ? rebuilding.id : `${rebuilding.id}-${start}`;
      if (!await this.add(differences.slice(start, start + DAYS_PER_WRITE), { ...rebuilding, id }, before)) {
        return false;
      }
      before = id;
    }
    return true;
  }

  private async add(differences: readonly Difference[], rebuilding: Rebuilding, before: string | undefined): Promise<boolean> {
    const { UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
    const [{ principalId, hasBudget }] = differences;
    const names: Record<string, string> = { '#id': BudgetAttribute.PRINCIPAL_ID, '#rebuilt': REBUILT, '#watch': BudgetAttribute.WATCH, '#next': BudgetAttribute.NEXT_CHECK_AT };
    const values: Record<string, AttributeValue> = {
      ':rebuilt': { M: Object.fromEntries(Object.entries({ ...rebuilding, at: isoInstant(rebuilding.at) }).map(([name, text]) => [name, { S: text }])) },
      ':open': { S: WatchList.OPEN },
      // In case the stream record of this very write is lost.
      ':next': { S: isoInstant(rebuilding.at + RECHECK_MS) },
    };
    const sets = ['#rebuilt = :rebuilt', '#watch = if_not_exists(#watch, :open)', '#next = if_not_exists(#next, :next)'];
    if (!hasBudget) {
      Object.assign(names, { '#kind': 'kind', '#registeredAt': 'registeredAt', '#anchorDay': 'anchorDay' });
      Object.assign(values, { ':kind': { S: principalFromId(principalId)?.kind ?? '' }, ':now': { S: isoInstant(rebuilding.at) }, ':day': { S: differences[0].day } });
      sets.push('#kind = if_not_exists(#kind, :kind)', '#registeredAt = if_not_exists(#registeredAt, :now)', '#anchorDay = if_not_exists(#anchorDay, :day)');
    }
    const additions = differences.flatMap((difference, index) => {
      const { spend, estimated } = correctionOf(difference);
      const of = (attribute: string, amount: Amounts[keyof Amounts], key: string) => {
        names[`#${key}${index}`] = attribute;
        values[`:${key}${index}`] = { N: formatUsd(amount) };
        return `#${key}${index} :${key}${index}`;
      };
      return [
        ...(spend === 0n ? [] : [of(spendAttribute(difference.day), spend, 's')]),
        ...(estimated === 0n ? [] : [of(estimatedAttribute(difference.day), estimated, 'e')]),
      ];
    });
    const untouched = before === undefined ? 'attribute_not_exists(#rebuilt)' : '#rebuilt.#rebuiltId = :before';
    if (before !== undefined) {
      names['#rebuiltId'] = 'id';
      values[':before'] = { S: before };
    }
    try {
      await this.client.send(new UpdateItemCommand({
        TableName: this.tables.budgets,
        Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } },
        UpdateExpression: `SET ${sets.join(', ')} ADD ${additions.join(', ')}`,
        ConditionExpression: hasBudget ? `attribute_exists(#id) AND ${untouched}` : untouched,
        ExpressionAttributeNames: hasBudget ? names : without(names, '#id'),
        ExpressionAttributeValues: values,
      }));
      return true;
    } catch (error) {
      if ((error as Error).name !== 'ConditionalCheckFailedException') {
        throw error;
      }
      // The answer to a write that was made may have been lost, and the client asked again: then it is this very rebuilding that stands there.
      return await this.lastRebuilding(principalId) === rebuilding.id;
    }
  }

  private async lastRebuilding(principalId: string): Promise<string | undefined> {
    const { GetItemCommand } = await import('@aws-sdk/client-dynamodb');
    const { Item: item } = await this.client.send(new GetItemCommand({
      TableName: this.tables.budgets, Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } }, ConsistentRead: true,
    }));
    return item?.[REBUILT]?.M?.id?.S;
  }
}

function budgetDays(principalId: string, item: Readonly<Record<string, AttributeValue>>): BudgetDays {
  const days = new Map<Day, Partial<Amounts>>();
  for (const [name, { N: digits }] of Object.entries(item)) {
    const prefix = [SPEND_ATTRIBUTE_PREFIX, ESTIMATED_ATTRIBUTE_PREFIX].find(candidate => name.startsWith(candidate));
    const day = prefix === undefined ? '' : name.slice(prefix.length);
    if (digits !== undefined && isDay(day)) {
      const amount = amountOf(new NumberText(digits), `${name} of ${principalId}`);
      days.set(day, { ...days.get(day), ...(prefix === SPEND_ATTRIBUTE_PREFIX ? { spend: amount } : { estimated: amount }) });
    }
  }
  const rebuiltBy = item[REBUILT]?.M?.id?.S;
  return { principalId, days, ...(rebuiltBy === undefined ? {} : { rebuiltBy }) };
}

/** Texts and numbers alone: sums need no others. */
function plain(item: Readonly<Record<string, AttributeValue>>): Item {
  return Object.fromEntries(Object.entries(item).map(([name, { S: text, N: digits }]) => [name, digits === undefined ? text : new NumberText(digits)]));
}

function without(names: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const { [name]: _, ...others } = names;
  return others;
}
