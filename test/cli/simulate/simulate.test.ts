import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ExitCode } from '../../../src/cli/command';
import { addUsd, formatUsd, usd } from '../../../src/lambdas/core/money';
import { ACCOUNT as DAY_ACCOUNT, madeDay } from '../../fixtures/back-test/made-day';
import { ACCOUNT, AGENT, AGENT_ROLE, ALICE, at, aDataMessage, aRecord, aRecordLine, DAY, HOUR, MINUTE, NOON, SHARED_AGENTS } from '../../lambdas/core/builders';
import { BrokenPipe, Captured, jsonLines, run, Run, Surroundings } from '../run';

const FIXTURES = join(__dirname, '../../fixtures/back-test');
const FIXTURE = join(FIXTURES, 'day.jsonl');
const BUDGETS = join(FIXTURES, 'budgets.csv');

/** What the bundle has beside itself. */
jest.mock('../../../src/cli/report-page/charts-script', () => ({ readChartsScript: () => '/* draws */' }));

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'simulate-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('the day of the fixture', () => {
  test('is the one that is made', () => {
    expect(readFileSync(FIXTURE, 'utf8')).toBe(madeDay());
  });

  test('has its runaway job suspended until the day is over', async () => {
    const { code, result } = await json(['--logs', FIXTURE, '--budgets', BUDGETS]);
    expect(code).toBe(ExitCode.OK);
    expect(result.schema).toBe('budgeteer/simulation/1');
    expect(result.records).toEqual({ duplicates: 1, unreadable: 0 });
    const job = principal(result, `iam-role/${DAY_ACCOUNT}/nightly-report`);
    expect(job.transitions.map(({ from, to }: any) => `${from} > ${to}`)).toEqual([
      'active > warning', 'warning > critical', 'critical > grace_period', 'grace_period > suspended', 'suspended > restoring', 'restoring > active',
    ]);
    const [suspension] = job.suspensions;
    expect(at(suspension.from) - at(job.exceededAt)).toBe(6 * MINUTE);
    expect(suspension.to).toBe('2026-03-10T00:03:00.000Z');
    expect(job.blockedCalls).toBe(suspension.blockedCalls);
    expect(job.labels).toEqual({ team: 'data', purpose: 'reports' });
    expect(job.thresholds).toEqual({ warningPercent: '50', criticalPercent: '80' });
  });

  test('tells what would be if nobody were observed, and who is out of reach', async () => {
    const { result } = await json(['--logs', FIXTURE, '--budgets', BUDGETS]);
    const pilot = principal(result, `iam-user/${DAY_ACCOUNT}/pilot`);
    expect(pilot).toMatchObject({ status: 'active', enforcement: 'observe', blockedCalls: 0, suspensions: [], deniedSeconds: 0 });
    expect(pilot.transitions.map(({ to }: any) => to)).toContain('exceeded');
    expect(pilot.wouldBe.blockedCalls).toBeGreaterThan(0);
    const enforced = await json(['--logs', FIXTURE, '--budgets', file('enforced.csv', readFileSync(BUDGETS, 'utf8').replace('observe', 'enforced'))]);
    expect(principal(enforced.result, pilot.principalId)).toMatchObject({ savedUsd: pilot.wouldBe.savedUsd, suspensions: pilot.wouldBe.suspensions });
    const developers = result.principals.find(({ principalId }: any) => principalId.includes('AWSReservedSSO'));
    expect(developers.unenforceable).toContain('only AWS may modify');
    expect(developers.blockedCalls).toBe(0);
    expect(result.totals).toMatchObject({ principals: 6, suspended: 1, wouldBeSuspended: 1 });
    // Whom nobody stops spends beyond the limit as well.
    const beyond = (each: any) => usd(each.overspendUsd);
    expect(usd(result.totals.overspendUsd)).toBe(addUsd(...result.principals.map(beyond)));
    expect([pilot, developers].map(each => beyond(each) > 0n)).toEqual([true, true]);
  });

  test('adds up to the last digit', async () => {
    const { result } = await json(['--logs', FIXTURE, '--budgets', BUDGETS]);
    const explained = jsonLines((await run(['explain', '--logs', FIXTURE])).stdout);
    const all = addUsd(...[...new Map(explained.map(each => [each.requestId, each.costUsd])).values()].map(usd));
    const sum = (rows: any[], ...fields: string[]) => formatUsd(addUsd(...rows.flatMap(row => fields.map(field => usd(row[field])))));
    expect(sum(result.principals, 'chargedUsd', 'savedUsd')).toBe(formatUsd(all));
    expect(sum(result.costs, 'chargedUsd', 'savedUsd')).toBe(formatUsd(all));
    expect(sum([result.totals], 'chargedUsd', 'savedUsd')).toBe(formatUsd(all));
    expect(result.totals.chargedCalls + result.totals.blockedCalls).toBe(new Set(explained.map(each => each.requestId)).size);
  });

  test.each(['json', 'table', 'html'])('is the same bytes as %s, in whatever order its records come, from however many files and whenever it is asked', async format => {
    const lines = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n');
    const first = file('first.jsonl', lines.slice(200).reverse().join('\n'));
    const second = file('second.jsonl.gz', gzipSync(lines.slice(0, 200).join('\r\n')));
    const options = ['--budgets', BUDGETS, '--format', format, '--time-zone', 'Europe/Berlin'];
    const whole = await run(['simulate', '--logs', FIXTURE, ...options]);
    const parts = await run(['simulate', '--logs', first, '--logs', second, ...options], { now: () => NOON + 400 * DAY });
    expect(whole.code).toBe(ExitCode.OK);
    expect(parts.stdout.replace('2 files', '1 file')).toBe(whole.stdout);
  });

  test('fits a terminal of 100 columns', async () => {
    const { stdout } = await run(['simulate', '--logs', FIXTURE, '--budgets', BUDGETS]);
    expect(stdout.split('\n').filter(line => line.length > 100)).toEqual([]);
    expect(stdout).toContain('6 principals: 4 warned, 1 suspended, 1 would be, but is observed only\n');
    expect(stdout).toMatch(/nightly-report\n {2}\$6\.00\/day .*03-10 00:03/);
  });

  test('is written to a file as a whole', async () => {
    const output = join(directory, 'report.html');
    const { code, stdout } = await run(['simulate', '--logs', FIXTURE, '--budgets', BUDGETS, '--format', 'html', '--output', output]);
    expect({ code, stdout }).toEqual({ code: ExitCode.OK, stdout: '' });
    expect(readFileSync(output, 'utf8')).toMatch(/^<!doctype html>[\s\S]*nightly-report[\s\S]*<\/html>\n$/);
    const failed = await run(['simulate', '--logs', FIXTURE, '--output', join(directory, 'none', 'report.txt'), '--default-limit', '1/day']);
    expect(failed.code).toBe(ExitCode.INCOMPLETE);
    expect(failed.stderr).toContain('cannot be written (ENOENT): give a file in a directory that is there');
  });
});

