import { randomUUID } from 'node:crypto';
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { LedgerAttribute } from '../../contract';
import { budgetAddition } from '../../lambdas/adapters/dynamodb-budget-addition';
import { whyNotWritten } from '../../lambdas/adapters/dynamodb-transactions';
import { Placeholders } from '../../lambdas/adapters/dynamodb-update';
import { fromItem } from '../../lambdas/adapters/dynamodb-values';
import { isoInstant, NumberText } from '../../lambdas/core/budget-item';
import { dayOf } from '../../lambdas/core/calendar';
import { formatUsd } from '../../lambdas/core/money';
import { principalFromId } from '../../lambdas/core/principal';
import { CarriedSpend } from './carried-spend';

/** How a row tells that it is no call, and where reports count it. */
const CARRIED_OVER = 'predecessor';

/** The instance, and who carries over. */
export interface SpendTarget {
  readonly ledgerTable: string;
  readonly budgetsTable: string;
  readonly timeZone: string;
  readonly retentionDays: number;
  readonly by: string;
}

/** Ledger and Budgets, with the caller's rights. */
export class SpendRows {
  constructor(private readonly client: DynamoDBClient, private readonly target: SpendTarget) {}

  /**
   * A row and the addition to the budget in one transaction, as for calls, so that ledger and budgets agree. That a period was carried over stands on the
   * budget: the row's key says nothing of whom it is about, since keys stay when a person is erased.
   *
   * @returns whether it was done now, and not before
   * @throws Error where it is not done
   */
  public async write(spend: CarriedSpend, now: number): Promise<boolean> {
    const { TransactWriteItemsCommand } = await import('@aws-sdk/client-dynamodb');
    try {
      await this.client.send(new TransactWriteItemsCommand({ TransactItems: [this.row(spend, now), this.addition(spend, now)] }));
      return true;
    } catch (error) {
      const why = whyNotWritten(error);
      if (why.result === 'conditions') {
        return false;
      }
      throw new Error(why.message, { cause: error });
    }
  }

  private row({ principalId, amount }: CarriedSpend, now: number): TransactWriteItem {
    const placeholders = new Placeholders();
    const isNew = `attribute_not_exists(${placeholders.name(LedgerAttribute.CALL_ID)})`;
    const item = {
      [LedgerAttribute.CALL_ID]: `${CARRIED_OVER}/${randomUUID()}`,
      source: CARRIED_OVER,
      modelId: CARRIED_OVER,
      principalId,
      loggedAt: isoInstant(now),
      day: dayOf(now, this.target.timeZone),
      costUsd: new NumberText(formatUsd(amount)),
      carriedBy: this.target.by,
      // DynamoDB deletes by epoch seconds.
      [LedgerAttribute.EXPIRES_AT]: new NumberText(String(Math.floor(now / 1000) + this.target.retentionDays * 86_400)),
    };
    return { Put: { TableName: this.target.ledgerTable, Item: fromItem(item), ConditionExpression: isNew, ...placeholders.bindings } };
  }

  /** Not a call: when the principal last called stays as it is. */
  private addition({ principalId, amount, periodStart }: CarriedSpend, now: number): TransactWriteItem {
    const spend = new Map([[dayOf(now, this.target.timeZone), amount]]);
    return budgetAddition(this.target.budgetsTable, {
      principalId, kind: principalFromId(principalId)!.kind, spend, estimated: new Map(), loggedAt: now, carriedPeriod: periodStart,
    });
  }
}
