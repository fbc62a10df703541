import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { PriceAttribute, PriceItem } from '../../contract';
import { AnnouncedModels } from '../core/announced-models';
import { fromItem, toItem } from './dynamodb-values';

const ItemShape = z.object({ models: z.array(z.string()) });

/** Remembers in the Prices table which unknown models were announced. */
export class DynamoDbAnnouncedModels implements AnnouncedModels {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async known(): Promise<ReadonlySet<string>> {
    const { Item: attributes } = await this.client.send(new GetItemCommand({
      TableName: this.tableName,
      Key: { [PriceAttribute.KEY]: { S: PriceItem.ANNOUNCED_MODELS } },
      ConsistentRead: true,
    }));
    // A note that cannot be read is no note: the models are announced again, by the same events.
    const note = z.safeParse(ItemShape, attributes && toItem(attributes));
    return new Set(note.success ? note.data.models : []);
  }

  public async remember(modelIds: readonly string[]): Promise<void> {
    await this.client.send(new PutItemCommand({
      TableName: this.tableName,
      Item: fromItem({ [PriceAttribute.KEY]: PriceItem.ANNOUNCED_MODELS, models: modelIds }),
    }));
  }
}
