import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { BudgetAttribute, NOTE_PREFIX, SettingName } from '../../contract';
import { SettingsMemory, SettingsSnapshot } from '../core/ports';
import { completeTexts } from '../core/settings';

const NOTE_ID = `${NOTE_PREFIX}settings`;
const SNAPSHOT = 'snapshot';

const SnapshotShape = z.object({ texts: z.partialRecord(z.enum(SettingName), z.string()), refused: z.array(z.string()) });

/** Remembers which settings the monitor saw last. */
export class DynamoDbSettingsMemory implements SettingsMemory {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async recall(): Promise<SettingsSnapshot | undefined> {
    const { Item: note } = await this.client.send(new GetItemCommand({ ...this.key, ConsistentRead: true }));
    return readSnapshot(note?.[SNAPSHOT]?.S);
  }

  public async remember(snapshot: SettingsSnapshot): Promise<void> {
    await this.client.send(new UpdateItemCommand({
      ...this.key,
      UpdateExpression: 'SET #snapshot = :snapshot',
      ExpressionAttributeNames: { '#snapshot': SNAPSHOT },
      ExpressionAttributeValues: { ':snapshot': { S: JSON.stringify(snapshot) } },
    }));
  }

  private get key() {
    return { TableName: this.tableName, Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: NOTE_ID } } };
  }
}

/** A note that cannot be read, be it from another version, is no note: the next one replaces it. */
function readSnapshot(json: string | undefined): SettingsSnapshot | undefined {
  if (json === undefined) {
    return undefined;
  }
  try {
    const { texts, refused } = SnapshotShape.parse(JSON.parse(json));
    return { texts: completeTexts(texts), refused };
  } catch {
    return undefined;
  }
}
