import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, DIGEST_NOTE } from '../../contract';
import { Day } from '../core/calendar';
import { DigestMemory } from '../core/digest/send-digest';
import { isError } from './aws-errors';

/** Longer than an invocation may take: who claimed it that long ago is not at it any more. */
export const CLAIM_MS = 330_000;

const DAY = 'day';
const CLAIMED_AT = 'claimedAt';
const SENT_AT = 'sentAt';

/** A note of the deployment's own in the Budgets table: which day's digest was sent last. */
export class DynamoDbDigestMemory implements DigestMemory {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async claim(day: Day, now: number): Promise<'claimed' | 'sent' | 'busy'> {
    const isAnotherDay = 'attribute_not_exists(#day) OR #day < :day';
    const wasGivenUp = '(#day = :day AND attribute_not_exists(#sent) AND #claimed < :abandoned)';
    try {
      await this.client.send(new PutItemCommand({
        TableName: this.tableName,
        Item: { ...KEY, [DAY]: { S: day }, [CLAIMED_AT]: { N: String(now) } },
        ConditionExpression: `${isAnotherDay} OR ${wasGivenUp}`,
        ExpressionAttributeNames: { '#day': DAY, '#sent': SENT_AT, '#claimed': CLAIMED_AT },
        ExpressionAttributeValues: { ':day': { S: day }, ':abandoned': { N: String(now - CLAIM_MS) } },
      }));
      return 'claimed';
    } catch (error) {
      if (!isError(error, 'ConditionalCheckFailed')) {
        throw error;
      }
    }
    const { Item: note } = await this.client.send(new GetItemCommand({ TableName: this.tableName, Key: KEY, ConsistentRead: true }));
    // That of a later day is past: nobody wants an older one after it.
    return note?.[SENT_AT] !== undefined || (note?.[DAY]?.S ?? '') > day ? 'sent' : 'busy';
  }

  public async markSent(day: Day, now: number): Promise<void> {
    await this.client.send(new PutItemCommand({
      TableName: this.tableName, Item: { ...KEY, [DAY]: { S: day }, [CLAIMED_AT]: { N: String(now) }, [SENT_AT]: { N: String(now) } },
    }));
  }

  public async release(day: Day): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName: this.tableName, Item: { ...KEY, [DAY]: { S: day }, [CLAIMED_AT]: { N: '0' } } }));
  }
}

const KEY = { [BudgetAttribute.PRINCIPAL_ID]: { S: DIGEST_NOTE } };
