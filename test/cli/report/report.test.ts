import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { Env, Handler } from '../../../src/contract';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { chargebackOf } from '../../../src/lambdas/core/chargeback/chargeback';
import { chargebackCsv } from '../../../src/lambdas/core/chargeback/chargeback-csv';
import { chargebackJson } from '../../../src/lambdas/core/chargeback/chargeback-json';
import { LedgerSums } from '../../../src/lambdas/core/chargeback/ledger-sums';
import { awsError } from '../../lambdas/adapters/aws-error';
import { at } from '../../lambdas/core/builders';
import { budget, NOVEMBER, OPTIONS, principals, ROLE, row, USER } from '../../lambdas/core/chargeback/ledger';
import { ScannedTables } from '../../lambdas/scanned-tables';
import { Captured, run as runAtNoon, Surroundings } from '../run';

jest.mock('../../../src/cli/report-page/charts-script', () => ({ readChartsScript: () => '/* charts */' }));

const NOW = at('2026-12-02T09:00:00Z');
const TABLES = ['--ledger-table', 'ledger', '--budgets-table', 'budgets'];
const ALL_SET = [...TABLES, '--deployment', OPTIONS.deploymentId, '--environment', OPTIONS.environmentName, '--ledger-retention-days', '90'];

const tables = new ScannedTables();
const ledger = tables.table('ledger', 'callId');
const budgets = tables.table('budgets', 'principalId');
const cloudFormation = mockClient(CloudFormationClient);
const lambda = mockClient(LambdaClient);

const run = (args: readonly string[], surroundings: Surroundings = {}) => runAtNoon(['report', ...args], {
  now: () => NOW, env: { AWS_REGION: 'eu-central-1' }, credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 's' }), ...surroundings,
});

let directory: string;

