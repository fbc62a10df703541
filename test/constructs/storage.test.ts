import { RemovalPolicy } from 'aws-cdk-lib';
import { SWITCHED_ON } from '../everything';
import { nameBundlesByPath, ofType, synthesize, synthesizeSwitchedOn, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

const TABLE = 'AWS::DynamoDB::Table';

test('budgets: one item a principal, changes as a stream, what is due in an index', () => {
  const [, { Properties: table }] = theOne(synthesize().resources, TABLE, 'Budgets');
  expect(table.KeySchema).toEqual([{ AttributeName: 'principalId', KeyType: 'HASH' }]);
  expect(table.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
  expect(table.GlobalSecondaryIndexes).toEqual([{
    IndexName: 'watch-by-next-check',
    KeySchema: [{ AttributeName: 'watch', KeyType: 'HASH' }, { AttributeName: 'nextCheckAt', KeyType: 'RANGE' }],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  }]);
});

test('ledger: one row a call, which expires', () => {
  const [, { Properties: table }] = theOne(synthesize().resources, TABLE, 'Ledger');
  expect(table.KeySchema).toEqual([{ AttributeName: 'callId', KeyType: 'HASH' }]);
  expect(table.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
});

test('ledger: calls whose price is not known, and they alone, in an index', () => {
  const [, { Properties: table }] = theOne(synthesize().resources, TABLE, 'Ledger');
  expect(table.GlobalSecondaryIndexes).toEqual([{
    IndexName: 'estimates-by-model',
    KeySchema: [{ AttributeName: 'estimate', KeyType: 'HASH' }, { AttributeName: 'estimatedModel', KeyType: 'RANGE' }],
    Projection: { ProjectionType: 'ALL' },
  }]);
});

test('prices: an item each, which can be made again and so are never retained', () => {
  const [, { Properties: table, DeletionPolicy: deletionPolicy }] = theOne(synthesize().resources, TABLE, 'Prices');
  expect(table.KeySchema).toEqual([{ AttributeName: 'priceKey', KeyType: 'HASH' }]);
  expect([deletionPolicy, table.DeletionProtectionEnabled]).toEqual(['Delete', false]);
});

test('audit: rows of a subject in order of time, which do not expire', () => {
  const [, { Properties: table }] = theOne(synthesize().resources, TABLE, 'Audit');
  expect(table.KeySchema).toEqual([{ AttributeName: 'subject', KeyType: 'HASH' }, { AttributeName: 'eventKey', KeyType: 'RANGE' }]);
  expect(table).not.toHaveProperty('TimeToLiveSpecification');
});

test('budgets: registered AgentCore runtimes in an index of their own, where they have budgets', () => {
  const [[, { Properties: without }], [, { Properties: table }]] = [synthesize(), synthesizeSwitchedOn()].map(({ resources }) => theOne(resources, TABLE, 'Budgets'));
  const runtimes = {
    IndexName: 'runtimes-by-role',
    KeySchema: [{ AttributeName: 'activeRole', KeyType: 'HASH' }, { AttributeName: 'principalId', KeyType: 'RANGE' }],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  };
  // One index more, which is added in place: nothing that is there changes.
  expect(table.GlobalSecondaryIndexes).toEqual([...without.GlobalSecondaryIndexes, runtimes]);
  const rest = { GlobalSecondaryIndexes: undefined, AttributeDefinitions: undefined };
  expect({ ...table, ...rest }).toEqual({ ...without, ...rest });
});

test('policy backups: by whose they are, history expires and what is held does not', () => {
  const [, { Properties: table }] = theOne(synthesizeSwitchedOn().resources, TABLE, 'PolicyBackups');
  expect(table.KeySchema).toEqual([{ AttributeName: 'target', KeyType: 'HASH' }, { AttributeName: 'state', KeyType: 'RANGE' }]);
  expect(table.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
  expect(table).not.toHaveProperty('StreamSpecification');
  expect(table).not.toHaveProperty('GlobalSecondaryIndexes');
});

test('all tables are paid by request and can be restored to a point in time', () => {
  const tables = Object.values(ofType(synthesizeSwitchedOn().resources, TABLE));
  expect(tables).toHaveLength(5);
  for (const { Properties: table } of tables) {
    expect(table.BillingMode).toBe('PAY_PER_REQUEST');
    expect(table.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
  }
});

test.each([
  { removalPolicy: undefined, deletionPolicy: 'Retain', protection: true },
  { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, deletionPolicy: 'RetainExceptOnCreate', protection: false },
  { removalPolicy: RemovalPolicy.DESTROY, deletionPolicy: 'Delete', protection: false },
  // a table that is protected could not be deleted when its first deployment is rolled back
])('with removal policy $removalPolicy tables and the managed log group have deletion policy $deletionPolicy', ({ removalPolicy, deletionPolicy, protection }) => {
  // when
  const { resources } = synthesize({ ...SWITCHED_ON, removalPolicy });

  // then
  const tables = Object.entries(ofType(resources, TABLE)).filter(([logicalId]) => !logicalId.includes('Prices')).map(([, table]) => table);
  expect(tables.map(table => table.DeletionPolicy)).toEqual(Array(4).fill(deletionPolicy));
  expect(tables.map(table => table.Properties.DeletionProtectionEnabled)).toEqual(Array(4).fill(protection));
  expect(theOne(resources, 'AWS::Logs::LogGroup', 'InvocationLogsLogGroup')[1].DeletionPolicy).toBe(deletionPolicy);
});

test('whatever holds no state is deleted, even where tables are retained', () => {
  const { resources } = synthesize();
  const retained = Object.values(resources).filter(resource => resource.DeletionPolicy === 'Retain').map(resource => resource.Type).sort();
  expect(retained).toEqual(['AWS::DynamoDB::Table', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup']);
});
