import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { asking } from '../aws-clients';
import { CommandFailure } from '../command-failure';
import { BrokenInputError, openInput } from '../input';
import { scanTable } from '../table-scan';
import { UsageError } from '../usage-error';
import { NoItem, PredecessorItem, readItem } from './items';

/** What is read from the predecessor. */
export interface Found {
  readonly items: readonly PredecessorItem[];
  readonly unread: readonly NoItem[];
}

/** A table, and whose it is. */
export interface TableFound extends Found {
  readonly account: string;
  readonly region: string;
}

/** Some hundred thousand items. */
const MAX_BYTES = 256 * 1024 * 1024;

/** The output of "aws dynamodb scan". @throws UsageError, CommandFailure */
export async function readFile(path: string, stdin: NodeJS.ReadableStream): Promise<Found> {
  const scan = parsed(path, await bytesOf(path, stdin));
  const { Items: items, LastEvaluatedKey: more, NextToken: token } = (typeof scan === 'object' && scan !== null && !Array.isArray(scan) ? scan : { Items: scan }) as {
    readonly Items?: unknown; readonly LastEvaluatedKey?: unknown; readonly NextToken?: unknown;
  };
  if (!Array.isArray(items)) {
    throw new UsageError(`"${path}" is no output of "aws dynamodb scan": that is an object with a list of "Items"`);
  }
  if (more || token) {
    throw new UsageError(`"${path}" has a part of the table alone (it says where the next one begins): write all of it by "aws dynamodb scan --output json" without --max-items`);
  }
  return sorted(path, items);
}

async function bytesOf(path: string, stdin: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of await openInput(path, stdin as Parameters<typeof openInput>[1])) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) {
        throw new UsageError(`"${path}" has more than ${MAX_BYTES / 1024 / 1024} MB: read the table itself by --table`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof BrokenInputError ? new CommandFailure(error.message, { cause: error }) : error;
  }
  return Buffer.concat(chunks);
}

function parsed(path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UsageError(`"${path}" is no JSON (${(error as Error).message.slice(0, 200)}): write it by "aws dynamodb scan --table-name <table> --output json"`);
  }
}

/** Reads a table of the predecessor; nothing is written into it. Resolves to nothing where there is no such table. */
export async function readTable(client: DynamoDBClient, table: string): Promise<TableFound | undefined> {
  const { DescribeTableCommand } = await import('@aws-sdk/client-dynamodb');
  return asking(`table "${table}" cannot be read`, async () => {
    const arn = await client.send(new DescribeTableCommand({ TableName: table })).then(({ Table: found }) => found!.TableArn!, ignoringMissing);
    if (arn === undefined) {
      return undefined;
    }
    const [, , , region, account] = arn.split(':');
    const items: Record<string, AttributeValue>[] = [];
    for await (const page of scanTable(client, table)) {
      items.push(...page);
    }
    return { ...sorted(table, items), account, region };
  });
}

function ignoringMissing(error: Error): undefined {
  if (error.name !== 'ResourceNotFoundException') {
    throw error;
  }
}

function sorted(source: string, found: readonly unknown[]): Found {
  const read = found.map((item, index) => readItem(`${source}, item ${index + 1}`, item));
  return {
    items: read.filter((one): one is PredecessorItem => 'id' in one),
    unread: read.filter((one): one is NoItem => 'problem' in one),
  };
}
