import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { EventType } from '../../src/contract';
import { NumberText } from '../../src/lambdas/core/budget-item';
import { addDays, dayOf } from '../../src/lambdas/core/calendar';
import { addUsd, formatUsd, usd } from '../../src/lambdas/core/money';
import { callCosting } from './support/calls';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';
import { budgeteerIn, Ended } from './support/terminal';

const STACK = 'Reports';
const TEXTS = ['alice.smith', 'Alice Example', 'alice@example.com'];

/** `budgeteer erase`, as docs/data-protection.md describes it, in a deployment that works on meanwhile. */
describe('erasing a principal', () => {
  let instance: Instance;
  let alice: Spender;
  let bob: Spender;
  let s3: S3Client;
  let pseudonym: string;
  let totalBefore: string;
  const today = dayOf(Date.now(), 'Europe/Berlin');
  const period = { from: addDays(today, -1), to: addDays(today, 1) };

  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'reports', STACK)));
    s3 = new S3Client({ ...cloud.client, forcePathStyle: true });
    alice = await instance.user('alice.smith', '/staff/');
    bob = await instance.user('bob');
  });

  function erase(...args: string[]): Promise<Ended> {
    return budgeteerIn(instance.cloud, ['erase', alice.id, '--stack', STACK, '--format', 'json', '--also', 'Alice Example', '--also', 'alice@example.com', ...args]);
  }

  async function order(id: string, labels: Record<string, string>): Promise<void> {
    await instance.updateBudget(id, {
      expression: 'SET #labels = :labels', names: { '#labels': 'labels' }, values: { ':labels': { M: Object.fromEntries(Object.entries(labels).map(([key, S]) => [key, { S }])) } },
    });
  }

  async function chargedTimes(times: number): Promise<void> {
    await instance.eventually(`${times} calls are charged`, async () => {
      const { length } = await instance.budgeteer.ledger();
      return length === times ? {} : `it is ${length}`;
    });
  }

  async function total(): Promise<string> {
    return formatUsd(addUsd(...(await instance.budgeteer.ledger()).map(({ costUsd }) => usd((costUsd as NumberText).value))));
  }

  /** Everything that tables and bucket hold, as one text. */
  async function everything(): Promise<string> {
    const dynamoDb = new DynamoDBClient(instance.cloud.client);
    const { budgetsTable, ledgerTable, auditTable } = instance.names;
    const itemsOf = async (TableName: string) => (await dynamoDb.send(new ScanCommand({ TableName }))).Items;
    const tables = await Promise.all([budgetsTable, ledgerTable, auditTable].map(itemsOf));
    const objects: string[] = [];
    for await (const { Contents: contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: instance.names.reportsBucket!, Prefix: 'reports/' })) {
      for (const { Key } of contents) {
        const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: instance.names.reportsBucket!, Key }));
        objects.push(`${Key}: ${await body!.transformToString('utf-8')}`);
      }
    }
    return JSON.stringify([tables, objects]);
  }

  async function writeReport(): Promise<void> {
    const stepFunctions = new SFNClient(instance.cloud.client);
    const start = new StartExecutionCommand({ stateMachineArn: instance.names.reportStateMachine!, input: JSON.stringify(period) });
    const { executionArn } = await stepFunctions.send(start);
    await instance.eventually('the report is written', async () => {
      const { status } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'SUCCEEDED' ? {} : `it is ${status}`;
    });
  }

  test('is refused while the principal is suspended, so that nobody stays denied by a budget that is no more', async () => {
    await alice.spends('1.25');
    await alice.calls({ ...callCosting('2.50'), requestId: 'delivered-again' });
    await bob.spends('3.00');
    await chargedTimes(3);
    await order(alice.id, { team: 'search', owner: 'Alice Example' });
    await order(bob.id, { team: 'search' });
    await instance.updateBudget(alice.id, { expression: 'SET #hold = :h', names: { '#hold': 'hold' }, values: { ':h': { M: { by: { S: 'security' }, reason: { S: 'asked by alice@example.com' } } } } });
    await alice.reaches('suspended');
    expect(await erase('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('take the hold off first') });

    await instance.updateBudget(alice.id, { expression: 'REMOVE #hold', names: { '#hold': 'hold' } });
    await alice.reaches('active');
    expect(await alice.isDenied()).toBe(false);
  });

  test('tells beforehand what there is, and changes nothing', async () => {
    await writeReport();
    totalBefore = await total();
    const { code, stdout, stderr } = await erase('--dry-run');
    expect([code, stderr]).toEqual([0, '']);
    const told = JSON.parse(stdout) as { places: { place: string; found: number }[]; labels: unknown; remains: { where: string; until: string }[] };
    const found = Object.fromEntries(told.places.map(place => [place.place, place.found]));
    expect(found).toMatchObject({ ledger: 2, budget: 1, reports: 3 });
    expect(found['audit trail']).toBeGreaterThan(3);
    expect(told.labels).toEqual({ kept: { team: 'search' }, replaced: ['owner'] });
    expect(told.remains.filter(({ where }) => where.startsWith('log group ')).map(({ until }) => /^\d{4}-\d\d-\d\d$/.test(until))).not.toContain(false);
    expect(await everything()).toContain(alice.id);
  });

  test('leaves no name in any table or report, and every sum as it was', async () => {
    const ended = await erase('--yes');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    ({ pseudonym } = JSON.parse(ended.stdout) as { readonly pseudonym: string });

    const text = await everything();
    expect(TEXTS.filter(name => text.includes(name))).toEqual([]);
    expect(text).toContain(pseudonym);
    expect(await total()).toBe(totalBefore);
    expect(await budgeteerIn(instance.cloud, ['ledger', 'check', '--stack', STACK])).toMatchObject({ code: 0, stderr: expect.stringContaining('they agree') });
    expect(await instance.budgeteer.budget(pseudonym)).toMatchObject({ status: 'deleted', enforcement: 'observe', labels: { team: 'search' } });
  });

  test('stands in the audit trail by pseudonym and counts', async () => {
    const row = await instance.eventually('the erasure is recorded', async () => (await instance.audit()).find(({ type }) => type === EventType.PRINCIPAL_ERASED) ?? 'it is not');
    expect(row).toMatchObject({ subject: pseudonym, actor: expect.stringContaining('access key ') });
  });

  test('a second time finds nothing to do', async () => {
    const { code, stderr, stdout } = await budgeteerIn(instance.cloud, ['erase', alice.id, '--stack', STACK, '--yes']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('Nothing names')]);
    expect(stdout).toContain('STAYS, AND UNTIL WHEN');
  });

  test('a call that is delivered again is not charged again, and a new one makes a new budget', async () => {
    await alice.calls({ ...callCosting('2.50'), requestId: 'delivered-again' });
    await alice.spends('0.50');
    await chargedTimes(4);
    expect([...(await instance.budgeteer.budget(alice.id))!.spend.values()]).toEqual([usd('0.5')]);
    expect(await total()).toBe(formatUsd(addUsd(usd(totalBefore), usd('0.5'))));
  });
});
