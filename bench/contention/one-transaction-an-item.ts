import { createHash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalServer } from '../local-server';

const TRANSACT = 'DynamoDB_20120810.TransactWriteItems';

interface Action {
  readonly TableName: string;
  readonly Key?: object;
  readonly Item?: Readonly<Record<string, object>>;
}

/** What went through. */
export interface Traffic {
  readonly transactions: number;
  readonly conflicts: number;
  /** How long a transaction had its items for itself, on average. */
  readonly milliseconds: number;
}

/**
 * Stands before a local cloud, which runs one transaction after another, and has it behave as DynamoDB does where many come at once: a transaction takes
 * its time, and meanwhile every other one that touches an item of it is cancelled with `TransactionConflict`, and nothing of it is written.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export class OneTransactionAnItem extends LocalServer {
  private readonly busy = new Set<string>();
  private transactions = 0;
  private conflicts = 0;
  private milliseconds = 0;

  /** @param transactionMs how long a transaction has its items for itself, at least */
  constructor(private readonly cloud: string, private readonly keysOf: Readonly<Record<string, string>>, private readonly transactionMs: number) {
    super();
  }

  /** Since it was last asked. */
  public takeTraffic(): Traffic {
    const { transactions, conflicts, milliseconds } = this;
    [this.transactions, this.conflicts, this.milliseconds] = [0, 0, 0];
    return { transactions, conflicts, milliseconds: milliseconds / (transactions - conflicts) };
  }

  protected async answer(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const forward = async () => {
      const { host, connection, 'content-length': length, 'transfer-encoding': encoding, ...headers } = request.headers;
      const answer = await fetch(this.cloud + request.url, {
        method: request.method, headers: headers as Record<string, string>, ...(body.length > 0 ? { body } : {}),
      });
      return { status: answer.status, type: answer.headers.get('content-type') ?? 'application/json', body: Buffer.from(await answer.arrayBuffer()) };
    };
    const { status, type, body: answered } = request.headers['x-amz-target'] === TRANSACT ? await this.transact(body, forward) : await forward();
    response.writeHead(status, { 'content-type': type }).end(answered);
  }

  private async transact<T>(body: Buffer, forward: () => Promise<T>) {
    this.transactions += 1;
    const { TransactItems: actions } = JSON.parse(body.toString()) as { readonly TransactItems: readonly Readonly<Record<string, Action>>[] };
    const items = actions.map(action => this.itemOf(Object.values(action)[0]));
    if (items.some(item => this.busy.has(item))) {
      this.conflicts += 1;
      return { status: 400, type: 'application/x-amz-json-1.0', body: cancelled(items.map(item => this.busy.has(item))) };
    }
    items.forEach(item => this.busy.add(item));
    const start = performance.now();
    try {
      const [answer] = await Promise.all([forward(), sleep(this.transactionMs)]);
      return answer;
    } finally {
      this.milliseconds += performance.now() - start;
      items.forEach(item => this.busy.delete(item));
    }
  }

  private itemOf({ TableName: table, Key: key, Item: item }: Action): string {
    const keyName = this.keysOf[table];
    return createHash('sha1').update(JSON.stringify([table, key ?? { [keyName]: item![keyName] }])).digest('base64');
  }
}

function cancelled(inConflict: readonly boolean[]): Buffer {
  return Buffer.from(JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: 'Transaction cancelled',
    CancellationReasons: inConflict.map(conflict => (conflict ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' } : { Code: 'None' })),
  }));
}
