import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRows } from '../../../src/cli/budget/bulk/ordered-rows';
import { ACCOUNT, AGENT, ALICE, REGION, ROLE } from '../../lambdas/core/builders';
import { BrokenPipe, Run, Surroundings } from '../run';
import { versionOf } from './fake-manager';
import { budget, withManager } from './with-manager';

const manager = withManager();

const BOB = `iam-user/${ACCOUNT}/bob`;
const MONTHLY = [{ limitUsd: '100', period: 'calendar month' }];
const OWN = { warningPercent: '50', criticalPercent: '80', own: true };

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bulk-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function file(text: string): string {
  const path = join(directory, 'budgets');
  writeFileSync(path, text);
  return path;
}

async function imported(text: string, options: readonly string[] = ['--yes'], surroundings?: Surroundings): Promise<Run> {
  return budget(manager, ['import', file(text), ...options], surroundings);
}

describe('export', () => {
  beforeEach(() => {
    manager.add(ALICE, { kind: 'api-key-user', limits: [...MONTHLY, { limitUsd: '5.5', period: '30 days', anchorDay: '2026-03-01' }], labels: { team: 'data; more', note: '=1+1' } });
    manager.add(ROLE, { enforcement: 'observe', thresholds: OWN });
    manager.add(BOB);
    manager.add(AGENT, { limits: MONTHLY, removedAt: '2026-03-10T12:00:00.000Z' });
    manager.pageSize = 1;
  });

  test('as CSV, of those who have orders of their own and are still there', async () => {
    const { code, stdout } = await budget(manager, ['export']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '"principalId","kind","limits","warningPercent","criticalPercent","enforcement","labels"',
      `"${ALICE}","api-key-user","100/calendar month; 5.5/30 days from 2026-03-01",,,"enforced","team=data%3B more; note==1+1"`,
      `"${ROLE}","iam-role",,"50","80","observe",`,
      '',
    ]);
  });

  test('as JSON, to a file', async () => {
    const path = join(directory, 'budgets.json');
    const { code, stdout } = await budget(manager, ['export', '--format', 'json', '--output', path]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([
      { principalId: ALICE, kind: 'api-key-user', limits: manager.budgets.get(ALICE)!.limits, thresholds: null, enforcement: 'enforced', labels: { team: 'data; more', note: '=1+1' } },
      { principalId: ROLE, kind: 'iam-role', limits: [], thresholds: { warningPercent: '50', criticalPercent: '80' }, enforcement: 'observe', labels: {} },
    ]);
  });

  test('that breaks off leaves the file as it was', async () => {
    const path = file('as it was');
    manager.faults.push(undefined, { status: 403, body: '{}' });
    const { code, stderr } = await budget(manager, ['export', '--output', path]);
    expect(code).toBe(1);
    expect(stderr).toContain('AWS did not admit the request');
    expect(readFileSync(path, 'utf8')).toBe('as it was');
    expect(readdirSync(directory).filter(name => name.endsWith('.part'))).toEqual([]);
  });

  test.each(['csv', 'json'])('as %s of all but an item that somebody broke by hand, which is named', async format => {
    const path = file('as it was');
    manager.unreadable.set(`iam-user/${ACCOUNT}/broken`, 'attribute limits is not a list\u001b[31m');
    const { code, stderr } = await budget(manager, ['export', '--format', format, '--output', path]);
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      'budgeteer: 1 budget cannot be read and is not in the export, so do not import it with --prune; mend the items in the Budgets table:',
      `  iam-user/${ACCOUNT}/broken: attribute limits is not a list [31m`,
      '',
    ]);
    const { rows, problems } = await readRows(readFileSync(path, 'utf8'));
    expect({ ids: rows.map(({ row }) => row.principalId), problems }).toEqual({ ids: [ALICE, ROLE], problems: [] });
  });

  test('of nothing', async () => {
    manager.reset();
    expect((await budget(manager, ['export', '--format', 'json'])).stdout).toBe('[]\n');
  });

  test('to where nothing can be written', async () => {
    const path = join(directory, 'missing', 'budgets.csv');
    const { code, stderr } = await budget(manager, ['export', '--output', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^budgeteer: ".*budgets\.csv" cannot be written \(ENOENT\): give a file in a directory that is there/);
    expect((await budget(manager, ['export', '--output', directory])).stderr).toContain('cannot be written (EISDIR)');
    expect(existsSync(`${directory}.part`)).toBe(false);
    expect((await budget(manager, ['export'], { stdout: new BrokenPipe(0, 'ENOSPC') })).code).toBe(1);
  });
});

