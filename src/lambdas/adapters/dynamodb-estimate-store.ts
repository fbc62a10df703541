import { DynamoDBClient, QueryCommand, QueryCommandInput, TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, ESTIMATE_INDEX, LedgerAttribute } from '../../contract';
import { estimatedAttribute, isoInstant, NumberText, spendAttribute, WatchList } from '../core/budget-item';
import { RECHECK_MS } from '../core/decision';
import { CorrectedCall, correctedAttributes, CorrectionResult, EstimateCorrection, EstimatePage, EstimateStore } from '../core/estimate-correction';
import { formatUsd, subtractUsd, ZERO_USD } from '../core/money';
import { NotWritten, whyNotWritten } from './dynamodb-transactions';
import { additions, assignments, defaults, Placeholders, updateExpression } from './dynamodb-update';
import { toItem } from './dynamodb-values';

export interface EstimateStoreOptions {
  readonly budgetsTable: string;
  readonly ledgerTable: string;
}

/** The ledger's index of estimates, and corrections of ledger rows and budgets in one transaction. */
export class DynamoDbEstimateStore implements EstimateStore {
  constructor(private readonly client: DynamoDBClient, private readonly options: EstimateStoreOptions) {}

  /** The index holds whole rows: it is sparse, and nearly every attribute is needed to price a call. */
  public async* pages(shard: string, after?: string): AsyncIterable<EstimatePage> {
    const placeholders = new Placeholders();
    const inShard = `${placeholders.name(LedgerAttribute.ESTIMATE)} = ${placeholders.value(shard)}`;
    const query: QueryCommandInput = {
      TableName: this.options.ledgerTable,
      IndexName: ESTIMATE_INDEX,
      KeyConditionExpression: after === undefined ? inShard : `${inShard} AND ${placeholders.name(LedgerAttribute.ESTIMATED_MODEL)} > ${placeholders.value(after)}`,
      ...placeholders.bindings,
    };
    let next: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await this.client.send(new QueryCommand({ ...query, ExclusiveStartKey: next }));
      next = page.LastEvaluatedKey;
      yield { rows: (page.Items ?? []).map(toItem), isLast: next === undefined };
    } while (next);
  }

  public async correct(correction: EstimateCorrection): Promise<CorrectionResult> {
    const { calls, budget, repricedAt } = correction;
    try {
      await this.client.send(new TransactWriteItemsCommand({
        TransactItems: [...calls.map(call => this.row(call, repricedAt)), ...(budget ? [this.budget(correction, budget)] : [])],
      }));
      return { result: 'written' };
    } catch (error) {
      return resultOf(whyNotWritten(error), calls);
    }
  }

  private row(call: CorrectedCall, repricedAt: number): TransactWriteItem {
    const placeholders = new Placeholders();
    const { set, remove } = correctedAttributes(call, repricedAt);
    const isEstimate = `attribute_exists(${placeholders.name(LedgerAttribute.ESTIMATE)})`;
    const isAsRead = `${placeholders.name('costUsd')} = ${placeholders.value(new NumberText(formatUsd(call.estimate.cost)))}`;
    // Whoever pays may have been erased meanwhile: then the difference is another budget's.
    const isTheirs = `${placeholders.name('principalId')} = ${placeholders.value(call.estimate.principalId)}`;
    return {
      Update: {
        TableName: this.options.ledgerTable,
        Key: { [LedgerAttribute.CALL_ID]: { S: call.estimate.callId } },
        UpdateExpression: updateExpression(placeholders, assignments(placeholders, set), remove),
        ConditionExpression: `${isEstimate} AND ${isAsRead} AND ${isTheirs}`,
        ...placeholders.bindings,
      },
    };
  }

  /**
   * A day that is no longer on the item, or not with all that is to be taken from it, must not come back as a negative number. The principal
   * is put on the watch list in case the stream record of this very write is lost.
   */
  private budget({ principalId, day, repricedAt }: EstimateCorrection, { before, after }: NonNullable<EstimateCorrection['budget']>): TransactWriteItem {
    const placeholders = new Placeholders();
    const spend = spendAttribute(day);
    const estimated = estimatedAttribute(day);
    const amount = placeholders.value(new NumberText(formatUsd(before)));
    const hasSpend = `${placeholders.name(spend)} >= ${amount}`;
    const hasEstimate = `${placeholders.name(estimated)} >= ${amount}`;
    const watch = defaults(placeholders, {
      [BudgetAttribute.WATCH]: WatchList.OPEN,
      [BudgetAttribute.NEXT_CHECK_AT]: isoInstant(repricedAt + RECHECK_MS),
    });
    // Estimates of nothing leave no trace of their own on the budget.
    const isSomething = before > ZERO_USD;
    const add = additions(placeholders, [
      [spend, subtractUsd(after, before)],
      ...(isSomething ? [[estimated, subtractUsd(ZERO_USD, before)] as const] : []),
    ]);
    return {
      Update: {
        TableName: this.options.budgetsTable,
        Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } },
        UpdateExpression: `SET ${watch} ${add}`,
        ConditionExpression: isSomething ? `${hasSpend} AND ${hasEstimate}` : hasSpend,
        ...placeholders.bindings,
      },
    };
  }
}

function resultOf(why: NotWritten, calls: readonly CorrectedCall[]): CorrectionResult {
  if (why.result !== 'conditions') {
    return why;
  }
  const superseded = why.failed.filter(index => index < calls.length);
  if (superseded.length > 0) {
    return { result: 'superseded', callIds: new Set(superseded.map(index => calls[index].estimate.callId)) };
  }
  // A row in conflict may be in somebody else's correction, which has taken its share from the budget already: only looking again tells.
  return why.conflict === undefined ? { result: 'day-forgotten' } : { result: 'conflict', message: why.conflict };
}