describe('records', () => {
  test('come from standard input, as lines of any kind', async () => {
    const first = JSON.stringify(aDataMessage([{ id: '1', timestamp: NOON, message: aRecordLine({ requestId: 'a' }) }]));
    const second = JSON.stringify({ events: [{ timestamp: NOON, message: aRecordLine({ requestId: 'b' }) }] });
    const { result } = await json(['--logs', '-', '--default-limit', '1/day'], { stdin: [first, second, aRecordLine({ requestId: 'c' })].join('\n') });
    expect(result.totals.chargedCalls).toBe(3);
  });

  test('may lie in the future of every clock', async () => {
    const { code, result } = await json(['--logs', '-', '--default-limit', '1/day'], { stdin: aRecordLine({ timestamp: '2099-01-01T00:00:00Z' }) });
    expect(code).toBe(ExitCode.OK);
    expect(result.from).toBe('2099-01-01T00:00:00.000Z');
  });

  test('are taken from the range alone, whose end is no part of it', async () => {
    const stdin = ['09:00', '10:00', '11:00'].map((time, index) => aRecordLine({ requestId: `r${index}`, timestamp: `2026-03-10T${time}:00Z` })).join('\n');
    const { result, stderr } = await json(['--logs', '-', '--from', '2026-03-10T10:00:00+01:00', '--to', '2026-03-10T11:00:00Z', '--default-limit', '1/day'], { stdin });
    expect(result.totals.chargedCalls).toBe(2);
    expect(stderr).toContain('out of the range: 1 record\n');
  });

  test('that cannot be read are counted, and the first ones shown', async () => {
    const stdin = [aRecordLine(), ...Array.from({ length: 7 }, () => '{"broken'), '{"hello":"world"}'].join('\n');
    const { code, result, stderr } = await json(['--logs', '-', '--default-limit', '1/day'], { stdin });
    expect(code).toBe(ExitCode.INCOMPLETE);
    expect(result.records.unreadable).toBe(8);
    expect(result.totals.chargedCalls).toBe(1);
    expect(stderr).toContain('not read: 8 records\n  standard input, record or line 2: not JSON');
    expect(stderr).toContain('  and 3 more\n');
    expect(result.notes).toContain('8 records could not be read: nothing of them is in the figures.');
  });

  test('in front of a break in gzip stand, and other files are read all the same', async () => {
    const whole = gzipSync(Array.from({ length: 2_000 }, (_, index) => aRecordLine({ requestId: `r${index}` })).join('\n'));
    const broken = file('a.gz', whole.subarray(0, whole.length - 200));
    const other = file('b.jsonl', aRecordLine({ requestId: 'other' }));
    const { code, result, stderr } = await json(['--logs', broken, '--logs', other, '--default-limit', '100/day']);
    expect(code).toBe(ExitCode.INCOMPLETE);
    expect(result.totals.chargedCalls).toBeGreaterThan(1_000);
    expect(stderr).toContain(`${broken}, record or line`);
    expect(stderr).toContain('the gzip data is broken or cut off');
  });

  test('may be none', async () => {
    for (const format of ['json', 'table', 'html']) {
      const { code, stdout } = await run(['simulate', '--logs', '-', '--format', format, '--default-limit', '1/day'], { stdin: '\n' });
      expect(code).toBe(ExitCode.OK);
      expect(stdout).toContain('No calls were found: there is nothing to replay.');
    }
  });

  test('of hostile names are data and nothing else', async () => {
    const modelId = '</script><script>alert(1)</script>';
    const stdin = aRecordLine({ modelId: modelId.replace(' ', ''), identity: { arn: `arn:aws:iam::${ACCOUNT}:user/__proto__` } });
    const { stdout } = await run(['simulate', '--logs', '-', '--format', 'html', '--default-limit', '0.001/day'], { stdin });
    expect(stdout).toContain('__proto__');
    expect(stdout).not.toContain('<script>alert(1)');
    const { result } = await json(['--logs', '-', '--default-limit', '0.001/day'], { stdin });
    expect(result.costs[0].modelId).toBe(modelId);
  });

  test('are found below directories and by patterns, without bodies and the test of permissions', async () => {
    const log = join(directory, 'AWSLogs/1/BedrockModelInvocationLogs/eu-central-1/2026/03/10/11');
    mkdirSync(join(log, 'data'), { recursive: true });
    writeFileSync(join(log, 'a.json.gz'), gzipSync(aRecordLine({ requestId: 'a' })));
    writeFileSync(join(log, 'b.json.gz'), gzipSync(aRecordLine({ requestId: 'b' })));
    writeFileSync(join(log, 'data', 'b_input.json.gz'), gzipSync('{"messages":[]}'));
    writeFileSync(join(log, 'amazon-bedrock-logs-permission-check'), 'x');
    const below = await json(['--logs', directory, '--default-limit', '1/day']);
    expect([below.code, below.result.totals.chargedCalls]).toEqual([ExitCode.OK, 2]);
    expect(below.stderr).toBe('2 records read\npassed over: 2 files beside the records (bodies and the like)\n');
    const hour = await json(['--logs', log, '--default-limit', '1/day']);
    expect(hour.stderr).toBe(below.stderr);
    const matched = await json(['--logs', join(directory, '**/b*.gz'), '--default-limit', '1/day']);
    expect([matched.code, matched.result.totals.chargedCalls]).toEqual([ExitCode.OK, 1]);
    // Each once, however often it is meant.
    expect((await json(['--logs', directory, '--logs', join(log, '?.json.gz'), '--default-limit', '1/day'])).result.records.duplicates).toBe(0);
  });
});

