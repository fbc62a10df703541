import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { BudgetAttribute, Handler, NOTE_PREFIX } from '../../contract';
import { WatchList } from '../../lambdas/core/budget-item';
import { plainText } from '../../lambdas/core/plain-text';
import { problemOf } from '../aws-clients';
import { DeployedInstance } from './deployment';
import { Letter } from './letter';
import { handedOver } from './rule-input';

export interface ReplayClients {
  readonly lambda: LambdaClient;
  readonly events: EventBridgeClient;
  readonly dynamoDb: DynamoDBClient;
}

interface Reopening {
  /** Letters of this batch were there before it began, by whatever clock. */
  readonly batch: number;
  /** Epoch milliseconds, by the caller's clock. */
  readonly startedAt: number;
  readonly outcome: Promise<string | undefined>;
}

/** The caller's clock is not that of SQS. */
const CLOCKS_APART_MS = 5 * 60 * 1000;

/**
 * Does again what letters tell of. Everything may be done twice: calls are charged by their ids, events are kept by theirs, and decisions are taken by
 * what is, not by what was told.
 */
export class Replayer {
  private readonly tried = new Set<string>();
  private batch = 0;
  private reopening?: Reopening;

  constructor(private readonly instance: DeployedInstance, private readonly clients: ReplayClients, private readonly now: () => number) {}

  /** Tells that the letters to come were received after everything that was done so far. */
  public nextBatch(): void {
    this.batch += 1;
  }

  /** @returns why the letter has to stay, or `undefined` where it is done */
  public async replay(letter: Letter): Promise<string | undefined> {
    try {
      return await this.attempt(letter);
    } catch (error) {
      return problemOf(error);
    }
  }

  private async attempt(letter: Letter): Promise<string | undefined> {
    switch (letter.kind) {
      case 'none':
        return letter.reason;
      case 'invocation':
        return this.invoke(letter.functionArn, letter.payload);
      case 'delivery':
        return this.deliver(letter);
      case 'record':
        // What the meter still cannot read it puts aside anew, before it says that it is done: the same record comes again as another message.
        if (this.tried.has(letter.eventId)) {
          return `it still cannot be charged: ${letter.problem}`;
        }
        this.tried.add(letter.eventId);
        return this.invoke(this.instance.functions.get(Handler.USAGE_METER)!, letter.payload);
      case 'event': {
        const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
        const command = new PutEventsCommand({ Entries: [{ ...letter.entry, EventBusName: this.instance.bus }] });
        const { Entries: [answer] = [] } = await this.clients.events.send(command);
        return answer?.EventId ? undefined : plainText(`the bus refused it: ${answer?.ErrorCode}: ${answer?.ErrorMessage}`, 300);
      }
      case 'evaluation':
        return this.reopenAfter(letter.sentAt);
    }
  }

  /** Hands an event to its function as the rule would: of the channels, only their rules know to which one an event leads. */
  private async deliver({ functionArn, event, ruleArn }: Extract<Letter, { kind: 'delivery' }>): Promise<string | undefined> {
    const isTold = functionArn === this.instance.functions.get(Handler.ALERT_NOTIFIER) && ruleArn !== undefined;
    const input = isTold ? await handedOver(event, { ruleArn, functionArn }, this.clients.events) : { payload: event };
    return 'problem' in input ? input.problem : this.invoke(functionArn, input.payload);
  }

  /** A reopening covers what was lost before it began: a letter that was sent meanwhile tells of somebody whom it may have passed already. */
  private async reopenAfter(sentAt: number): Promise<string | undefined> {
    const { batch, reopening } = this;
    const isCovered = reopening !== undefined && (reopening.batch === batch || sentAt + CLOCKS_APART_MS < reopening.startedAt);
    if (!isCovered) {
      this.reopening = { batch, startedAt: this.now(), outcome: this.reopen() };
    }
    return this.reopening!.outcome;
  }

  /** Waits for the answer: only what the function took is done. */
  private async invoke(functionArn: string, payload: unknown): Promise<string | undefined> {
    const { InvokeCommand } = await import('@aws-sdk/client-lambda');
    const { FunctionError: failure, Payload: answer } = await this.clients.lambda.send(new InvokeCommand({
      FunctionName: nameOf(functionArn), InvocationType: 'RequestResponse', Payload: Buffer.from(JSON.stringify(payload)),
    }));
    return failure ? plainText(`the function failed again: ${Buffer.from(answer ?? []).toString('utf8')}`, 300) : undefined;
  }

  /**
   * Puts everybody on the watch list who is not on it, so that the next run of the monitor decides on them. Who has spent, or is due for another reason,
   * is on it; what may have been missed is an order that somebody gave to an idle principal.
   */
  private async reopen(): Promise<undefined> {
    const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
    let next: Record<string, any> | undefined;
    do {
      const page = await this.clients.dynamoDb.send(new ScanCommand({
        TableName: this.instance.budgetsTable,
        ProjectionExpression: '#id',
        FilterExpression: 'attribute_not_exists(#watch) AND NOT begins_with(#id, :notes)',
        ExpressionAttributeNames: { '#id': BudgetAttribute.PRINCIPAL_ID, '#watch': BudgetAttribute.WATCH },
        ExpressionAttributeValues: { ':notes': { S: NOTE_PREFIX } },
        ExclusiveStartKey: next,
      }));
      for (const { [BudgetAttribute.PRINCIPAL_ID]: id } of page.Items ?? []) {
        await this.watch(id.S!);
      }
      next = page.LastEvaluatedKey;
    } while (next);
    return undefined;
  }

  private async watch(principalId: string): Promise<void> {
    const { UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
    try {
      await this.clients.dynamoDb.send(new UpdateItemCommand({
        TableName: this.instance.budgetsTable,
        Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } },
        UpdateExpression: 'SET #watch = :open, #at = :now',
        // Who was put on it meanwhile is on it rightly, and an item that was deleted must not come back.
        ConditionExpression: 'attribute_exists(#id) AND attribute_not_exists(#watch)',
        ExpressionAttributeNames: { '#id': BudgetAttribute.PRINCIPAL_ID, '#watch': BudgetAttribute.WATCH, '#at': BudgetAttribute.NEXT_CHECK_AT },
        ExpressionAttributeValues: { ':open': { S: WatchList.OPEN }, ':now': { S: new Date(this.now()).toISOString() } },
      }));
    } catch (error) {
      if ((error as Error).name !== 'ConditionalCheckFailedException') {
        throw error;
      }
    }
  }
}

/** Of a function of this account and region. */
function nameOf(functionArn: string): string {
  return functionArn.split(':')[6];
}
