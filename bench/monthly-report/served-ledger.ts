import { IncomingMessage, ServerResponse } from 'node:http';
import { BudgetAttribute, LedgerAttribute } from '../../src/contract';
import { LocalServer } from '../local-server';
import { LedgerPages } from './made-ledger';

export const TABLES = { ledger: 'ledger', budgets: 'budgets' } as const;

interface Scan {
  readonly TableName: string;
  readonly Segment?: number;
  readonly TotalSegments?: number;
  readonly ExclusiveStartKey?: Readonly<Record<string, { readonly S: string }>>;
}

/** An event as it was published, as far as anybody looks at it here. */
export interface PublishedEvent {
  readonly detail: { readonly after: { readonly differences: number; readonly totalUsd: string } };
}

/** What a report needs of AWS, over HTTP: scans of prepared pages, a bucket, and a bus that keeps what it is told. */
export class ServedLedger extends LocalServer {
  public readonly events: PublishedEvent[] = [];
  private readonly objects = new Map<string, Buffer>();

  constructor(private readonly pages: LedgerPages) {
    super();
  }

  protected async answer(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const target = request.headers['x-amz-target'];
    if (target === 'DynamoDB_20120810.Scan') {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      this.scan(JSON.parse(body.toString())).forEach(part => response.write(part));
      response.end();
    } else if (target === 'AWSEvents.PutEvents') {
      const { Entries: entries } = JSON.parse(body.toString()) as { readonly Entries: readonly { readonly Detail: string }[] };
      this.events.push(...entries.map(({ Detail: detail }) => ({ detail: JSON.parse(detail) })));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify({ FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: String(index) })) }));
    } else {
      this.object(request, body, response);
    }
  }

  private scan({ TableName: table, Segment: segment = 0, TotalSegments: segments = 1, ExclusiveStartKey: start }: Scan): readonly (string | Buffer)[] {
    const [pages, key] = table === TABLES.ledger ? [this.pages.ledger, LedgerAttribute.CALL_ID] : [this.pages.budgets, BudgetAttribute.PRINCIPAL_ID];
    const page = start ? Number(start[key].S) : segment;
    const next = page + segments;
    return ['{"Items":[', pages[page] ?? '', ']', next < pages.length ? `,"LastEvaluatedKey":${JSON.stringify({ [key]: { S: String(next) } })}` : '', '}'];
  }

  private object({ method, url }: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { pathname } = new URL(url!, 'http://bucket');
    if (method === 'PUT') {
      this.objects.set(pathname, body);
      response.writeHead(200, { etag: '"0"' }).end();
      return;
    }
    const object = this.objects.get(pathname);
    response.writeHead(object ? 200 : 404).end(object);
  }
}