test('records may lie below a directory of any name', async () => {
  mkdirSync(join(directory, 'data/2026/data'), { recursive: true });
  file('data/day.jsonl', aRecordLine({ requestId: 'a' }));
  file('data/2026/data/day.jsonl', aRecordLine({ requestId: 'b' }));
  const { result, stderr } = await json(['--logs', directory, '--default-limit', '1/day']);
  expect(result.totals.chargedCalls).toBe(2);
  expect(stderr).toBe('2 records read\n');
});

test('a directory that holds nothing but what lies beside records says so', async () => {
  mkdirSync(join(directory, '2026/03/10/11/data'), { recursive: true });
  file('2026/03/10/11/data/b_input.json', '{"messages":[]}');
  const { code, stderr } = await run(['simulate', '--logs', directory]);
  expect(code).toBe(ExitCode.USAGE);
  expect(stderr).toContain('holds no files with records (1 passed over, which Bedrock delivers beside the records)');
  // Whoever asks for the bodies gets them.
  expect((await run(['simulate', '--logs', join(directory, '2026/03/10/11/data')])).stderr).toContain('not read: 1 record');
});

test('a call that is recorded twice is one if both records tell the same time, and the help says so', async () => {
  const called = (timestamp: string) => aRecordLine({ requestId: 'a', timestamp });
  const { result } = await json(['--logs', '-', '--default-limit', '1/day'], { stdin: ['2026-03-10T09:00:00Z', '2026-03-10T09:00:00Z', '2026-03-10T09:00:01Z'].map(called).join('\n') });
  expect([result.totals.chargedCalls, result.records.duplicates]).toEqual([2, 1]);
  expect((await run(['simulate', '--help'])).stdout.replace(/\s+/g, ' ')).toContain('counts once if both records tell the same time');
});

