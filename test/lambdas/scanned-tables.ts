import { AttributeValue, DynamoDBClient, ScanCommand, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { awsError } from './adapters/aws-error';

type Attributes = Record<string, AttributeValue>;

const FILTER = '#a0 BETWEEN :from AND :to OR attribute_not_exists(#a0) OR NOT attribute_type(#a0, :text)';

/** Tables behind the client that are read from end to end: segments, pages, projections and the one filter that reports have. */
export class ScannedTables {
  public readonly stub = mockClient(DynamoDBClient);
  /** Items that a page has at most. */
  public pageSize = 2;
  private readonly tables = new Map<string, { readonly key: string; readonly items: Attributes[] }>();
  constructor() {
    this.stub.on(ScanCommand).callsFake(input => this.scan(input));
  }

  /** Run before the next scan is answered; may throw. */
  public beforeScan: () => void = () => undefined;

  public table(name: string, key: string): Attributes[] {
    const items: Attributes[] = [];
    this.tables.set(name, { key, items });
    return items;
  }

  private scan(input: ScanCommandInput) {
    const before = this.beforeScan;
    this.beforeScan = () => undefined;
    before();
    const table = this.tables.get(input.TableName!);
    if (!table) {
      throw awsError('ResourceNotFoundException');
    }
    const { key, items } = table;
    const { Segment: segment = 0, TotalSegments: of = 1, FilterExpression: filter, ExpressionAttributeNames: names = {} } = input;
    // By their place, so that segments are of unlike lengths.
    const own = items.filter((_, place) => place % of === segment).sort((a, b) => (a[key].S! < b[key].S! ? -1 : 1));
    const after = input.ExclusiveStartKey?.[key].S;
    const rest = own.filter(item => after === undefined || item[key].S! > after);
    const page = rest.slice(0, this.pageSize);
    if (filter !== undefined && filter !== FILTER) {
      throw awsError('ValidationException');
    }
    const projected = input.ProjectionExpression!.split(', ').map(name => names[name]);
    if (projected.includes(undefined as never) || Object.keys(names).length !== projected.length) {
      throw awsError('ValidationException');
    }
    const passes = (item: Attributes) => filter === undefined || item[names['#a0']]?.S === undefined
      || (item[names['#a0']].S! >= input.ExpressionAttributeValues![':from'].S! && item[names['#a0']].S! <= input.ExpressionAttributeValues![':to'].S!);
    return {
      Items: page.filter(passes).map(item => Object.fromEntries(Object.entries(item).filter(([name]) => projected.includes(name)))),
      ScannedCount: page.length,
      ...(rest.length > page.length ? { LastEvaluatedKey: { [key]: page.at(-1)![key] } } : {}),
    };
  }
}
