import { DynamoDBClient, TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { LedgerAttribute } from '../../contract';
import { ComputeCharge, ComputeChargeStore, computeCostByDay, computeLedgerRow } from '../core/agents/compute-charge';
import { TransactionResult } from '../core/charge-once';
import { budgetAddition } from './dynamodb-budget-addition';
import { ChargeStoreOptions } from './dynamodb-charge-store';
import { whyNotWritten } from './dynamodb-transactions';
import { Placeholders } from './dynamodb-update';
import { fromItem } from './dynamodb-values';

/** Ledger and Budgets: the rows of some hours of compute, all charged to one principal, and the addition to its budget, in one transaction. */
export class DynamoDbComputeChargeStore implements ComputeChargeStore {
  constructor(private readonly client: DynamoDBClient, private readonly options: ChargeStoreOptions) {}

  public async write(charges: readonly ComputeCharge[]): Promise<TransactionResult> {
    try {
      await this.client.send(new TransactWriteItemsCommand({ TransactItems: [...charges.map(charge => this.row(charge)), this.addition(charges)] }));
      return { result: 'written' };
    } catch (error) {
      const why = whyNotWritten(error);
      // The ledger's rows come first, and they alone have conditions.
      if (why.result === 'conditions') {
        return { result: 'duplicates', callIds: new Set(why.failed.map(index => charges[index].callId)) };
      }
      // They share one budget: whichever item another transaction had, all of them wait.
      return { result: why.result, message: why.message };
    }
  }

  private row(charge: ComputeCharge): TransactWriteItem {
    const placeholders = new Placeholders();
    const isNew = `attribute_not_exists(${placeholders.name(LedgerAttribute.CALL_ID)})`;
    return {
      Put: {
        TableName: this.options.ledgerTable,
        Item: fromItem(computeLedgerRow(charge, this.options.ledgerRetentionDays)),
        ConditionExpression: isNew,
        ...placeholders.bindings,
      },
    };
  }

  /** Not a call: when the principal last called stays as it is. */
  private addition(charges: readonly ComputeCharge[]): TransactWriteItem {
    const [{ principal, chargedAt }] = charges;
    return budgetAddition(this.options.budgetsTable, {
      principalId: principal.id, kind: principal.kind, spend: computeCostByDay(charges), estimated: new Map(), loggedAt: chargedAt,
    });
  }
}
