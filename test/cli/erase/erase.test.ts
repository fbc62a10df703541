import { gzipSync } from 'node:zlib';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AttributeValue, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionEventInvokeConfigCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ChangeMessageVisibilityCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { Env } from '../../../src/contract';
import { budgeteer, bus, deployedFunctions, dynamoDb, functionOf, givenDeployments, lambda, sqs } from '../instance-mocks';
import { InMemoryTables } from './in-memory-tables';

const SMITH = 'iam-user/111122223333/alice.smith';
const BOB = 'iam-user/111122223333/bob';

const s3 = mockClient(S3Client);
const logs = mockClient(CloudWatchLogsClient);

let tables: InMemoryTables;
let markers: Set<string>;
let objects: { Key: string; VersionId?: string; IsLatest: boolean; text: string }[];

type Attributes = Record<string, AttributeValue>;

function row(callId: string, principalId: string, day: string, costUsd: string, more: Attributes = {}): Attributes {
  return { callId: { S: callId }, principalId: { S: principalId }, day: { S: day }, costUsd: { N: costUsd }, loggedAt: { S: `${day}T10:00:00.000Z` }, ...more };
}

function givenFunctions(more: Record<string, string> = {}): void {
  for (const name of ['chargeback-reporter', 'policy-detacher', 'coverage-checker']) {
    lambda.on(GetFunctionEventInvokeConfigCommand, { FunctionName: `dep-${name}` }).rejects(Object.assign(new Error('none'), { name: 'ResourceNotFoundException' }));
  }
  lambda.on(ListFunctionsCommand, { Marker: '2' }).resolves({
    Functions: [
      ...deployedFunctions('dep').map(fn => (fn.FunctionName === 'dep-audit-recorder' ? functionOf('audit-recorder', 'dep', { [Env.AUDIT_TABLE]: 'audit' }) : fn)),
      functionOf('chargeback-reporter', 'dep', { [Env.REPORTS_BUCKET]: 'reports', ...more }),
      functionOf('policy-detacher', 'dep', { [Env.POLICY_BACKUPS_TABLE]: 'backups' }),
      functionOf('coverage-checker', 'dep', { [Env.INVOCATION_LOG_GROUP]: '/bedrock' }),
    ],
  });
}

