import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { PriceAttribute, PriceItem } from '../../contract';
import { formatUsd, usd } from '../core/money';
import { NoteStore, ReconciliationNote } from '../core/reconciliation/ports';
import { fromItem, toItem } from './dynamodb-values';

const Day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const Amount = z.pipe(z.string().check(z.regex(/^-?\d{1,20}(\.\d{1,12})?$/)), z.transform(usd));
const ItemShape = z.object({
  since: Day,
  days: z.array(z.object({ day: Day, final: z.boolean(), told: z.boolean(), metered: z.record(z.string(), Amount) })),
  unavailable: z.optional(z.string()),
});

/** Remembers in the Prices table what was compared with the bill. */
export class DynamoDbReconciliationNote implements NoteStore {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async recall(): Promise<ReconciliationNote | undefined> {
    const { Item: attributes } = await this.client.send(new GetItemCommand({
      TableName: this.tableName,
      Key: { [PriceAttribute.KEY]: { S: PriceItem.RECONCILIATION } },
      ConsistentRead: true,
    }));
    // A note that cannot be read is no note: it begins anew, from tomorrow on.
    const note = z.safeParse(ItemShape, attributes && toItem(attributes));
    if (!note.success) {
      return undefined;
    }
    const { since, days, unavailable } = note.data;
    return {
      since,
      days: days.map(({ metered, ...day }) => ({ ...day, metered: new Map(Object.entries(metered)) })),
      ...(unavailable === undefined ? {} : { unavailable }),
    };
  }

  public async remember({ since, days, unavailable }: ReconciliationNote): Promise<void> {
    await this.client.send(new PutItemCommand({
      TableName: this.tableName,
      Item: fromItem({
        [PriceAttribute.KEY]: PriceItem.RECONCILIATION,
        since,
        days: days.map(({ metered, ...day }) => ({ ...day, metered: Object.fromEntries([...metered].map(([model, cost]) => [model, formatUsd(cost)])) })),
        ...(unavailable === undefined ? {} : { unavailable }),
      }),
    }));
  }
}
