import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { Env, ReportAction } from '../../../src/contract';
import { handler } from '../../../src/lambdas/chargeback-reporter/chargeback-reporter.lambda';
import { ReportPlan } from '../../../src/lambdas/core/chargeback/run-report';
import { CONTEXT, lambdaWorld } from '../lambda-world';
import { ScannedTables } from '../scanned-tables';

lambdaWorld();
const tables = new ScannedTables();
tables.table('Ledger', 'callId');
tables.table('Budgets', 'principalId');
const s3 = mockClient(S3Client);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  writeFileSync(join(directory, 'report-charts.js'), '');
  Object.assign(process.env, { LAMBDA_TASK_ROOT: directory, [Env.REPORTS_PREFIX]: 'finance/spend/' });
  mockClient(EventBridgeClient).on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  s3.on(PutObjectCommand).resolves({});
});

afterEach(() => {
  delete process.env.LAMBDA_TASK_ROOT;
  delete process.env[Env.REPORTS_PREFIX];
  rmSync(directory, { recursive: true });
});

test('everything stands below the prefix', async () => {
  const run = { run: 'a-run', startedAt: '2026-12-02T06:00:00Z' };
  const { period, work: [first] } = await handler({ action: ReportAction.PLAN, asked: {}, ...run }, CONTEXT) as ReportPlan;
  await handler({ action: ReportAction.READ, work: first }, CONTEXT);
  await handler({ action: ReportAction.WRITE, ...run, period, read: [] }, CONTEXT);

  expect(s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input.Key)).toEqual([
    'finance/spend/report-work/a-run/0-0-invocation-1.json',
    ...['csv', 'json', 'html'].map(format => `finance/spend/reports/2026-11/chargeback.${format}`),
  ]);
});