beforeEach(() => {
  ledger.length = budgets.length = 0;
  for (let index = 0; index < 25; index += 1) {
    ledger.push(row({
      callId: `r-${index}`, costUsd: new NumberText(`${index}.000000000001`), principalId: index % 3 ? USER : ROLE, day: index === 24 ? '2026-12-01' : '2026-11-03',
    }) as never);
  }
  budgets.push(budget(USER, { team: 'search', purpose: 'index' }, { '2026-11-03': '192.000000000016' }) as never, budget(ROLE, { team: 'chat', purpose: 'desk' }) as never);
  directory = mkdtempSync(join(tmpdir(), 'report-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
  cloudFormation.reset();
  lambda.reset();
});

const failing = (name: string) => () => {
  throw awsError(name);
};

function expected() {
  const sums = new LedgerSums();
  ledger.forEach(each => sums.addRow(each as never, NOVEMBER));
  return chargebackOf(NOVEMBER, sums, principals(NOVEMBER, ...budgets as never[]), NOW, OPTIONS);
}

describe('budgeteer report', () => {
  test('reports on the last closed month, and tells at the foot what one must know', async () => {
    const { code, stdout, stderr } = await run(TABLES);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^2026-11-01 to 2026-11-30 \(UTC\): \$276\.00 for 24 calls; exactly 276\.000000000024 USD\n/);
    expect(stdout).toMatch(/\nsearch +16 +\$192\.00 +69\.5 %\n/);
    expect(stdout).toContain('! $84.00 could not be compared with the Budgets table');
  });

  test.each([['csv', chargebackCsv], ['json', chargebackJson]] as const)('writes %s, byte by byte the scheduled report', async (format, text) => {
    const { code, stdout, stderr } = await run([...ALL_SET, '--month', '2026-11', '--format', format]);

    expect(code).toBe(0);
    expect(stdout).toBe(text(expected()));
    expect(stderr).toMatch(/^budgeteer: \$84\.00 could not be compared/);
  });

  test('writes a page into a file, all of it or nothing', async () => {
    const file = join(directory, 'november.html');
    const { code, stdout } = await run([...TABLES, '--format', 'html', '--output', file]);

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readFileSync(file, 'utf-8')).toContain('Chargeback of Amazon Bedrock, 2026-11');
    expect(readFileSync(file, 'utf-8')).toContain('/* charts */');
    expect(readdirSync(directory)).toEqual(['november.html']);
    expect(await run([...TABLES, '--output', join(directory, 'missing', 'x')])).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be written') });
  });

  test('leaves a file as it is where the tables cannot be read', async () => {
    const file = join(directory, 'november.csv');
    writeFileSync(file, 'of last time');
    tables.beforeScan = failing('AccessDeniedException');

    const { code, stderr } = await run([...TABLES, '--output', file]);

    expect(code).toBe(1);
    expect(stderr).toMatch(/reading the tables did not work \(AccessDeniedException.*the credentials need dynamodb:Scan on both/);
    expect(readFileSync(file, 'utf-8')).toBe('of last time');
  });

  test('says to wait where the table throttles for longer than it is patient', async () => {
    tables.beforeScan = failing('ProvisionedThroughputExceededException');

    expect((await run(TABLES)).stderr).toContain('wait some minutes and try again');
  });

  test('reports on days, in the time zone of the deployment', async () => {
    const { stdout } = await run([...TABLES, '--from', '2026-12-01', '--time-zone', 'Europe/Berlin', '--group-by', 'purpose, ']);

    expect(stdout).toMatch(/^2026-12-01 to 2026-12-01 \(Europe\/Berlin\): \$24\.00 for 1 call;/);
    expect(stdout).not.toContain('team');
  });

  test('tells the shell where the ledger is no longer whole', async () => {
    const { code, stderr } = await run([...TABLES, '--month', '2026-08', '--format', 'csv']);

    expect(code).toBe(1);
    expect(stderr).toContain('the figures of 2026-08-01 to 2026-08-31 are too low');
  });

  test('tells the shell of rows that cannot be read', async () => {
    ledger.push(row({ callId: 'broken', day: undefined }) as never);

    expect((await run(TABLES)).code).toBe(1);
  });

  test('shows how far it is to somebody who sits in front of it, and leaves no trace', async () => {
    const stderr = new Captured();
    let time = NOW;
    await run(TABLES, { terminal: true, stderr, now: () => (time += 1_000) });

    expect(stderr.text).toMatch(/\r\u001b\[K\d+ rows read/);
    expect(stderr.text).toMatch(/\r\u001b\[K$/);
  });

  test('stops where somebody wants it to', async () => {
    const stop = new AbortController();
    tables.beforeScan = () => {
      stop.abort();
      throw awsError('AbortError');
    };

    expect(await run(TABLES, { interruption: () => stop.signal })).toMatchObject({ code: 1, stderr: 'budgeteer: interrupted: no report was written\n' });
  });
});

describe('a stack', () => {
  const summary = (LogicalResourceId: string, ResourceType = 'AWS::Lambda::Function') => (
    { LogicalResourceId, PhysicalResourceId: `physical-${LogicalResourceId}`, ResourceType, LastUpdatedTimestamp: new Date(), ResourceStatus: 'CREATE_COMPLETE' as const }
  );
  const functions = (byName: Readonly<Record<string, Readonly<Record<string, string>>>>) => {
    const names = Object.keys(byName);
    cloudFormation.on(ListStackResourcesCommand).callsFake(({ NextToken: token }) => (token
      ? { StackResourceSummaries: names.slice(1).map(name => summary(name)) }
      : { StackResourceSummaries: [summary('Table', 'AWS::DynamoDB::Table'), summary('Other'), ...names.slice(0, 1).map(name => summary(name))], NextToken: 'more' }));
    lambda.on(GetFunctionConfigurationCommand).callsFake(({ FunctionName: name }) => ({ Environment: { Variables: byName[name.replace('physical-', '')] } }));
  };
  const variables = (handler: Handler, changes: Readonly<Record<string, string>> = {}) => ({
    POWERTOOLS_SERVICE_NAME: handler,
    [Env.DEPLOYMENT_ID]: OPTIONS.deploymentId,
    [Env.ENVIRONMENT_NAME]: 'production',
    [Env.TIME_ZONE]: 'UTC',
    [Env.LEDGER_TABLE]: 'ledger',
    [Env.BUDGETS_TABLE]: 'budgets',
    [Env.LEDGER_RETENTION_DAYS]: '90',
    ...changes,
  });

  test('tells everything', async () => {
    functions({
      BudgeteerUsageMeter1: variables(Handler.USAGE_METER),
      BudgeteerChargebackReporter1: variables(Handler.CHARGEBACK_REPORTER, { [Env.REPORTS_GROUP_BY]: '["purpose"]' }),
    });

    const { stdout, code } = await run(['--stack', 'spend', '--format', 'json']);

    expect(code).toBe(0);
    expect(stdout).toBe(chargebackJson({ ...expected(), groupBy: ['purpose'], byLabel: [expected().byLabel[1]] }));
  });

  test('with several deployments is asked which', async () => {
    functions({ AUsageMeter: variables(Handler.USAGE_METER, { [Env.DEPLOYMENT_ID]: 'a' }), BUsageMeter: variables(Handler.USAGE_METER, { [Env.DEPLOYMENT_ID]: 'b' }) });

    expect(await run(['--stack', 'spend'])).toMatchObject({ code: 1, stderr: expect.stringContaining('several deployments: write --deployment with one of a, b') });
    expect(await run(['--stack', 'spend', '--deployment', 'c'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no deployment "c"') });
    expect(JSON.parse((await run(['--stack', 'spend', '--deployment', 'b', '--format', 'json'])).stdout).deploymentId).toBe('b');
  });

  test('without one is told', async () => {
    functions({});

    expect((await run(['--stack', 'other'])).stderr).toContain('stack "other" has no BedrockBudgeteer');
  });

  test('that cannot be looked into is told', async () => {
    cloudFormation.on(ListStackResourcesCommand).rejects(awsError('AccessDenied'));
    expect((await run(['--stack', 'spend'])).stderr).toContain('the credentials need cloudformation:ListStackResources');

    functions({ AUsageMeter: variables(Handler.USAGE_METER) });
    lambda.on(GetFunctionConfigurationCommand).rejects(awsError('AccessDeniedException'));
    expect((await run(['--stack', 'spend'])).stderr).toContain('the credentials need lambda:GetFunctionConfiguration');
  });
});

test.each<[readonly string[], string]>([
  [[], 'it is not said what to read: write --stack <name>, or --ledger-table <name> and --budgets-table <name>'],
  [['--ledger-table', 'ledger'], 'it is not said what to read'],
  [['--stack', 's', ...TABLES], '--stack tells the tables'],
  [[...TABLES, '--month', '2026-13'], 'not a month: "2026-13"'],
  [[...TABLES, '--month', '2027-01'], '2027-01 has not begun'],
  [[...TABLES, '--month', '2026-11', '--from', '2026-11-01'], 'give one of them'],
  [[...TABLES, '--time-zone', 'Mars/Base'], '"Mars/Base" is no time zone'],
  [[...TABLES, '--ledger-retention-days', 'many'], '--ledger-retention-days cannot be "many"'],
  [[...TABLES, '--format', 'xml'], '--format cannot be "xml"'],
])('refuses %j before it asks AWS anything', async (args, message) => {
  tables.stub.resetHistory();

  const { code, stderr } = await run(args);

  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(tables.stub.calls()).toHaveLength(0);
});

test('needs a region', async () => {
  expect(await run([...TABLES, '--month', '2026-13'], { env: {} })).toMatchObject({ code: 2, stderr: expect.stringContaining('2026-13') });
  expect(await run(TABLES, { env: {} })).toMatchObject({ code: 2, stderr: expect.stringContaining('write --region <region>, set AWS_REGION or AWS_DEFAULT_REGION, or give the profile a region') });
});
