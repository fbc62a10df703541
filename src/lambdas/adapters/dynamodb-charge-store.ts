import { DynamoDBClient, TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { LedgerAttribute } from '../../contract';
import { TransactionResult } from '../core/charge-once';
import { ledgerRow } from '../core/ledger-row';
import { ChargedCall, ChargeStore, ChargeTransaction } from '../core/metering';
import { budgetAddition } from './dynamodb-budget-addition';
import { whyNotWritten } from './dynamodb-transactions';
import { Placeholders } from './dynamodb-update';
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
        TransactItems: [...calls.map(call => this.row(call)), ...transaction.additions.map(addition => budgetAddition(this.options.budgetsTable, addition))],
      }));
      return { result: 'written' };
    } catch (error) {
      return resultOf(error, transaction);
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
}

/** @throws the error itself where it is unknown whether the transaction was written */
function resultOf(error: unknown, { calls, additions }: ChargeTransaction): TransactionResult {
  const why = whyNotWritten(error);
  // The ledger's rows come first, and they alone have conditions.
  switch (why.result) {
    case 'conditions':
      return { result: 'duplicates', callIds: new Set(why.failed.map(index => calls[index].usage.callId)) };
    case 'conflict': {
      // All calls of a principal, whichever of its items another transaction had: they share its budget.
      const principals = [...calls.map(({ usage }) => usage.principal.id), ...additions.map(({ principalId }) => principalId)];
      const busy = new Set(why.inConflict?.map(index => principals[index]));
      const held = calls.filter(({ usage }) => busy.has(usage.principal.id));
      return { result: 'conflict', message: why.message, busy: new Set(held.map(({ usage }) => usage.callId)) };
    }
    case 'refused':
      return why;
  }
}
