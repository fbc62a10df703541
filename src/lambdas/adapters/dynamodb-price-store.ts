import { AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { PriceAttribute, PriceItem } from '../../contract';
import { HELD_BACK, HeldBackPrice, HeldBackReason } from '../core/pricing/price-list/held-back';
import { PriceStore, RefreshedPrices } from '../core/pricing/price-list/price-store';
import { SERVICE_CODES } from '../core/pricing/price-list/service-codes';
import { isError } from './aws-errors';

const TABLE = 'table';
const VERSION = 'version';
const READ_AT = 'readAt';
const GAVE = 'gave';
const HELD_BACK_PRICES = 'heldBack';
const REVISION = 'revision';

const KEY = { [PriceAttribute.KEY]: { S: PriceItem.PRICE_LIST } };

const ReadAtShape = z.partialRecord(z.enum(SERVICE_CODES), z.number());
const GaveShape = z.array(z.enum(SERVICE_CODES));
const HeldBackShape = z.array(z.object({
  modelId: z.string(),
  place: z.string(),
  mode: z.optional(z.string()),
  kind: z.string(),
  found: z.string(),
  known: z.optional(z.string()),
  reason: z.enum(Object.keys(HELD_BACK) as [HeldBackReason, ...HeldBackReason[]]),
  serviceCode: z.enum(SERVICE_CODES),
}));

/** The prices read from the AWS Price List: one item of the Prices table. */
export class DynamoDbPriceStore implements PriceStore {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async load(): Promise<RefreshedPrices | undefined> {
    const { Item: item } = await this.client.send(new GetItemCommand({ TableName: this.tableName, Key: KEY, ConsistentRead: true }));
    return item && {
      table: item[TABLE]?.S ?? '',
      version: item[VERSION]?.S ?? '',
      readAt: parsed(ReadAtShape, item[READ_AT]) ?? {},
      gave: parsed(GaveShape, item[GAVE]) ?? [],
      heldBack: (parsed(HeldBackShape, item[HELD_BACK_PRICES]) ?? []) as readonly HeldBackPrice[],
      revision: Number(item[REVISION]?.N ?? 0),
    };
  }

  public async save({ table, version, readAt, gave, heldBack, revision }: RefreshedPrices, expectedRevision: number | undefined): Promise<boolean> {
    try {
      await this.client.send(new PutItemCommand({
        TableName: this.tableName,
        Item: {
          ...KEY,
          [TABLE]: { S: table },
          [VERSION]: { S: version },
          [READ_AT]: { S: JSON.stringify(readAt) },
          [GAVE]: { S: JSON.stringify(gave) },
          [HELD_BACK_PRICES]: { S: JSON.stringify(heldBack) },
          [REVISION]: { N: String(revision) },
        },
        ...hasRevision(expectedRevision),
      }));
      return true;
    } catch (error) {
      if (isError(error, 'ConditionalCheckFailed')) {
        return false;
      }
      throw error;
    }
  }
}

/** What cannot be read, be it from another version, is as if it were not there: the list is read anew. */
function parsed<T>(shape: { parse(value: unknown): T }, attribute: AttributeValue | undefined): T | undefined {
  try {
    return attribute?.S === undefined ? undefined : shape.parse(JSON.parse(attribute.S));
  } catch {
    return undefined;
  }
}

function hasRevision(
  revision: number | undefined,
): Pick<PutItemCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
  const names = { ExpressionAttributeNames: { '#revision': REVISION } };
  return revision
    ? { ...names, ConditionExpression: '#revision = :expected', ExpressionAttributeValues: { ':expected': { N: String(revision) } } }
    : { ...names, ConditionExpression: 'attribute_not_exists(#revision)' };
}
