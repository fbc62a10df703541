import * as fs from 'node:fs';
import * as path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { meterMadeCalls, MOST_CALLS } from '../../bench/figures/api-calls';
import { bundleOf, MOST_BYTES } from '../../bench/figures/bundles';
import { Handler } from '../../src/contract';
import { DynamoDbChargeStore } from '../../src/lambdas/adapters/dynamodb-charge-store';

/** Those of the figures in docs/performance.md that can be held against the promise at every test run; `npm run bench` measures all of them. */

test('1,000 records of 20 principals in batches of 100 take at most 40 calls of AWS', async () => {
  const [dynamoDb, sqs] = [mockClient(DynamoDBClient), mockClient(SQSClient)];
  dynamoDb.onAnyCommand().resolves({});
  sqs.onAnyCommand().resolves({});

  await meterMadeCalls(new DynamoDbChargeStore(new DynamoDBClient({}), { budgetsTable: 'budgets', ledgerTable: 'ledger', ledgerRetentionDays: 90 }), new SQSClient({}));

  const calls = dynamoDb.calls().length + sqs.calls().length;
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThanOrEqual(MOST_CALLS);
});

test.each(Object.values(Handler))('the bundle of %s has at most 450,000 bytes', handler => {
  expect(fs.statSync(bundleOf(handler)).size).toBeLessThanOrEqual(MOST_BYTES);
});

test('the page of figures has none that was missed', () => {
  const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'performance.md'), 'utf8');

  expect(page.match(/<!-- figures: [\w-]+ -->/g)).toHaveLength(13);
  expect((page.match(/\| kept \|/g) ?? []).length).toBeGreaterThanOrEqual(5);
  expect(page).not.toContain('**missed**');
});
