import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DynamoDBRecord } from 'aws-lambda';
import { BudgetAttribute } from '../../contract';
import { BudgetChange } from '../core/evaluator';
import { toItem } from './dynamodb-values';

/** Thrown for a stream record without the parts that DynamoDB always sends. */
export class StreamRecordError extends Error {
  public readonly name = 'StreamRecordError';
}

/**
 * Records of one item have growing sequence numbers of up to 40 digits. At the head of a change's id they keep the changes of one second,
 * which is as fine as the stream tells the time, in their order.
 */
const SEQUENCE_DIGITS = 40;

/** Whose item the record is about. */
export function principalOf(record: DynamoDBRecord): string {
  return record.dynamodb?.Keys?.[BudgetAttribute.PRINCIPAL_ID]?.S ?? '';
}

/**
 * The change that a record of the Budgets table's stream tells, or `undefined` where it tells none: an item was removed.
 *
 * @throws StreamRecordError
 */
export function changeOf({ eventName, eventID, dynamodb }: DynamoDBRecord): BudgetChange | undefined {
  if (eventName === 'REMOVE') {
    return undefined;
  }
  const at = Math.round(Number(dynamodb?.ApproximateCreationDateTime) * 1000);
  if (!eventID || !dynamodb?.NewImage || !Number.isFinite(at)) {
    throw new StreamRecordError(`a record of kind ${eventName} lacks its id, new image or time: does the stream carry new and old images?`);
  }
  return {
    changeId: `${(dynamodb.SequenceNumber ?? '').padStart(SEQUENCE_DIGITS, '0')}-${eventID}`,
    at,
    ...(dynamodb.OldImage ? { before: toItem(dynamodb.OldImage as Record<string, AttributeValue>) } : {}),
    after: toItem(dynamodb.NewImage as Record<string, AttributeValue>),
  };
}
