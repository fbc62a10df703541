import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { EnforcerError, EventType, ReportAction } from '../../../src/contract';
import { handler } from '../../../src/lambdas/chargeback-reporter/chargeback-reporter.lambda';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { SegmentWork } from '../../../src/lambdas/core/chargeback/report-request';
import { ReportPlan } from '../../../src/lambdas/core/chargeback/run-report';
import { awsError } from '../adapters/aws-error';
import { budget, row, USER } from '../core/chargeback/ledger';
import { CONTEXT, lambdaWorld } from '../lambda-world';
import { ScannedTables } from '../scanned-tables';

const world = lambdaWorld();
const tables = new ScannedTables();
const ledger = tables.table('Ledger', 'callId');
tables.table('Budgets', 'principalId').push(budget(USER, { team: 'search' }, { '2026-11-03': '6' }) as never);
const s3 = mockClient(S3Client);
const eventBridge = mockClient(EventBridgeClient);
const objects = new Map<string, { readonly body: string; readonly type: string }>();

const RUN = { run: 'a run/1', startedAt: '2026-12-02T06:00:00Z' };
/** A moment before a page would be the last one that there is time for. */
const inHaste: Context = { ...CONTEXT, getRemainingTimeInMillis: () => 299_000 };
const atLeisure: Context = { ...CONTEXT, awsRequestId: 'invocation-2', getRemainingTimeInMillis: () => 600_000 };

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  writeFileSync(join(directory, 'report-charts.js'), '/* charts */');
  process.env.LAMBDA_TASK_ROOT = directory;
});

afterAll(() => {
  delete process.env.LAMBDA_TASK_ROOT;
  rmSync(directory, { recursive: true });
});

beforeEach(() => {
  objects.clear();
  ledger.length = 0;
  for (let index = 0; index < 60; index += 1) {
    ledger.push(row({ callId: `r-${String(index).padStart(2, '0')}`, costUsd: new NumberText('0.1') }) as never);
  }
  [s3, eventBridge].forEach(mock => mock.reset());
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  s3.on(PutObjectCommand).callsFake(({ Bucket: bucket, Key: key, Body: body, ContentType: type }) => {
    objects.set(`${bucket}/${key}`, { body, type });
    return {};
  });
  s3.on(GetObjectCommand).callsFake(({ Bucket: bucket, Key: key }) => ({ Body: { transformToString: async () => objects.get(`${bucket}/${key}`)!.body } }));
});

test('plans, reads on where time was short, and writes what the ledger adds up to', async () => {
  const { period, work } = await handler({ action: ReportAction.PLAN, asked: {}, ...RUN }, CONTEXT) as ReportPlan;
  expect(period.key).toBe('2026-11');

  const read: SegmentWork[] = [];
  for (const each of work) {
    const first = await handler({ action: ReportAction.READ, work: each }, inHaste) as SegmentWork;
    // eight segments of seven or eight rows, two on a page
    expect(first).toMatchObject({ done: false, parts: [`${each.segment.index}-0-invocation-1`] });
    const second = await handler({ action: ReportAction.READ, work: first }, atLeisure) as SegmentWork;
    expect(second).toMatchObject({ done: true, after: '', parts: [...first.parts, `${each.segment.index}-1-invocation-2`] });
    read.push(second);
  }
  const written = await handler({ action: ReportAction.WRITE, ...RUN, period, read }, CONTEXT);

  expect(written).toMatchObject({ totalUsd: '6', calls: 60, uris: { html: 's3://reports-bucket/reports/2026-11/chargeback.html' } });
  expect(objects.get('reports-bucket/report-work/a%20run%2F1/0-0-invocation-1.json')).toMatchObject({ type: 'application/json' });
  expect(objects.get('reports-bucket/reports/2026-11/chargeback.csv')).toMatchObject({ type: 'text/csv; charset=utf-8', body: expect.stringContaining(',60,') });
  expect(JSON.parse(objects.get('reports-bucket/reports/2026-11/chargeback.json')!.body)).toMatchObject({
    deploymentId: 'dep-1', environmentName: 'test', total: { costUsd: '6' }, byLabel: { team: [{ value: 'search', costUsd: '6' }] }, trust: { differences: [], ledgerRetentionDays: 90 },
  });
  expect(objects.get('reports-bucket/reports/2026-11/chargeback.html')!.body).toContain('/* charts */');
  const [{ args: [{ input }] }] = eventBridge.commandCalls(PutEventsCommand);
  expect(input.Entries).toMatchObject([{ DetailType: EventType.CHARGEBACK_REPORT_WRITTEN, EventBusName: 'the-bus' }]);
  expect(world.output()).toContainEqual(expect.objectContaining({ level: 'INFO', message: 'chargeback report written', totalUsd: '6' }));
});

test('reads the whole of a segment where nobody tells how much time there is', async () => {
  const { work: [first] } = await handler({ action: ReportAction.PLAN, asked: {}, ...RUN }) as ReportPlan;

  expect(await handler({ action: ReportAction.READ, work: first })).toMatchObject({ done: true, parts: ['0-0-only'] });
});

test('has a throttled table tried again by the state machine, and nothing else', async () => {
  const { work: [first] } = await handler({ action: ReportAction.PLAN, asked: {}, ...RUN }) as ReportPlan;
  tables.beforeScan = () => {
    throw awsError('ProvisionedThroughputExceededException');
  };
  await expect(handler({ action: ReportAction.READ, work: first }, CONTEXT)).rejects.toMatchObject({ name: EnforcerError.RETRYABLE });

  tables.beforeScan = () => {
    throw awsError('AccessDeniedException');
  };
  await expect(handler({ action: ReportAction.READ, work: first }, CONTEXT)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(handler({ action: ReportAction.PLAN, asked: { month: '2027-01' }, ...RUN }, CONTEXT)).rejects.toMatchObject({ name: 'ReportPeriodError' });
  await expect(handler({}, CONTEXT)).rejects.toMatchObject({ name: 'ReportRequestError' });
});
