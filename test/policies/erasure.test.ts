import * as fs from 'node:fs';
import * as path from 'node:path';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer } from '../../src';
import { SWITCHED_ON } from '../everything';
import { ACCOUNT, PARTITION, REGION, SynthesizedStack } from '../synthesized/synthesized-stack';
import { KEY_USE, keyOf } from './needs';
import { PolicyDocument, Request, rolesOf, verdictOn } from './simulation';

const { stack, built: { budgeteer, grantee } } = SynthesizedStack.of(scope => {
  const construct = new BedrockBudgeteer(scope, 'Budgeteer', SWITCHED_ON);
  const role = new iam.Role(scope, 'Privacy', { assumedBy: new iam.AccountRootPrincipal() });
  construct.grantErasure(role);
  return { budgeteer: construct, grantee: role };
});
const role = rolesOf(stack).find(({ arn }) => arn === stack.attribute(stack.resourceOf(grantee), 'Arn'))!;

const arnOf = (service: string, resource: string) => `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}`;
const [BUDGETS, LEDGER, AUDIT, BACKUPS, PRICES] = [
  budgeteer.budgetsTable, budgeteer.ledgerTable, budgeteer.auditTable, budgeteer.policyBackupsTable!, budgeteer.pricesTable,
].map(({ tableArn }) => stack.valueOf(tableArn));
const BUCKET = stack.valueOf(budgeteer.reportsBucket!.bucketArn);
const QUEUES = stack.resources('AWS::SQS::Queue').map(queue => stack.attribute(queue, 'Arn'));
const KEY_POLICY: PolicyDocument = stack.resources('AWS::KMS::Key')[0].properties.KeyPolicy;
const METER = stack.valueOf(budgeteer.usageMeter.functionArn);
const REPORT = `${BUCKET}/reports/2026-10/chargeback.csv`;

const each = (resource: string, ...actions: string[]): Request[] => actions.map(action => ({ action, resource }));
const via = (service: keyof typeof KEY_USE, ...only: string[]): Request[] => KEY_USE[service]()
  .filter(({ action }) => only.length === 0 || only.includes(action)).map(use => ({ ...use, resource: keyOf(stack) }));

/** What each request of the program takes. */
const NEEDS: Readonly<Record<string, readonly Request[]>> = {
  ScanCommand: [LEDGER, BUDGETS, AUDIT, BACKUPS].flatMap(table => each(table, 'dynamodb:Scan')),
  GetItemCommand: each(BUDGETS, 'dynamodb:GetItem'),
  // A transaction is authorised by the actions in it.
  TransactWriteItemsCommand: [
    ...each(LEDGER, 'dynamodb:UpdateItem'),
    ...each(BUDGETS, 'dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'),
    ...each(AUDIT, 'dynamodb:PutItem', 'dynamodb:DeleteItem'),
    ...each(BACKUPS, 'dynamodb:DeleteItem'),
    ...via('dynamodb'),
  ],
  ListObjectVersionsCommand: [{ action: 's3:ListBucketVersions', resource: BUCKET, context: { 's3:prefix': 'reports/' } }],
  GetObjectCommand: [...each(REPORT, 's3:GetObject', 's3:GetObjectVersion'), ...via('s3', 'kms:Decrypt')],
  PutObjectCommand: [...each(REPORT, 's3:PutObject'), ...via('s3', 'kms:GenerateDataKey')],
  DeleteObjectCommand: each(REPORT, 's3:DeleteObject', 's3:DeleteObjectVersion'),
  ReceiveMessageCommand: [...QUEUES.flatMap(queue => each(queue, 'sqs:ReceiveMessage')), ...via('sqs', 'kms:Decrypt')],
  ChangeMessageVisibilityCommand: QUEUES.flatMap(queue => each(queue, 'sqs:ChangeMessageVisibility')),
  DescribeLogGroupsCommand: each('*', 'logs:DescribeLogGroups'),
  PutEventsCommand: each(stack.valueOf(budgeteer.eventBus.eventBusArn), 'events:PutEvents'),
};

/** What finding the deployment takes. */
const FINDING: readonly Request[] = [
  ...each('*', 'lambda:ListFunctions', 'lambda:ListEventSourceMappings'),
  ...each(METER, 'lambda:GetFunctionEventInvokeConfig'),
  ...each(arnOf('cloudformation', 'stack/Synthesized/0a1b'), 'cloudformation:ListStackResources'),
  ...each(stack.valueOf(budgeteer.eventBus.eventBusArn), 'events:DescribeEventBus'),
  ...QUEUES.flatMap(queue => each(queue, 'sqs:GetQueueUrl')),
];

test('every request of the program is known here', () => {
  const folder = path.join(__dirname, '..', '..', 'src', 'cli', 'erase');
  const files = [...fs.readdirSync(folder), '../dead-letters/give-back.ts', '../table-scan.ts'];
  const commands = files.flatMap(name => [...fs.readFileSync(path.join(folder, name), 'utf8').matchAll(/new (\w+Command)\(/g)].map(([, command]) => command));
  expect([...new Set(commands)].sort()).toEqual(Object.keys(NEEDS).sort());
});

test.each(Object.entries({ ...NEEDS, 'finding the deployment': FINDING }))('the grant allows %s', async (_, requests) => {
  expect(requests.length).toBeGreaterThan(0);
  for (const request of requests) {
    const verdict = await verdictOn(role, request, request.resource === keyOf(stack) ? KEY_POLICY : undefined);
    expect([request.action, request.resource, verdict]).toEqual([request.action, request.resource, 'Allowed']);
  }
});

test('the grant allows nothing beyond', async () => {
  const beyond: readonly Request[] = [
    ...each(LEDGER, 'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:DeleteTable'),
    ...each(PRICES, 'dynamodb:Scan', 'dynamodb:PutItem'),
    ...each(BACKUPS, 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
    ...each(`${BUCKET}/somebody-else/file`, 's3:GetObject', 's3:PutObject', 's3:DeleteObjectVersion'),
    { action: 's3:ListBucketVersions', resource: BUCKET, context: { 's3:prefix': '' } },
    ...QUEUES.flatMap(queue => each(queue, 'sqs:DeleteMessage', 'sqs:SendMessage', 'sqs:PurgeQueue')),
    ...each(`${QUEUES[0]}2`, 'sqs:ReceiveMessage'),
    ...each(METER, 'lambda:InvokeFunction', 'lambda:UpdateFunctionCode'),
    ...each(arnOf('logs', 'log-group:x:log-stream:y'), 'logs:GetLogEvents', 'logs:DeleteLogStream'),
    ...each(`arn:${PARTITION}:iam::${ACCOUNT}:user/alice`, 'iam:AttachUserPolicy', 'iam:DetachUserPolicy'),
    { action: 'kms:Decrypt', resource: keyOf(stack) },
  ];
  for (const request of beyond) {
    const verdict = await verdictOn(role, request, request.resource === keyOf(stack) ? KEY_POLICY : undefined);
    expect([request.action, request.resource, verdict]).toEqual([request.action, request.resource, 'ImplicitlyDenied']);
  }
});