describe('who pays', () => {
  const stdin = Array.from({ length: 4 }, (_, index) => JSON.stringify(aRecord({
    requestId: `r${index}`, identity: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/agents/session` }, timestamp: new Date(NOON + index * HOUR).toISOString(),
  }))).join('\n');
  const runtime = (name: string) => AGENT.replace('support', name);

  test('is the role where no runtime is named', async () => {
    expect((await json(['--logs', '-', '--default-limit', '1/day'], { stdin })).result.principals.map((each: any) => each.principalId)).toEqual([AGENT_ROLE]);
  });

  test('is the runtime that runs as it', async () => {
    const budgets = file('budgets.csv', `principalId,limits\n${AGENT},0.0007/day\n`);
    const { result } = await json(['--logs', '-', '--budgets', budgets, '--runtime', `${AGENT}=${AGENT_ROLE}`], { stdin });
    expect(result.principals).toHaveLength(1);
    expect(result.principals[0]).toMatchObject({ principalId: AGENT, kind: 'agent-runtime', limitSource: 'own', blockedCalls: 2 });
    const compute = expect.stringContaining('Compute of AgentCore runtimes is in no invocation log');
    expect(result.notes).toContainEqual(compute);
    expect((await json(['--logs', '-', '--budgets', budgets], { stdin })).result.notes).not.toContainEqual(compute);
  });

  test('is the budget that several share', async () => {
    const budgets = file('budgets.csv', `principalId,limits\n${AGENT},10/day\n${runtime('sales')},4/day\n`);
    const { result } = await json(['--logs', '-', '--budgets', budgets, '--runtime', `${AGENT}=${AGENT_ROLE}`, '--runtime', `${runtime('sales')}=${AGENT_ROLE}`], { stdin });
    expect(result.principals).toHaveLength(1);
    expect(result.principals[0]).toMatchObject({ principalId: SHARED_AGENTS, limits: [{ limitUsd: '14', period: 'calendar day' }] });
  });

  test('is doubted where the file names a runtime whose role nobody tells', async () => {
    const { result } = await json(['--logs', '-', '--budgets', file('budgets.csv', `principalId,limits\n${AGENT},10/day\n`)], { stdin });
    expect(result.notes[0]).toContain(`--runtime ${AGENT}=<role>`);
  });
});

describe('limits', () => {
  const key = `iam-user/${ACCOUNT}/key-of-ci`;
  const line = (name: string, index = 0) => aRecordLine({ requestId: `${name}${index}`, identity: { arn: `arn:aws:iam::${ACCOUNT}:user/${name}` } });

  test('are those of the file, else the default, else those of the product', async () => {
    const stdin = ['alice', 'bob', 'key-of-ci', 'BedrockAPIKey-a1b2'].map(name => line(name)).join('\n');
    const budgets = file('budgets.json', JSON.stringify([
      { principalId: ALICE, limits: [{ limitUsd: '5', period: 'calendar day' }] }, { principalId: key, kind: 'api-key-user', limits: [] },
    ]));
    const sources = async (...args: string[]) => Object.fromEntries((await json(['--logs', '-', '--budgets', budgets, ...args], { stdin })).result.principals
      .map((each: any) => [each.principalId.split('/').at(-1), `${each.limitSource} ${each.limits.map((limit: any) => `${limit.limitUsd}/${limit.period}`).join()}`]));
    expect(await sources()).toEqual({ 'alice': 'own 5/calendar day', 'bob': 'none ', 'key-of-ci': 'default 25/30 days', 'BedrockAPIKey-a1b2': 'default 25/30 days' });
    expect(await sources('--default-limit', '7/week')).toEqual({
      'alice': 'own 5/calendar day', 'bob': 'default 7/calendar week', 'key-of-ci': 'default 7/calendar week', 'BedrockAPIKey-a1b2': 'default 7/calendar week',
    });
  });

  test('that are missing altogether are asked for', async () => {
    expect((await json(['--logs', '-'], { stdin: line('alice') })).result.notes[0]).toContain('no limits are proposed: give --budgets <file> or --default-limit');
  });

  test('take the time zone, the grace period and the delays', async () => {
    // Half past ten and later at night in Berlin: the day begins at 23:00 UTC.
    const timestamps = [0, 10, 20, 30, 60].map(minute => new Date(at('2026-03-10T22:30:00Z') + minute * MINUTE).toISOString());
    const stdin = timestamps.map((timestamp, index) => aRecordLine({ requestId: `r${index}`, timestamp })).join('\n');
    const args = ['--logs', '-', '--default-limit', '0.0003/day', '--time-zone', 'Europe/Berlin', '--grace-period-seconds', '0', '--block-delay', '0s', '--restore-delay', '0s'];
    const { result } = await json(args, { stdin });
    const [{ suspensions, blockedCalls }] = result.principals;
    expect(blockedCalls).toBe(3);
    expect(suspensions.map((each: any) => [each.from, each.to])).toEqual([
      ['2026-03-10T22:30:00.000Z', '2026-03-10T23:00:00.000Z'], ['2026-03-10T23:00:00.000Z', undefined],
    ]);
  });
});

describe('a suggestion', () => {
  test('can be tried as it is, and leaves everybody alone whose days are alike', async () => {
    const suggested = await run(['simulate', '--logs', FIXTURE, '--suggest']);
    expect(suggested.code).toBe(ExitCode.OK);
    const { result } = await json(['--logs', FIXTURE, '--budgets', file('budgets.csv', suggested.stdout)]);
    expect(result.totals).toMatchObject({ principals: 6, warned: 0, suspended: 0 });
    expect(result.principals.map(({ limitSource }: any) => limitSource)).toEqual(Array(6).fill('own'));
    const again = await run(['simulate', '--logs', FIXTURE, '--suggest', '--output', join(directory, 'again.csv')]);
    expect(again.stdout).toBe('');
    expect(readFileSync(join(directory, 'again.csv'), 'utf8')).toBe(suggested.stdout);
  });

  test('only observes who cannot be suspended, and says why', async () => {
    const role = (name: string) => aRecordLine({ requestId: name, identity: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/session` } });
    const { stdout, stderr } = await run(['simulate', '--logs', '-', '--suggest'], { stdin: `${role('AWSReservedSSO_Admin_0123456789abcdef')}\n${role('writer')}\n` });
    const lines = stdout.split('\n');
    expect(lines.find(line => line.includes('AWSReservedSSO_'))).toContain('observe');
    expect(lines.find(line => line.includes('/writer'))).toContain('enforced');
    expect(stderr).toBe(`2 records read\nonly observed: iam-role/${ACCOUNT}/AWSReservedSSO_Admin_0123456789abcdef is a role that only AWS may modify: `
      + 'restrict it in its permission set or by a service control policy\n');
  });

  test('needs nobody else\'s proposal', async () => {
    for (const args of [['--budgets', BUDGETS], ['--default-limit', '1/day'], ['--format', 'json']]) {
      const { code, stderr } = await run(['simulate', '--logs', FIXTURE, '--suggest', ...args]);
      expect(code).toBe(ExitCode.USAGE);
      expect(stderr).toContain('leave --budgets, --default-limit and --format out');
    }
  });
});