beforeEach(() => {
  s3.reset();
  markers = new Set();
  logs.reset();
  givenDeployments('dep');
  givenFunctions();
  tables = new InMemoryTables(dynamoDb);
  tables.put('ledger',
    row('1', SMITH, '2026-03-09', '1.000000000001'), row('2', SMITH, '2026-03-10', '2.5', { estimate: { S: '3' }, callerId: { S: SMITH } }),
    row('3', BOB, '2026-03-10', '4', { callerId: { S: SMITH } }), row('4', BOB, '2026-03-10', '5'),
  );
  tables.put('budgets',
    {
      'principalId': { S: SMITH },
      'kind': { S: 'iam-user' },
      'status': { S: 'active' },
      'revision': { N: '3' },
      'spend#2026-03-09': { N: '1.000000000001' },
      'spend#2026-03-10': { N: '2.5' },
      'estimated#2026-03-10': { N: '2.5' },
      'spend#2025-12-01': { N: '7' },
      'labels': { M: { team: { S: 'search' }, owner: { S: 'Alice Example' } } },
    },
    { 'principalId': { S: BOB }, 'spend#2026-03-10': { N: '9' }, 'updatedBy': { S: 'arn:aws:iam::111122223333:user/alice.smith' }, 'labels': { M: { team: { S: 'search' } } } },
    { principalId: { S: 'deployment/settings' }, snapshot: { S: '{}' } },
  );
  tables.put('audit',
    { subject: { S: SMITH }, eventKey: { S: '2026-03-09T10:00:00.000Z#e1' }, eventId: { S: 'e1' }, principalId: { S: SMITH }, reason: { S: 'Alice Example again' }, calls: { N: '3' } },
    { subject: { S: BOB }, eventKey: { S: '2026-03-09T10:00:00.000Z#e2' }, eventId: { S: 'e2' }, actor: { S: 'arn:aws:iam::111122223333:user/alice.smith' } },
  );
  tables.put('backups', { target: { S: 'AIDA' }, state: { S: 'history#2026' }, principalId: { S: SMITH } });
  const csv = (principalId: string) => `day,principalId,kind,team,owner,costUsd\r\n2026-02-01,${principalId},iam-user,search,Alice Example,3\r\n`;
  objects = [
    { Key: 'reports/2026-02/chargeback.csv', VersionId: 'old', IsLatest: false, text: csv(SMITH) },
    { Key: 'reports/2026-02/chargeback.csv', VersionId: 'new', IsLatest: true, text: csv(SMITH) },
    { Key: 'reports/2026-01/chargeback.csv', VersionId: 'x', IsLatest: true, text: csv(BOB).replace('Alice Example', '') },
  ];
  s3.on(ListObjectVersionsCommand).callsFake(({ KeyMarker }) => (KeyMarker === undefined
    ? { Versions: objects.slice(0, 1), IsTruncated: true, NextKeyMarker: 'k', NextVersionIdMarker: 'v' } : { Versions: objects.slice(1) }));
  s3.on(GetObjectCommand).callsFake(({ Key, VersionId }) => ({
    Body: { transformToString: async () => objects.find(one => one.Key === Key && one.VersionId === VersionId)!.text },
  }));
  s3.on(PutObjectCommand).callsFake(({ Key, Body }) => {
    const versioned = objects.some(one => one.VersionId !== undefined);
    objects = [...objects.filter(one => versioned || one.Key !== Key).map(one => (one.Key === Key ? { ...one, IsLatest: false } : one)), { Key, ...(versioned ? { VersionId: 'erased' } : {}), IsLatest: true, text: Body }];
  });
  // Without a version: a delete marker, or, where there are no versions, the object itself.
  s3.on(DeleteObjectCommand).callsFake(({ Key, VersionId }) => {
    if (VersionId !== undefined) {
      objects = objects.filter(one => one.Key !== Key || one.VersionId !== VersionId);
      const [last] = markers.has(Key) ? [] : objects.filter(one => one.Key === Key).slice(-1);
      objects = objects.map(one => (one === last ? { ...one, IsLatest: true } : one));
    } else if (objects.some(one => one.Key === Key && one.VersionId !== undefined)) {
      markers.add(Key);
      objects = objects.map(one => (one.Key === Key ? { ...one, IsLatest: false } : one));
    } else {
      objects = objects.filter(one => one.Key !== Key);
    }
  });
  logs.on(DescribeLogGroupsCommand).callsFake(({ logGroupNamePrefix: name }) => ({ logGroups: [{ logGroupName: `${name}-2`, retentionInDays: 1 }, { logGroupName: name, retentionInDays: 90 }] }));
  logs.on(DescribeLogGroupsCommand, { logGroupNamePrefix: '/bedrock' }).resolves({ logGroups: [{ logGroupName: '/bedrock' }] });
  sqs.on(ReceiveMessageCommand).resolves({});
  bus.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });
});

const erase = (...args: string[]) => budgeteer(['erase', SMITH, '--yes', ...args]);

