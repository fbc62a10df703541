import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { EventType } from '../../src/contract';
import { NumberText } from '../../src/lambdas/core/budget-item';
import { addDays, dayOf } from '../../src/lambdas/core/calendar';
import { WrittenReport } from '../../src/lambdas/core/chargeback/run-report';
import { addUsd, formatUsd, usd } from '../../src/lambdas/core/money';
import { budgeteer } from './support/command-line';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

const ZONE = 'Europe/Berlin';

describe('chargeback reports', () => {
  let instance: Instance;
  let searcher: Spender;
  let writer: Spender;
  let s3: S3Client;
  // Midnight may come while the tests run.
  const today = dayOf(Date.now(), ZONE);
  const period = { from: addDays(today, -1), to: addDays(today, 1) };
  const key = `${period.from}_${period.to}`;

  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'reports', 'Reports')));
    s3 = new S3Client({ ...cloud.client, forcePathStyle: true });
    await cloud.enforceIam(true);
  });

  /** Starts the state machine as somebody does by hand, and waits for its end. */
  async function run(input: object): Promise<{ readonly status: string; readonly output?: WrittenReport; readonly error?: string }> {
    const stepFunctions = new SFNClient(instance.cloud.client);
    const start = new StartExecutionCommand({ stateMachineArn: instance.names.reportStateMachine!, input: JSON.stringify(input) });
    const { executionArn } = await stepFunctions.send(start);
    return instance.eventually('the report is written', async () => {
      const { status = '', output, error } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'RUNNING' ? 'it runs' : { status, error, ...(output ? { output: JSON.parse(output) as WrittenReport } : {}) };
    });
  }

  async function object(name: string): Promise<string> {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: instance.names.reportsBucket!, Key: `reports/${key}/${name}` }));
    return body!.transformToString('utf-8');
  }

  /** What the ledger itself adds up to. */
  async function ledgerTotal(): Promise<string> {
    const rows = await instance.budgeteer.ledger();
    return formatUsd(addUsd(...rows.map(({ costUsd }) => usd((costUsd as NumberText).value))));
  }

  test('tell what every call cost, to the last digit of the ledger', async () => {
    searcher = await instance.user('searcher');
    writer = await instance.role('writer');
    await searcher.calls({ operation: 'Converse', modelId: 'anthropic.claude-3-haiku-20240307-v1:0', inputTokens: 1_234_567, outputTokens: 7 });
    await searcher.spends('2.50');
    await writer.calls({ operation: 'Converse', modelId: 'us.amazon.nova-pro-v1:0', inputTokens: 3, outputTokens: 11 });
    await instance.eventually('three calls are charged', async () => {
      const { length } = await instance.budgeteer.ledger();
      return length === 3 ? {} : `it is ${length}`;
    });

    const { status, output, error } = await run(period);

    expect({ status, error }).toEqual({ status: 'SUCCEEDED', error: undefined });
    expect(output).toMatchObject({ calls: 3, totalUsd: await ledgerTotal(), period: { key } });
    const json = JSON.parse(await object('chargeback.json'));
    expect(json.total).toMatchObject({ calls: 3, costUsd: await ledgerTotal() });
    expect(json.byPrincipal.map(({ principalId }: { readonly principalId: string }) => principalId)).toEqual([searcher.id, writer.id]);
    expect(json.byLabel.team.map(({ value }: { readonly value: string | null }) => value)).toEqual(['search', null]);
    expect(json.trust).toMatchObject({ closed: false, unreadableRows: 0, differences: [], uncomparedUsd: '0' });
  });

  test('are a CSV without formulas, and a page with all that it needs', async () => {
    const csv = await object('chargeback.csv');
    expect(csv.split('\r\n')).toHaveLength(1 + 3 + 1);
    expect(csv).toContain(',iam-user,search,\'=index,');
    const html = await object('chargeback.html');
    expect(html).toContain('Chargeback of Amazon Bedrock');
    expect(html.length).toBeGreaterThan(100_000);
  });

  test('are announced with where they are', async () => {
    const { body } = await instance.alerts.mail('Bedrock chargeback report');
    expect(body).toContain(`Report: s3://${instance.names.reportsBucket}/reports/${key}/chargeback.html`);
    await instance.eventually('the event is in the audit trail', async () => (
      (await instance.audit()).find(({ type }) => type === EventType.CHARGEBACK_REPORT_WRITTEN) ?? 'it is not'
    ));
  });

  test('are the same, byte by byte, whoever makes them', async () => {
    const before = [await object('chargeback.json'), await object('chargeback.csv'), await object('chargeback.html')];
    expect((await run(period)).status).toBe('SUCCEEDED');
    expect([await object('chargeback.json'), await object('chargeback.csv'), await object('chargeback.html')]).toEqual(before);

    await instance.cloud.enforceIam(false);
    const days = ['--from', period.from, '--to', period.to];
    for (const [index, format] of ['json', 'csv', 'html'].entries()) {
      const { code, stdout, stderr } = await budgeteer(instance.cloud, 'report', '--stack', 'Reports', ...days, '--format', format);
      expect({ format, code, stderr }).toMatchObject({ format, code: 0 });
      expect(stdout).toBe(before[index]);
    }
    const tables = ['--ledger-table', instance.names.ledgerTable, '--budgets-table', instance.names.budgetsTable];
    const { stdout } = await budgeteer(instance.cloud, 'report', ...tables, '--time-zone', ZONE, ...days);
    expect(stdout).toContain(`exactly ${await ledgerTotal()} USD`);
  });

  test('that cannot be made fail, and leave nothing behind', async () => {
    expect((await run({ month: '2999-01' })).status).toBe('FAILED');

    const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: instance.names.reportsBucket!, Prefix: 'reports/' }));
    expect(objects.map(({ Key: name }) => name)).toEqual(['csv', 'html', 'json'].map(format => `reports/${key}/chargeback.${format}`));
  });

  test('took no right that the reporter does not have', async () => {
    expect(await instance.refusals()).toEqual([]);
  });
});