describe('import', () => {
  const FILE = [
    'principalId,limits,labels',
    `${ALICE},150/month,team=data`,
    `${BOB},10/day; 25/week,`,
    `${ROLE},100/calendar month,team=ml`,
    '',
  ].join('\n');

  beforeEach(() => {
    manager.add(ALICE, { limits: MONTHLY, labels: { team: 'data' } });
    manager.add(ROLE, { limits: MONTHLY, labels: { team: 'ml' }, enforcement: 'observe', thresholds: OWN });
    manager.add(AGENT, { limits: MONTHLY, thresholds: OWN });
    manager.pageSize = 1;
  });

  const DIFFERENCE = [
    `~ ${ALICE} (line 2) changed`,
    '    limits  $100.00 / calendar month → $150.00 / calendar month',
    `+ ${BOB} (line 3) added`,
    '    limits  $10.00 / calendar day, $25.00 / calendar week',
  ];

  test('--dry-run shows what is added, changed and unchanged, and changes nothing', async () => {
    const { code, stdout } = await imported(FILE, ['--dry-run']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([...DIFFERENCE, '1 added, 1 changed, 0 removed, 1 unchanged', '']);
    expect(manager.changes).toEqual([]);
  });

  test('--prune of a file without rows is refused, not asked about: it would take everybody\'s limits away', async () => {
    manager.add(ALICE, { limits: MONTHLY });
    const { code, stderr } = await imported('principalId,limits\n', ['--prune', '--yes']);
    expect([code, manager.changes]).toEqual([2, []]);
    expect(stderr).toContain('has no rows, and --prune would take everybody\'s limits away');
  });

  test('--prune also shows and removes those that are not in the file', async () => {
    manager.add(`iam-user/${ACCOUNT}/without`);
    const { code, stdout } = await imported(FILE, ['--prune', '--yes', '--reason', 'budgets of 2027']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      ...DIFFERENCE,
      `- ${AGENT} (not in the file) removed`,
      '    limits      $100.00 / calendar month → none of its own',
      '    thresholds  warning at 50 %, critical at 80 % → those of the rest',
      '1 added, 1 changed, 1 removed, 1 unchanged',
      'done: 1 added, 1 changed, 1 removed',
      '',
    ]);
    expect(manager.changes.map(({ operation, principalId, reason }) => [operation, principalId, reason])).toEqual([
      ['setBudget', ALICE, 'budgets of 2027'], ['setBudget', BOB, 'budgets of 2027'], ['removeBudget', AGENT, 'budgets of 2027'],
    ]);
    expect(manager.budgets.get(AGENT)).not.toHaveProperty('limits');
  });

  describe('beside items that somebody broke by hand', () => {
    const BROKEN = `iam-user/${ACCOUNT}/broken`;
    const NAMED = `1 budget cannot be read and stays as it is; mend the items in the Budgets table:\n  ${BROKEN}: attribute limits is not a list\n`;

    beforeEach(() => manager.unreadable.set(BROKEN, 'attribute limits is not a list'));

    test('is not concerned with them where they are in no row', async () => {
      const { code, stdout, stderr } = await imported(FILE);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('done: 1 added, 1 changed, 0 removed');
    });

    test.each([['--prune', '--yes'], ['--prune', '--dry-run']])('%s %s names them and fails, but does the rest', async (...options) => {
      const { code, stdout, stderr } = await imported(FILE, options);
      expect({ code, stderr }).toEqual({ code: 1, stderr: NAMED });
      expect(stdout).toContain('1 added, 1 changed, 1 removed, 1 unchanged');
      expect(manager.changes).toHaveLength(options.includes('--yes') ? 3 : 0);
      expect(manager.requests.filter(({ principalId }) => principalId === BROKEN)).toEqual([]);
    });

    test('names them before it asks', async () => {
      const { code, stderr } = await imported(FILE, ['--prune'], { terminal: true, stdin: 'y\n' });
      expect(code).toBe(1);
      expect(stderr).toBe(`${NAMED}Changing 3 budgets (1 added, 1 changed, 1 removed): go on? [y/N] `);
    });

    test('names all of them', async () => {
      manager.unreadable.set('typed by hand', 'there is no principal id');
      const { stderr } = await imported(FILE, ['--prune', '--yes']);
      expect(stderr).toBe(`2 budgets cannot be read and stay as they are; mend the items in the Budgets table:\n  ${BROKEN}: attribute limits is not a list\n  typed by hand: there is no principal id\n`);
    });

    test('does not try the rows that name them', async () => {
      const { code, stdout, stderr } = await imported(`principalId,limits\n${BROKEN},1/day\n${ROLE},100/month\n`);
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '0 added, 0 changed, 0 removed, 1 unchanged\n', stderr: NAMED });
      expect(manager.changes).toEqual([]);
    });
  });

  test('asks, and is done for the versions that were seen', async () => {
    const seen = versionOf(manager.budgets.get(ALICE)!);
    const { code, stderr } = await imported(FILE, [], { terminal: true, stdin: 'y\n' });
    expect(code).toBe(0);
    expect(stderr).toBe('Changing 2 budgets (1 added, 1 changed, 0 removed): go on? [y/N] ');
    expect(manager.changes).toEqual([
      { operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: '150', period: 'calendar month' }], ifVersion: seen, idempotencyKey: expect.stringMatching(/^[0-9a-f]{64}$/) },
      {
        operation: 'setBudget',
        principalId: BOB,
        ifVersion: null,
        idempotencyKey: expect.stringMatching(/^[0-9a-f]{64}$/),
        limits: [{ limitUsd: '10', period: 'calendar day' }, { limitUsd: '25', period: 'calendar week' }],
      },
    ]);
    expect(manager.budgets.get(ROLE)).toMatchObject({ enforcement: 'observe', thresholds: OWN });
  });

  test('of somebody whom nobody had seen overwrites no orders that were given meanwhile', async () => {
    manager.onRequest = ({ operation }) => operation === 'setBudget' && !manager.budgets.has(BOB) && manager.add(BOB, { limits: MONTHLY });
    const { code, stderr } = await imported(`principalId,limits,warningPercent,criticalPercent\n${BOB},10/day,50,80\n`);
    expect(code).toBe(1);
    expect(stderr).toContain(`line 2: ${BOB}: there are orders already`);
    expect(manager.budgets.get(BOB)!.limits).toEqual(MONTHLY);
    expect(manager.changes).toHaveLength(1);
  });

  test('of somebody whom nobody had seen goes on from the version that it made', async () => {
    const { code } = await imported(`principalId,limits,warningPercent,criticalPercent\n${BOB},10/day,50,80\n`);
    expect(code).toBe(0);
    expect(manager.changes.map(({ operation, ifVersion }) => [operation, ifVersion])).toEqual([['setBudget', null], ['setThresholds', expect.stringMatching(/^\w{12}$/)]]);
  });

  test('is not done without a yes', async () => {
    const declined = await imported(FILE, [], { terminal: true, stdin: 'n\n' });
    expect(declined.code).toBe(1);
    expect(declined.stderr).toContain('Nothing was changed.');
    const unasked = await imported(FILE, []);
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toContain('write --yes if you mean it');
    expect(manager.changes).toEqual([]);
  });

  test('of what is there already asks nobody', async () => {
    const { code, stdout } = await imported(`principalId,limits\n${ALICE},100.00/month\n`, []);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '0 added, 0 changed, 0 removed, 1 unchanged\n' });
  });

  test('from standard input', async () => {
    const { code } = await budget(manager, ['import', '-', '--yes'], { stdin: JSON.stringify([{ principalId: BOB, limits: [{ limitUsd: '5', period: 'week' }] }]) });
    expect(code).toBe(0);
    expect(manager.budgets.get(BOB)!.limits).toEqual([{ limitUsd: '5', period: 'calendar week' }]);
  });

  test('takes limits away and keeps thresholds where the file says so', async () => {
    const { stdout } = await imported(`principalId,limits,warningPercent,criticalPercent\n${ROLE},100/month,,\n${AGENT},,50,80\n${ALICE},100/month,60%,70%\n`);
    expect(stdout).toContain('3 changed');
    expect(manager.changes.map(({ operation, principalId }) => [operation, principalId])).toEqual([
      ['setThresholds', ROLE], ['removeBudget', AGENT], ['setThresholds', AGENT], ['setThresholds', ALICE],
    ]);
    expect(manager.budgets.get(AGENT)).toMatchObject({ thresholds: OWN });
    expect(manager.budgets.get(AGENT)).not.toHaveProperty('limits');
    expect(manager.budgets.get(ROLE)!.thresholds.own).toBe(false);
  });

  test('keeps the day from which periods are counted', async () => {
    manager.add(BOB, { limits: [{ limitUsd: '5', period: '30 days', anchorDay: '2026-03-01' }] });
    expect((await imported(`principalId,limits\n${BOB},5/30 days\n`)).stdout).toContain('1 unchanged');
    expect((await imported(`principalId,limits,enforcement\n${BOB},5/30 days,observe\n`)).code).toBe(0);
    expect(manager.budgets.get(BOB)).toMatchObject({ enforcement: 'observe', limits: [{ anchorDay: '2026-03-01' }] });
  });

  test('reads what spreadsheets make of it: semicolons, a mark at the beginning, blank lines', async () => {
    const { stdout, stderr } = await imported(`\ufeffprincipalId;limits;labels\r\n\r\n${BOB};"10/day; 25/week";"'=a=1"\r\n;;\r\n`);
    expect(stderr).toContain('line 3: "=a=1" is no label');
    expect(stdout).toBe('');
    expect((await imported(`\ufeffprincipalId;limits\r\n\r\n${BOB};"10/day; 25/week"\r\n`)).stdout).toContain('1 added');
  });

  test('tells of all rows that are wrong, by their lines, before anything is sent', async () => {
    const { code, stdout, stderr } = await imported([
      'principalId,kind,limits,warningPercent,criticalPercent,enforcement,labels',
      `${ALICE},,100,,,,"two`,
      'lines=x"',
      'nobody,,5/day,,,,',
      `${BOB},iam-role,5/day,,,,`,
      `${BOB},iam-user,5/day,50,,,`,
      `${BOB},iam-user,5/day,90,50,,`,
      `${BOB},iam-user,5/day,50,50.0,,`,
      `${BOB},iam-user,5/day,half,50,,`,
      `${BOB},api-key-user,5/day,50,90,off,`,
      `${BOB},,5/day,,,,a=1;a=2`,
      `${BOB},,5/day,,,,a=%FF`,
      `${ROLE},,5/day,,,`,
      `${ROLE},,5/day,,,,`,
      `arn:aws:iam::${ACCOUNT}:role/x/report-writer,,5/day,,,,`,
    ].join('\n'));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(manager.requests).toEqual([]);
    expect(stderr.split('\n').slice(0, -2)).toEqual([
      expect.stringMatching(/^budgeteer: ".*budgets" cannot be imported, and nothing was changed:$/),
      expect.stringContaining('  line 2: the limit "100" has no period'),
      expect.stringContaining('  line 4: "nobody" names no principal'),
      `  line 5: the kind of ${BOB} cannot be "iam-role": it is iam-user or api-key-user, or left out`,
      '  line 6: one threshold is missing: give warningPercent and criticalPercent, or neither',
      '  line 7: warningPercent 90 is above criticalPercent 50: exchange them',
      '  line 8: warningPercent and criticalPercent are both 50: give a warningPercent that is below',
      '  line 9: warningPercent "half" is no percentage: write it like 80 or 72.5',
      '  line 10: enforcement cannot be "off": it is enforced or observe',
      '  line 11: the label "a" is given twice',
      '  line 12: "%FF" cannot be read: write a percent sign as %25',
      '  line 13: 6 cells stand under 7 titles: a cell with a comma or semicolon in it needs quotes',
      `  line 15: ${ROLE} is in line 14 already: leave one of them`,
    ]);
  });

  test.each([
    ['', 'line 1: there is no column "principalId": the columns are principalId, kind, limits'],
    ['principalId,limit\n', 'line 1: there is no column "limit"'],
    ['principalId,limits,limits\n', 'line 1: the column "limits" is there twice'],
    [`principalId,limits\n${ALICE},"5/day\n`, 'this is no CSV: Quote Not Closed'],
    ['[', 'the file: this is no JSON'],
    ['{}', 'the file: this is no list'],
    ['[{"principalId":5}]', 'entry 1: principalId is 5, and is to be a text: write "5"'],
    ['[{"limits":[]}]', 'entry 1: principalId is missing: write it like { "principalId"'],
    ['[5]', 'entry 1: the entry is 5, and is to be an object: write it like { "principalId": "iam-user/123456789012/alice", "limits": ['],
    [`[{"principalId":"${ALICE}","limit":[]}]`, 'entry 1: the entry has "limit", which is no name there: write principalId, kind, limits, thresholds, enforcement, labels; did you mean "limits"?'],
    [`[{"principalId":"${ALICE}","limits":"5/day"}]`, 'entry 1: limits is "5/day", and is to be a list: write it like { "principalId"'],
    [`[{"principalId":"${ALICE}","limits":[{"limitUsd":5,"period":"week"}]}]`, 'entry 1: limits.0.limitUsd is 5, and is to be a text: write "5"'],
    [`[{"principalId":"${ALICE}","limits":[{"limitUsd":"5"}]}]`, 'entry 1: limits.0.period is missing: write it like { "principalId"'],
    [`[{"principalId":"${ALICE}","limits":[{"limitUsd":"5","period":"week","day":"1"}]}]`, 'entry 1: limits.0 has "day", which is no name there: write limitUsd, period, anchorDay'],
    [`[{"principalId":"${ALICE}","thresholds":{"warning":"5"}}]`, 'entry 1: thresholds has "warning", which is no name there: write warningPercent, criticalPercent'],
    [`[{"principalId":"${ALICE}","labels":{"team":7}}]`, 'entry 1: labels.team is 7, and is to be a text: write "7"'],
    [`[{"principalId":"${ALICE}","labels":null}]`, 'entry 1: labels is null, and is to be an object: write it like'],
    [`[{"principalId":"${ALICE}","limits":[{"limitUsd":"-5","period":"week"}]}]`, 'entry 1: the limit "-5" is no amount'],
    [`principalId,limits,labels\n${BOB},,team=data\n`, `line 2: ${BOB}: labels and enforcement are set with limits alone`],
  ])('%j is refused', async (text, message) => {
    const { code, stderr } = await imported(text);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(manager.changes).toEqual([]);
  });

  test('of a file that is not there', async () => {
    const { code, stderr } = await budget(manager, ['import', join(directory, 'missing.csv')]);
    expect(code).toBe(2);
    expect(stderr).toContain('missing.csv" cannot be read (ENOENT)');
  });

  describe('that fails in part', () => {
    const MANY = ['principalId,limits', ...Array.from({ length: 6 }, (_, index) => `iam-user/${ACCOUNT}/user${index},5/day`)].join('\n');

    test('goes on, and tells which rows failed', async () => {
      manager.caller = ALICE;
      manager.onRequest = ({ operation }) => operation === 'setBudget' && manager.budgets.get(ROLE)!.labels.other === undefined && manager.add(ROLE, { limits: MONTHLY, labels: { other: 'change' } });
      const { code, stdout, stderr } = await imported(`principalId,limits\n${ALICE},1/day\n${ROLE},2/day\n${BOB},3/day\nagent-runtime/${ACCOUNT}/${REGION}/new,4/day\n`);
      expect(code).toBe(1);
      expect(stdout).toContain('done: 1 added, 0 changed, 0 removed');
      expect(stderr.split('\n')).toEqual([
        'budgeteer: 3 failed; import the file again for what is missing',
        expect.stringContaining(`  line 2: ${ALICE}: this is your own budget`),
        expect.stringMatching(new RegExp(`^  line 3: ${ROLE}: the version is \\w+, not \\w+: look at it again`)),
        expect.stringContaining(`  line 5: agent-runtime/${ACCOUNT}/${REGION}/new: nobody has seen`),
        '',
      ]);
      expect(manager.budgets.get(BOB)!.limits).toEqual([{ limitUsd: '3', period: 'calendar day' }]);
      manager.caller = undefined;
      expect((await imported(`principalId,limits\n${ALICE},1/day\n${ROLE},2/day\n${BOB},3/day\n`)).stdout).toContain('done: 0 added, 2 changed, 0 removed');
    });

    test('and is repeated has the same keys for the same changes', async () => {
      manager.faults.push(undefined, undefined, undefined, ...Array.from({ length: 15 }, () => ({ status: 503 })));
      const first = await imported(MANY);
      expect(first.code).toBe(1);
      expect(first.stderr).toContain('3 failed, 3 not tried (the others would fare no better)');
      const keysOf = () => manager.changes.map(({ principalId, idempotencyKey }) => `${principalId} ${idempotencyKey}`);
      const before = new Set(keysOf());
      expect(before.size).toBe(3);
      manager.requests.length = 0;
      expect((await imported(MANY)).code).toBe(0);
      expect([...before].every(key => keysOf().includes(key))).toBe(true);
      expect(new Set(keysOf()).size).toBe(6);
    });

    test('since the caller is not admitted ends at once', async () => {
      manager.faults.push(undefined, undefined, undefined, undefined, { status: 403, body: '{"Message":"Forbidden"}' });
      const { code, stdout, stderr } = await imported(MANY);
      expect(code).toBe(1);
      expect(stdout).toContain('done: 1 added');
      expect(stderr).toContain('1 failed, 4 not tried (the others would fare no better)');
    });

    test('by Ctrl-C ends between two requests', async () => {
      const interrupt = new AbortController();
      manager.onRequest = ({ operation, principalId }) => operation === 'setBudget' && principalId.endsWith('user1') && interrupt.abort();
      const { code, stdout, stderr } = await imported(MANY, ['--yes'], { interruption: () => interrupt.signal });
      expect(code).toBe(1);
      expect(stdout).toContain('done: 2 added');
      expect(stderr).toContain('0 failed, 4 not tried (stopped)');
    });

    test('by Ctrl-C before a request is tried again says that it is not known', async () => {
      const interrupt = new AbortController();
      manager.faults.push(undefined, undefined, undefined, { status: 503 });
      const pause = async () => interrupt.abort();
      const { stderr } = await imported(MANY, ['--yes'], { interruption: () => interrupt.signal, pause });
      expect(stderr).toContain('1 failed, 5 not tried (stopped)');
      expect(stderr).toContain('it is not known whether it was carried out');
    });
  });
});