describe('erasing', () => {
  test('leaves no name in any table and file, every sum, and what stays with its day', async () => {
    const { code, stdout, stderr } = await erase('--format', 'json');
    expect([code, stderr]).toEqual([0, '']);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ deployment: 'dep', done: true, labels: { kept: { team: 'search' }, replaced: ['owner'] }, kept: [{ place: 'ledger', found: 3 }, { place: 'audit trail', found: 1 }] });
    expect(Object.fromEntries(told.places.map(({ place, found }: { place: string; found: number }) => [place, found]))).toEqual({
      'ledger': 3, 'budget': 1, 'other budgets': 1, 'audit trail': 1, 'audit trail of others': 1, 'policy backups': 1, 'reports': 2,
    });
    const text = tables.text + JSON.stringify(objects);
    expect(['alice', 'Alice'].filter(name => text.includes(name))).toEqual([]);
    const { pseudonym } = told;
    const find = (id: string) => tables.all('budgets').find(({ principalId }) => principalId.S === id);
    expect(find(pseudonym)).toMatchObject({
      'spend#2026-03-09': { N: '1.000000000001' }, 'spend#2026-03-10': { N: '2.5' }, 'estimated#2026-03-10': { N: '2.5' }, 'spend#2025-12-01': { N: '7' }, 'status': { S: 'deleted' },
    });
    expect(tables.all('ledger').map(({ callId, principalId, callerId, costUsd }) => [callId.S, principalId.S, callerId?.S, costUsd.N])).toEqual([
      ['1', pseudonym, undefined, '1.000000000001'], ['2', pseudonym, pseudonym, '2.5'], ['3', BOB, pseudonym, '4'], ['4', BOB, undefined, '5'],
    ]);
    expect(tables.all('audit').find(({ subject }) => subject.S === pseudonym)).toMatchObject({ reason: { S: 'erased' }, calls: { N: '3' } });
    expect(tables.all('budgets')).toHaveLength(3);
    expect(objects.map(({ VersionId }) => VersionId)).toEqual(['x', 'erased']);
    expect(told.remains).toEqual(expect.arrayContaining([
      expect.objectContaining({ where: 'log group /bedrock', until: 'for ever: give it a retention' }),
      expect.objectContaining({ where: 'log group /aws/lambda/dep-usage-meter', until: '2026-06-08' }),
      expect.objectContaining({ where: 'tables at earlier points in time', until: '2026-04-14' }),
    ]));
  });

  test('tells the audit trail without a name', async () => {
    await erase();
    const [{ DetailType, Detail, EventBusName }] = bus.commandCalls(PutEventsCommand)[0].args[0].input.Entries!;
    expect([DetailType, EventBusName]).toEqual(['Principal Erased', 'dep']);
    expect(Detail).not.toMatch(/alice/i);
    expect(JSON.parse(Detail!)).toMatchObject({ actor: 'access key AKIATEST', principalId: expect.stringMatching(/erased-[0-9a-f]{32}$/) });
  });

  test('keeps its note where the audit trail could not be told, and goes on with the same pseudonym', async () => {
    bus.on(PutEventsCommand).resolvesOnce({ FailedEntryCount: 1 }).resolves({ Entries: [{ EventId: '1' }] });
    expect(await erase()).toMatchObject({ code: 1, stderr: expect.stringContaining('the bus refused the event for the audit trail: run the same command again') });
    expect(tables.all('budgets').filter(({ principalId }) => principalId.S === `deployment/erasure/${SMITH}`)).toHaveLength(1);
    expect(await erase('--format', 'json')).toMatchObject({ code: 0 });
    const ids = bus.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) => JSON.parse(input.Entries![0].Detail!).eventId);
    expect(new Set(ids).size).toBe(1);
    expect(tables.text).not.toContain('deployment/erasure');
  });

  test('writes again what met somebody else at work', async () => {
    tables.failNext = Object.assign(new Error('busy'), { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'TransactionConflict' }] });
    // The first one is the note: nobody else has written it, so there is nothing to go on with.
    expect(await erase()).toMatchObject({ code: 1, stderr: expect.stringContaining('look again') });
    expect((await erase()).code).toBe(0);
  });

  test('stops in plain words where DynamoDB refuses, and where it may not write', async () => {
    tables.failNext = Object.assign(new Error('too large'), { name: 'ValidationException' });
    expect(await erase()).toMatchObject({ code: 1, stderr: expect.stringContaining('DynamoDB refuses to write: too large') });
    dynamoDb.on(TransactWriteItemsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    expect(await erase()).toMatchObject({ code: 1, stderr: expect.stringContaining('the erasure did not get to its end; start it again: AccessDeniedException: no') });
  });

  test('says so where the principal is still in use', async () => {
    let calls = 100;
    const charged = () => {
      calls += 1;
      tables.put('ledger', row(String(calls), SMITH, '2026-03-10', '0'));
    };
    const pause = async () => charged();
    expect(await budgeteer(['erase', SMITH, '--yes'], { pause })).toMatchObject({ code: 1, stderr: expect.stringMatching(/not yet erased[^]*is it still in use/) });
    expect((await erase()).code).toBe(0);
  });

  test('deletes a page without bringing an older one back, and says so', async () => {
    const Key = 'reports/2026-02/chargeback.html';
    objects.push({ Key, VersionId: 'p1', IsLatest: false, text: '<p>nobody</p>' }, { Key, VersionId: 'p2', IsLatest: true, text: `<td>${SMITH}</td>` });
    const dry = await budgeteer(['erase', SMITH, '--dry-run']);
    expect(dry.stdout).toContain('Pages to be deleted, since they cannot be rewritten');
    const { code, stdout } = await erase();
    expect(code).toBe(0);
    expect(stdout).toMatch(/Pages deleted, [^]*a delete marker keeps former versions from coming back[^]*:\n {2}reports\/2026-02\/chargeback.html\n/);
    expect(objects.filter(one => one.Key === Key)).toEqual([{ Key, VersionId: 'p1', IsLatest: false, text: '<p>nobody</p>' }]);
    const requests = s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => input).filter(input => input.Key === Key);
    expect(requests.map(({ VersionId }) => VersionId)).toEqual([undefined, 'p2']);
  });

  test('deletes the page of a bucket without versions once, and no marker in its place', async () => {
    const Key = 'reports/2026-02/chargeback.html';
    objects = [{ Key, VersionId: 'null', IsLatest: true, text: `<td>${SMITH}</td>` }];
    s3.on(ListObjectVersionsCommand).callsFake(() => ({ Versions: markers.size > 0 ? [] : objects }));
    expect((await erase('--format', 'json')).code).toBe(0);
    expect(s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => input.VersionId)).toEqual([undefined]);
  });

  test('takes further texts along when it is started again, and refuses other labels', async () => {
    bus.on(PutEventsCommand).resolvesOnce({ FailedEntryCount: 1 }).resolves({ Entries: [{ EventId: '1' }] });
    expect((await erase()).code).toBe(1);
    tables.put('budgets', { principalId: { S: BOB }, exemption: { M: { reason: { S: 'covers for Ally' } } } });
    expect(await erase('--keep-label', 'owner')).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be changed any more; leave these options out') });
    expect((await erase('--also', 'Ally')).code).toBe(0);
    expect(tables.text).not.toContain('Ally');
  });

  test('does not delete what it has just written, in a bucket without versions', async () => {
    objects = objects.filter(({ VersionId }) => VersionId !== 'old').map(({ VersionId: _, ...one }) => one);
    s3.on(ListObjectVersionsCommand).callsFake(() => ({ Versions: objects }));
    givenFunctions({ [Env.REPORTS_PREFIX]: 'finance/' });
    expect((await erase()).code).toBe(0);
    expect(objects).toHaveLength(2);
    expect(JSON.stringify(objects)).not.toContain('alice');
    expect(s3.commandCalls(ListObjectVersionsCommand)[0].args[0].input.Prefix).toBe('finance/reports/');
  });
});