describe('what is asked for wrongly', () => {
  test.each<[string, readonly string[], string]>([
    ['no source', [], 'one source of records is needed: give --logs <file>, --log-group <name> or --s3'],
    ['two sources', ['--logs', '-', '--log-group', 'x', '--from', '2026-03-01', '--to', '2026-03-02'], 'one source of records is needed'],
    ['no such file', ['--logs', '/none/such'], '"/none/such" cannot be read (ENOENT): give a file, a directory or a pattern'],
    ['no match', ['--logs', '/none/*.gz'], '"/none/*.gz" matches no file'],
    ['no range', ['--s3', 's3://bucket', '--from', '2026-03-01'], '--s3 needs --from and --to'],
    ['no bucket', ['--s3', 'https://bucket', '--from', '2026-03-01', '--to', '2026-03-02'], '--s3 cannot be "https://bucket": write s3://<bucket>'],
    ['no region', ['--log-group', 'x', '--from', '2026-03-01', '--to', '2026-03-02'], 'the region is missing: write --region <region>, set AWS_REGION or AWS_DEFAULT_REGION, or give the profile a region'],
    ['a range backwards', ['--logs', '-', '--from', '2026-03-02', '--to', '2026-03-01'], '--from 2026-03-02 is not before --to 2026-03-01: exchange them'],
    ['a time by the clock', ['--logs', '-', '--from', '7d'], '--from cannot be "7d": write a day'],
    ['a day that is none', ['--logs', '-', '--to', '2026-02-30'], '--to cannot be "2026-02-30"'],
    ['a time zone', ['--logs', '-', '--time-zone', 'Berlin'], '--time-zone cannot be "Berlin": write a name of the IANA database'],
    ['thresholds', ['--logs', '-', '--warning-threshold-percent', '95'], '--critical-threshold-percent is "90", allowed is above warning-threshold-percent, which is 95'],
    ['a grace period', ['--logs', '-', '--grace-period-seconds', '5m'], '--grace-period-seconds is "5m", allowed is whole seconds'],
    ['a period', ['--logs', '-', '--refresh-period', 'fortnight'], '--refresh-period is "fortnight", allowed is'],
    ['a delay', ['--logs', '-', '--block-delay', '11m'], '--block-delay cannot be "11m": write seconds or minutes up to 10m'],
    ['an account', ['--logs', '-', '--account', '12'], '--account cannot be "12": write the 12 digits'],
    ['a limit below zero', ['--logs', '-', '--default-limit', '-5/month'], 'the limit "-5" is no amount of US dollars above 0: write it like 25 or 12.50'],
    ['a limit', ['--logs', '-', '--default-limit', '50'], 'the limit "50" has no period'],
    ['a runtime', ['--logs', '-', '--runtime', ALICE], 'write <runtime>=<role>'],
    ['a runtime that is none', ['--logs', '-', '--runtime', `${ALICE}=${AGENT_ROLE}`], 'in front of the = stands an AgentCore runtime'],
    ['a runtime twice', ['--logs', '-', '--runtime', `${AGENT}=${AGENT_ROLE}`, '--runtime', `${AGENT}=iam-role/${ACCOUNT}/x`], `--runtime names ${AGENT} twice`],
    ['no budgets', ['--logs', '-', '--budgets', '/none/such'], 'the budgets "/none/such" cannot be read (ENOENT)'],
    ['an option', ['--log', '-'], 'there is no option "--log" (did you mean --logs?): the options are'],
    ['where logs are', ['day.jsonl'], '"day.jsonl" is no option (did you mean --logs day.jsonl?): the options are'],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(['simulate', ...args]);
    expect({ code, stdout }).toEqual({ code: ExitCode.USAGE, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('all that is wrong with a budget file, by its lines', async () => {
    const budgets = file('budgets.csv', 'principalId,limits,enforcement\nalice,5/day,\n' + `${ALICE},5/fortnight,\n${ALICE},5/day,maybe\n`);
    const { code, stderr } = await run(['simulate', '--logs', '-', '--budgets', budgets]);
    expect(code).toBe(ExitCode.USAGE);
    expect(stderr).toContain('  line 2: "alice" names no principal');
    expect(stderr).toContain('  line 3: "fortnight" is no period');
    expect(stderr).toContain('  line 4: enforcement cannot be "maybe": it is enforced or observe');
  });
});

describe('the terminal', () => {
  test('sees a bar that goes away', async () => {
    let now = NOON;
    const { stderr } = await run(['simulate', '--logs', FIXTURE, '--default-limit', '1/day'], { terminal: true, now: () => (now += 200) });
    expect(stderr).toMatch(/\r\u001b\[Kreading \[#+-*\] \d+ %, [\d,]+ records, [\d,]+ a second/);
    expect(stderr).toMatch(/\r\u001b\[K362 records read\n/);
  });

  test('and a log see lines now and then, or nothing', async () => {
    let now = NOON;
    const surroundings = { now: () => (now += 20_000) };
    expect((await run(['simulate', '--logs', FIXTURE, '--default-limit', '1/day'], surroundings)).stderr).toMatch(/^reading \[#{24}\] 100 %, 362 records, .* 0 s left\n362 records read\n/m);
    expect((await run(['simulate', '--logs', FIXTURE, '--default-limit', '1/day', '--quiet'], surroundings)).stderr).toBe('362 records read\nrepeated: 1 record; a call counts once\n');
  });

  test('that nobody reads is no failure', async () => {
    expect((await run(['simulate', '--logs', FIXTURE, '--default-limit', '1/day'], { stdout: new BrokenPipe() })).code).toBe(ExitCode.OK);
    expect((await run(['simulate', '--logs', FIXTURE, '--default-limit', '1/day'], { stdout: new BrokenPipe(0, 'ENOSPC') as Captured })).code).toBe(ExitCode.INCOMPLETE);
  });
});

function file(name: string, contents: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, contents);
  return path;
}

async function json(args: readonly string[], surroundings?: Surroundings): Promise<Run & { readonly result: any }> {
  const ran = await run(['simulate', '--format', 'json', ...args], surroundings);
  if (ran.stdout === '') {
    throw new Error(ran.stderr);
  }
  return { ...ran, result: JSON.parse(ran.stdout) };
}

function principal(result: any, id: string): any {
  return result.principals.find(({ principalId }: any) => principalId === id);
}

describe('an output that is an input', () => {
  test.each<[string, (input: string) => string[]]>([
    ['the log', input => ['--logs', input, '--default-limit', '5/day']],
    ['the budgets', input => ['--logs', FIXTURE, '--budgets', input]],
    ['the catalog', input => ['--logs', FIXTURE, '--default-limit', '5/day', '--catalog', input]],
  ])('is refused, and left as it is: %s', async (what, args) => {
    const input = join(directory, 'input');
    const text = readFileSync(what === 'the log' ? FIXTURE : BUDGETS, 'utf8');
    writeFileSync(input, text);
    const { code, stderr } = await run(['simulate', ...args(input), '--output', `${directory}/../${directory.split('/').at(-1)}/input`]);
    expect([code, stderr]).toEqual([ExitCode.USAGE, expect.stringContaining('give another file')]);
    expect(readFileSync(input, 'utf8')).toBe(text);
  });
});

test('a budget of somebody who makes no call is doubted', async () => {
  const budgets = join(directory, 'budgets.csv');
  writeFileSync(budgets, `principalId,limits\niam-user/${DAY_ACCOUNT}/analyts,5/day\niam-user/${DAY_ACCOUNT}/analyst,5/day\n`);
  const { result } = await json(['--logs', FIXTURE, '--budgets', budgets]);
  expect(result.notes).toContain(`In doubt: 1 budget of the file is of principals without a call here: iam-user/${DAY_ACCOUNT}/analyts.`);
});
