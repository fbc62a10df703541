import { DynamoDBClient, ScanCommand, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { awsError } from './adapters/aws-error';
import { Attributes, Expression } from './dynamodb-expression';

/** Tables behind the client that are read from end to end: segments, pages, projections and filters. */
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
    const { Segment: segment = 0, TotalSegments: of = 1, FilterExpression: filter } = input;
    // By their place, so that segments are of unlike lengths.
    const own = items.filter((_, place) => place % of === segment).sort((a, b) => (a[key].S! < b[key].S! ? -1 : 1));
    const after = input.ExclusiveStartKey?.[key].S;
    const rest = own.filter(item => after === undefined || item[key].S! > after);
    const page = rest.slice(0, this.pageSize);
    const expression = new Expression(input);
    const passes = (item: Attributes) => filter === undefined || expression.holds(filter, item);
    const projected = (item: Attributes) => expression.projected(input.ProjectionExpression!, item);
    // On an empty page as well: what is wrong with an expression must not depend on the items.
    [passes, projected].forEach(evaluate => evaluate({}));
    expression.refuseUnused();
    return {
      Items: page.filter(passes).map(projected),
      ScannedCount: page.length,
      ...(rest.length > page.length ? { LastEvaluatedKey: { [key]: page.at(-1)![key] } } : {}),
    };
  }
}