describe('before it erases', () => {
  test('a dry run counts and changes nothing', async () => {
    const before = tables.text;
    const { code, stdout, stderr } = await budgeteer(['erase', SMITH, '--dry-run', '--keep-label', 'owner']);
    expect([code, stderr]).toEqual([0, 'Nothing was changed; these labels stay: team=search, owner=Alice Example.\n']);
    expect(stdout).toMatch(/^PLACE +ROWS OR FILES\nledger +3\nbudget +1\n/);
    expect(stdout).toContain('STAYS, AND UNTIL WHEN\nWHERE');
    expect([tables.text, s3.commandCalls(PutObjectCommand).length]).toEqual([before, 0]);
  });

  test('says that nothing is there', async () => {
    expect(await budgeteer(['erase', 'iam-role/111122223333/nobody', '--yes'])).toMatchObject({ code: 0, stderr: 'Nothing names iam-role/111122223333/nobody in dep.\n' });
    expect(tables.transactions).toEqual([]);
  });

  test('asks', async () => {
    expect(await budgeteer(['erase', SMITH])).toMatchObject({ code: 2, stderr: expect.stringContaining('write --yes if you mean it') });
    expect(await budgeteer(['erase', SMITH], { terminal: true, stdin: 'n\n' })).toMatchObject({
      code: 1, stderr: expect.stringMatching(/These functions say[^]*ledger +3[^]*Erasing iam-user\/111122223333\/alice.smith from dep for good: go on\? \[y\/N\] Nothing was changed/),
    });
    expect(tables.transactions).toEqual([]);
    expect(await budgeteer(['erase', SMITH], { terminal: true, stdin: 'yes\n' })).toMatchObject({ code: 0, stderr: expect.stringContaining('its spend stands under iam-user/111122223333/erased-') });
  });

  test('looks into the queues, whatever is packed in them, and puts everything back', async () => {
    const record = gzipSync(JSON.stringify({ identity: { arn: 'arn:aws:iam::111122223333:user/alice.smith' } })).toString('base64');
    const bodies = [JSON.stringify({ requestPayload: { awslogs: { data: record } } }), JSON.stringify({ detail: { principalId: SMITH } }), JSON.stringify({ detail: { principalId: BOB } }), '{"record":"H4sInonsense"}'];
    sqs.on(ReceiveMessageCommand, { QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/111122223333/dep-unreadable' }).resolves({
      Messages: bodies.map((Body, index) => ({ MessageId: `m${index}`, ReceiptHandle: `r${index}`, Body, Attributes: { SentTimestamp: String(Date.parse(`2026-03-0${index + 1}T00:00:00Z`)) } })),
    });
    const { stdout } = await budgeteer(['erase', SMITH, '--dry-run']);
    expect(stdout).toMatch(/2 messages in dep-unreadable \(unreadable records\) +2026-03-16 +replay them before you erase/);
    expect(new Set(sqs.commandCalls(ChangeMessageVisibilityCommand).map(({ args: [{ input }] }) => `${input.ReceiptHandle} ${input.VisibilityTimeout}`))).toEqual(new Set(['r0 0', 'r1 0', 'r2 0', 'r3 0']));
  });

  test('gives every page back at once, and goes on where one is back already', async () => {
    const url = 'https://sqs.eu-central-1.amazonaws.com/111122223333/dep-unreadable';
    // The second page is the first one once more.
    const pages = [0, 0, 10, 20].map(start => Array.from({ length: 10 }, (_, index) => ({ MessageId: `m${start + index}`, ReceiptHandle: `r${start + index}`, Body: SMITH })));
    const held: string[][] = [];
    let out = new Set<string>();
    sqs.on(ReceiveMessageCommand, { QueueUrl: url }).callsFake(() => {
      held.push([...out]);
      const messages = pages.shift() ?? [];
      out = new Set(messages.map(({ ReceiptHandle }) => ReceiptHandle));
      return { Messages: messages };
    });
    sqs.on(ChangeMessageVisibilityCommand, { QueueUrl: url }).callsFake(({ ReceiptHandle }) => {
      out.delete(ReceiptHandle);
      throw Object.assign(new Error('x'), { name: 'MessageNotInflight' });
    });
    const { code, stdout } = await budgeteer(['erase', SMITH, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('at least 30 messages in dep-unreadable');
    // Nothing is out of sight when the next page is asked for.
    expect(held).toEqual(Array.from({ length: 7 }, () => []));
  });

  test('ends where a queue gives the same page for ever', async () => {
    sqs.on(ReceiveMessageCommand, { QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/111122223333/dep-unreadable' }).resolves({ Messages: [{ MessageId: 'm', ReceiptHandle: 'r', Body: SMITH }] });
    expect((await budgeteer(['erase', SMITH, '--dry-run'])).stdout).toContain('at least 1 messages in dep-unreadable');
  });

  test('says where a retention is not known', async () => {
    logs.on(DescribeLogGroupsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    logs.on(DescribeLogGroupsCommand, { logGroupNamePrefix: '/bedrock' }).resolves({});
    const { stdout } = await budgeteer(['erase', SMITH, '--dry-run']);
    expect(stdout).toMatch(/dep-usage-meter +unknown \(AccessDeniedException: no\)/);
    expect(stdout).toMatch(/\/bedrock +there is no such log group/);
  });

  test('without reports, strategy DETACH and coverage there is less to look at', async () => {
    lambda.on(ListFunctionsCommand, { Marker: '2' }).resolves({
      Functions: deployedFunctions('dep').map(fn => (fn.FunctionName === 'dep-audit-recorder' ? functionOf('audit-recorder', 'dep', { [Env.AUDIT_TABLE]: 'audit' }) : fn)),
    });
    const { code, stdout } = await budgeteer(['erase', SMITH, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/the log group that is metered +its own retention/);
    expect(stdout).not.toContain('report-work');
    expect(s3.calls()).toEqual([]);
  });

  test('shows a terminal how far it is, and stops where somebody presses Ctrl-C', async () => {
    const { stderr } = await budgeteer(['erase', SMITH, '--dry-run'], { terminal: true });
    expect(stderr).toContain('rows and files looked at (ledger)');
    expect(await budgeteer(['erase', SMITH, '--yes'], { interruption: () => AbortSignal.abort() })).toMatchObject({ code: 1, stderr: expect.stringContaining('stopped: run the same command again to go on') });
  });
});

describe('is refused', () => {
  test('for whoever is suspended', async () => {
    tables.put('budgets', { principalId: { S: SMITH }, status: { S: 'suspended' } });
    expect(await erase()).toMatchObject({ code: 1, stderr: expect.stringContaining('restore it first') });
    expect(tables.transactions).toEqual([]);
  });

  test('for a row that somebody broke by hand', async () => {
    tables.put('ledger', { callId: { S: '9' } });
    expect(await erase()).toMatchObject({ code: 1, stderr: expect.stringContaining("the ledger's row 9 does not tell who pays") });
  });

  test('for a note that somebody broke by hand', async () => {
    tables.put('budgets', { principalId: { S: `deployment/erasure/${SMITH}` } });
    expect(await erase()).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be read: bring it back to what it was') });
  });

  test.each([
    [['erase'], '<principal> is missing'],
    [['erase', 'alice'], 'names no principal'],
    [['erase', 'root/111122223333'], 'the root user has no name'],
    [['erase', SMITH, '--also', 'al'], '--also "al" has fewer than 3 characters'],
    [['erase', SMITH, '--also', 'Hold'], '"Hold" is a word of the system itself'],
    [['erase', SMITH, '--keep-label', 'a', '--erase-label', 'a'], 'the label "a" cannot be kept and erased'],
  ])('%j', async (args, message) => {
    expect(await budgeteer([...args, '--yes'])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
