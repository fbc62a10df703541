import { CancellationReason, DynamoDBClient, TransactionCanceledException, TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, LedgerAttribute } from '../../contract';
import { isoInstant, NumberText, spendAttribute, WatchList } from '../core/budget-item';
import { RECHECK_MS } from '../core/decision';
import { ledgerRow } from '../core/ledger-row';
import { BudgetAddition, ChargedCall, ChargeStore, ChargeTransaction, TransactionResult } from '../core/metering';
import { formatUsd } from '../core/money';
import { errorMessage, isError } from './aws-errors';
import { assignments, defaults, Placeholders } from './dynamodb-update';
import { fromItem } from './dynamodb-values';

export interface ChargeStoreOptions {
  readonly budgetsTable: string;
  readonly ledgerTable: string;
  readonly ledgerRetentionDays: number;
}

/** Reasons for which a transaction, or one item of it, may pass the next time. */
const CONFLICTS = ['TransactionConflict', 'ThrottlingError', 'Throttling', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded', 'InternalServerError', 'TransactionInProgress'];

/** Reasons for which an item never passes. */
const REFUSALS = ['ValidationError', 'Validation', 'ItemCollectionSizeLimitExceeded'];

/** Ledger and Budgets: the rows of some calls and the additions to their principals' budgets, in one transaction. */
export class DynamoDbChargeStore implements ChargeStore {
  constructor(private readonly client: DynamoDBClient, private readonly options: ChargeStoreOptions) {}

  public async write(transaction: ChargeTransaction): Promise<TransactionResult> {
    const { calls, additions } = transaction;
    try {
      await this.client.send(new TransactWriteItemsCommand({
        TransactItems: [...calls.map(call => this.row(call)), ...additions.map(addition => this.addition(addition))],
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
  private addition({ principalId, kind, spend, lastCallAt, loggedAt }: BudgetAddition): TransactWriteItem {
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
    const add = [...spend].map(([day, amount]) => `${placeholders.name(spendAttribute(day))} ${placeholders.value(new NumberText(formatUsd(amount)))}`).join(', ');
    return {
      Update: {
        TableName: this.options.budgetsTable,
        Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } },
        UpdateExpression: `SET ${set} ADD ${add}`,
        ...placeholders.bindings,
      },
    };
  }
}

/** @throws the error itself where it is unknown whether the transaction was written */
function resultOf(error: unknown, calls: readonly ChargedCall[]): TransactionResult {
  if (isError(error, 'TransactionCanceled')) {
    return resultOfReasons((error as TransactionCanceledException).CancellationReasons ?? [], calls, error);
  }
  if (isError(error, ...CONFLICTS)) {
    return { result: 'conflict', message: errorMessage(error) };
  }
  if (isError(error, ...REFUSALS)) {
    return { result: 'refused', message: errorMessage(error) };
  }
  throw error;
}

/** Reasons stand in the order of the items, the ledger's rows first. */
function resultOfReasons(reasons: readonly CancellationReason[], calls: readonly ChargedCall[], error: unknown): TransactionResult {
  const repeated = calls.filter((_, index) => reasons[index]?.Code === 'ConditionalCheckFailed');
  if (repeated.length > 0) {
    return { result: 'duplicates', callIds: new Set(repeated.map(({ usage }) => usage.callId)) };
  }
  const refusal = reasons.find(({ Code: code }) => code !== undefined && REFUSALS.includes(code));
  if (refusal) {
    return { result: 'refused', message: describe(refusal) };
  }
  const conflict = reasons.find(({ Code: code }) => code !== undefined && CONFLICTS.includes(code));
  if (conflict) {
    return { result: 'conflict', message: describe(conflict) };
  }
  throw error;
}

function describe({ Code: code, Message: message }: CancellationReason): string {
  return message ? `${code}: ${message.slice(0, 500)}` : code!;
}
