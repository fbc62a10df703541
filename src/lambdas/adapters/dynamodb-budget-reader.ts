import { AttributeValue, BatchGetItemCommand, BatchGetItemCommandOutput, DynamoDBClient, KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute } from '../../contract';
import { Budget } from '../core/budget';
import { budgetFromItem, BudgetItemError } from '../core/budget-item';
import { BudgetReader, Log } from '../core/ports';
import { toItem } from './dynamodb-values';
import { fullJitter, wait } from './waiting';

/** Thrown where DynamoDB keeps answering only part of what it is asked for. */
export class UnprocessedKeysError extends Error {
  public readonly name = 'UnprocessedKeysError';
}

/** DynamoDB's limit of a request. */
const MAX_KEYS = 100;
const MAX_ATTEMPTS = 8;

/** Many items of the Budgets table at a time. */
export class DynamoDbBudgetReader implements BudgetReader {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly log: Pick<Log, 'warn'>,
    private readonly pause: (attempt: number) => Promise<unknown> = attempt => wait(fullJitter(attempt, 50, 3_200)),
  ) {}

  public async readMany(principalIds: readonly string[]): Promise<ReadonlyMap<string, Budget>> {
    const budgets = new Map<string, Budget>();
    const distinct = [...new Set(principalIds)];
    for (let start = 0; start < distinct.length; start += MAX_KEYS) {
      for (const attributes of await this.items(distinct.slice(start, start + MAX_KEYS))) {
        this.keep(budgets, attributes);
      }
    }
    return budgets;
  }

  private async items(principalIds: readonly string[]): Promise<readonly Record<string, AttributeValue>[]> {
    const found: Record<string, AttributeValue>[] = [];
    let asked: KeysAndAttributes | undefined = { Keys: principalIds.map(id => ({ [BudgetAttribute.PRINCIPAL_ID]: { S: id } })) };
    for (let attempt = 1; asked?.Keys && asked.Keys.length > 0; attempt += 1) {
      if (attempt > MAX_ATTEMPTS) {
        throw new UnprocessedKeysError(`${asked.Keys.length} budgets were not read after ${MAX_ATTEMPTS} attempts: the table is throttled`);
      }
      if (attempt > 1) {
        await this.pause(attempt - 1);
      }
      const answer: BatchGetItemCommandOutput = await this.client.send(new BatchGetItemCommand({ RequestItems: { [this.tableName]: asked } }));
      found.push(...(answer.Responses?.[this.tableName] ?? []));
      asked = answer.UnprocessedKeys?.[this.tableName];
    }
    return found;
  }

  /** An item that somebody broke by hand is found again, and counted, by whoever reads it by itself. */
  private keep(budgets: Map<string, Budget>, attributes: Record<string, AttributeValue>): void {
    try {
      const budget = budgetFromItem(toItem(attributes));
      budgets.set(budget.principalId, budget);
    } catch (error) {
      if (!(error instanceof BudgetItemError)) {
        throw error;
      }
      this.log.warn('a budget cannot be read', { principalId: attributes[BudgetAttribute.PRINCIPAL_ID]?.S?.slice(0, 200), problem: error.message });
    }
  }
}
