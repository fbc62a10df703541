import { DynamoDBClient, TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, LedgerAttribute } from '../../contract';
import { estimatedAttribute, isoInstant, spendAttribute, WatchList } from '../core/budget-item';
import { RECHECK_MS } from '../core/decision';
import { ledgerRow } from '../core/ledger-row';
import { BudgetAddition, ChargedCall, ChargeStore, ChargeTransaction, TransactionResult } from '../core/metering';
import { whyNotWritten } from './dynamodb-transactions';
import { additions, assignments, defaults, Placeholders } from './dynamodb-update';
import { fromItem } from './dynamodb-values';

export interface ChargeStoreOptions {
  readonly budgetsTable: string;
  readonly ledgerTable: string;
  readonly ledgerRetentionDays: number;
}

/** Ledger and Budgets: the rows of some calls and the additions to their principals' budgets, in one transaction. */
export class DynamoDbChargeStore implements ChargeStore {
  constructor(private readonly client: DynamoDBClient, private readonly options: ChargeStoreOptions) {}

  public async write(transaction: ChargeTransaction): Promise<TransactionResult> {
    const { calls } = transaction;
    try {
      await this.client.send(new TransactWriteItemsCommand({
        TransactItems: [...calls.map(call => this.row(call)), ...transaction.additions.map(addition => this.addition(addition))],
      }));
      return { result: 'written' };
    } catch (error) {
      return resultOf(error, calls);
    }
  }

  private row(call: ChargedCall): TransactWriteItem {
    const placeholders = new Placeholders();
    const isNew = `attribute_not_exists(${placeholders.name(LedgerAttribute.CALL_ID)})`;
    return {
      Put: {
        TableName: this.options.ledgerTable,
        Item: fromItem(ledgerRow(call, this.options.ledgerRetentionDays)),
        ConditionExpression: isNew,
        ...placeholders.bindings,
      },
    };
  }

  /** The first addition registers the principal, and puts it on the watch list in case the stream record of this very write is lost. */
  private addition({ principalId, kind, spend, estimated, lastCallAt, loggedAt }: BudgetAddition): TransactWriteItem {
    const placeholders = new Placeholders();
    const set = [
      assignments(placeholders, { lastCallAt: isoInstant(lastCallAt) }),
      defaults(placeholders, {
        kind,
        registeredAt: isoInstant(loggedAt),
        anchorDay: [...spend.keys()].sort()[0],
        [BudgetAttribute.WATCH]: WatchList.OPEN,
        [BudgetAttribute.NEXT_CHECK_AT]: isoInstant(loggedAt + RECHECK_MS),
      }),
    ].join(', ');
    const add = additions(placeholders, [
      ...[...spend].map(([day, amount]) => [spendAttribute(day), amount] as const),
      ...[...estimated].map(([day, amount]) => [estimatedAttribute(day), amount] as const),
    ]);
    return {
      Update: {
        TableName: this.options.budgetsTable,
        Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } },
        UpdateExpression: `SET ${set} ${add}`,
        ...placeholders.bindings,
      },
    };
  }
}

/** @throws the error itself where it is unknown whether the transaction was written */
function resultOf(error: unknown, calls: readonly ChargedCall[]): TransactionResult {
  const why = whyNotWritten(error);
  // The ledger's rows come first, and they alone have conditions.
  return why.result === 'conditions' ? { result: 'duplicates', callIds: new Set(why.failed.map(index => calls[index].usage.callId)) } : why;
}
