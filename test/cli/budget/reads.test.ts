import { ACCOUNT, ALICE, ROLE } from '../../lambdas/core/builders';
import { BrokenPipe, jsonLines } from '../run';
import { aFakeBudget, versionOf } from './fake-manager';
import { budget, withManager } from './with-manager';

const manager = withManager();

const DAILY = { period: 'calendar day', periodStart: '2026-03-10', periodEndsAt: '2026-03-11T00:00:00.000Z', spentUsd: '9.505', limitUsd: '10', sharePercent: '95.0' };

describe('get', () => {
  test('shows everything about a budget', async () => {
    manager.add(ROLE, {
      status: 'grace_period',
      statusSince: '2026-03-10T11:00:30.000Z',
      reason: '101 % spent\u001b[31m',
      limits: [{ limitUsd: '100', period: 'calendar month' }, { limitUsd: '0.0025', period: '30 days', anchorDay: '2026-03-01' }],
      thresholds: { warningPercent: '50', criticalPercent: '80', own: true },
      labels: { team: 'data' },
      windows: [...aFakeBudget(ROLE).windows, DAILY],
      topUps: [{ amountUsd: '25', expiresAt: '2026-03-17T12:00:00.000Z' }],
      exemption: { until: '2026-03-12T00:00:00.000Z', reason: 'incident' },
      hold: { by: 'ops', reason: 'leak' },
      graceDeadline: '2026-03-10T12:05:00.000Z',
      failure: { workflow: 'suspension', step: 'deny', message: 'throttled', at: '2026-03-10T11:01:00.000Z' },
      suspension: { secondsToBlock: 301, overspendUsd: '0.5' },
      unenforceable: { code: 'attachment-quota' },
      role: ROLE,
      runtimes: ['a', 'b'],
      removedAt: '2026-03-10T12:00:00.000Z',
      updatedBy: 'arn:aws:iam::123456789012:user/alice',
      lastCallAt: 'just now',
    });
    const { code, stdout, stderr } = await budget(manager, ['get', ROLE]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe([
      `principal      ${ROLE} (iam-role)`,
      'status         grace_period since 2026-03-10 11:00: 101 % spent [31m',
      'enforcement    enforced',
      'limits         $100.00 / calendar month, $0.0025 / 30 days from 2026-03-01',
      'thresholds     warning at 50 %, critical at 80 %, its own',
      'labels         team=data',
      'top-ups        $25.00 until 2026-03-17 12:00',
      'exempt         until 2026-03-12 00:00 (incident)',
      'suspended      until it is restored, by ops (leak)',
      'grace until    2026-03-10 12:05',
      'suspension     secondsToBlock 301, overspendUsd 0.5',
      'failure        workflow suspension, step deny, message throttled, at 2026-03-10T11:01:00.000Z',
      'unenforceable  code attachment-quota',
      `role           ${ROLE}`,
      'runtimes       a, b',
      'removed        2026-03-10 12:00',
      'last call      just now',
      'changed by     arn:aws:iam::123456789012:user/alice',
      `version        ${versionOf(manager.budgets.get(ROLE)!)}`,
      '',
      ' spent    limit   share  period          ends (UTC)',
      '$72.50  $100.00  72.5 %  calendar month  2026-04-01 00:00',
      ' $9.51   $10.00  95.0 %  calendar day    2026-03-11 00:00',
      '',
    ].join('\n'));
  });

  test('--format json is the answer as it is, with what this version does not know', async () => {
    manager.add(ALICE, { somethingNew: { a: 1 } });
    const { stdout } = await budget(manager, ['get', `arn:aws:iam::${ACCOUNT}:user/alice`, '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual({ budget: { ...aFakeBudget(ALICE), somethingNew: { a: 1 }, version: versionOf(manager.budgets.get(ALICE)!) } });
  });

  test('of somebody whom nobody has seen', async () => {
    const { code, stderr } = await budget(manager, ['get', ALICE]);
    expect(code).toBe(1);
    expect(stderr).toContain(`nobody has seen ${ALICE}`);
  });
});

describe('list', () => {
  test('aligns what it has, each window on a line, the fullest first', async () => {
    manager.add(ALICE, { windows: [...aFakeBudget(ALICE).windows, DAILY], labels: { 'team': 'data', 'cost-center': '4711' } });
    manager.add(ROLE, { windows: [], status: 'suspended' });
    const { code, stdout } = await budget(manager, ['list']);
    expect(code).toBe(0);
    expect(stdout).toBe([
      `${'principal'.padEnd(ROLE.length)}  status      spent    limit   share  period          ends (UTC)        labels`,
      `${ALICE.padEnd(ROLE.length)}  active      $9.51   $10.00  95.0 %  calendar day    2026-03-11 00:00  team=data, cost-center=4711`,
      `${''.padEnd(ROLE.length)}             $72.50  $100.00  72.5 %  calendar month  2026-04-01 00:00`,
      `${ROLE}  suspended`,
      '',
    ].join('\n'));
  });

  test('passes filters on', async () => {
    manager.add(ALICE, { labels: { team: 'data' } });
    manager.add(ROLE);
    const { stdout } = await budget(manager, ['list', '--kind', 'iam-user', '--status', 'active', '--label', 'team=data', '--min-share', '70%', '--max-share', '80.5', '--format', 'json']);
    expect(manager.requests).toEqual([{
      operation: 'listBudgets', kind: 'iam-user', status: 'active', label: 'team=data', minSharePercent: '70', maxSharePercent: '80.5', limit: 100,
    }]);
    expect(jsonLines(stdout)).toEqual([expect.objectContaining({ principalId: ALICE })]);
  });

  test('follows pages, also empty ones, up to --max', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `iam-user/${ACCOUNT}/user${index}`);
    ids.forEach(id => manager.add(id));
    manager.pageSize = 3;
    expect(jsonLines((await budget(manager, ['list', '--format', 'json'])).stdout).map(({ principalId }) => principalId)).toEqual(ids);
    manager.requests.length = 0;
    expect(jsonLines((await budget(manager, ['list', '--format', 'json', '--max', '4'])).stdout).map(({ principalId }) => principalId)).toEqual(ids.slice(0, 4));
    expect(manager.requests.map(({ limit }) => limit)).toEqual([4, 1]);
    manager.faults.push({ status: 200, body: JSON.stringify({ budgets: [], nextToken: '6' }) });
    expect(jsonLines((await budget(manager, ['list', '--format', 'json'])).stdout)).toHaveLength(1);
  });

  test('writes each page before it asks for the next', async () => {
    Array.from({ length: 9 }, (_, index) => manager.add(`iam-user/${ACCOUNT}/user${index}`));
    manager.pageSize = 3;
    const { code, stderr } = await budget(manager, ['list'], { stdout: new BrokenPipe() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(manager.requests).toHaveLength(1);
  });

  test('says so where there are none', async () => {
    expect((await budget(manager, ['list'])).stdout).toBe('no budgets\n');
    expect((await budget(manager, ['list', '--format', 'json'])).stdout).toBe('');
  });

  test('--format csv has a row for each window, and no formulas', async () => {
    manager.add(ALICE, { windows: [...aFakeBudget(ALICE).windows, DAILY], labels: { '=cmd': 'x', 'a': '"1, 2"' } });
    manager.add(ROLE, { windows: [] });
    manager.pageSize = 1;
    const { stdout } = await budget(manager, ['list', '--format', 'csv']);
    expect(stdout.split('\n')).toEqual([
      '"principalId","kind","status","statusSince","enforcement","period","periodStart","periodEndsAt","spentUsd","limitUsd","sharePercent","labels","lastCallAt","problem"',
      `"${ALICE}","iam-user","active","2026-03-01T00:00:00.000Z","enforced","calendar month","2026-03-01","2026-04-01T00:00:00.000Z","72.5","100","72.5","%3Dcmd=x; a=""1, 2""",,`,
      `"${ALICE}","iam-user","active","2026-03-01T00:00:00.000Z","enforced","calendar day","2026-03-10","2026-03-11T00:00:00.000Z","9.505","10","95.0","%3Dcmd=x; a=""1, 2""",,`,
      `"${ROLE}","iam-role","active","2026-03-01T00:00:00.000Z","enforced",,,,,,,,,`,
      '',
    ]);
  });

  describe('with an item that somebody broke by hand', () => {
    const BROKEN = `iam-role/${ACCOUNT}/broken`;
    const PROBLEM = 'attribute limits is not a list\u001b[31m, and it takes a while to tell all that is wrong with it';

    beforeEach(() => {
      manager.add(ALICE);
      manager.unreadable.set(BROKEN, PROBLEM);
    });

    test('shows what is wrong with it, without making the table wider, and all the others', async () => {
      const { code, stdout, stderr } = await budget(manager, ['list']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.split('\n')).toEqual([
        `${'principal'.padEnd(BROKEN.length)}  status   spent    limit   share  period          ends (UTC)        labels`,
        `${BROKEN}  unreadable: ${PROBLEM.replace('\u001b', ' ')}`,
        `${ALICE.padEnd(BROKEN.length)}  active  $72.50  $100.00  72.5 %  calendar month  2026-04-01 00:00`,
        '',
      ]);
    });

    test('--format json has it as it is answered', async () => {
      expect(jsonLines((await budget(manager, ['list', '--format', 'json'])).stdout)).toEqual([{ principalId: BROKEN, problem: PROBLEM }, expect.objectContaining({ principalId: ALICE })]);
    });

    test('--format csv has its problem in a column', async () => {
      manager.unreadable.set(BROKEN, '=broken');
      const [head, broken, alice] = (await budget(manager, ['list', '--format', 'csv'])).stdout.split('\n');
      expect(head).toMatch(/"lastCallAt","problem"$/);
      expect(broken).toBe(`"${BROKEN}",,"unreadable",,,,,,,,,,,"'=broken"`);
      expect(alice).toMatch(/,$/);
    });

    test('of which the answer tells nothing at all is refused, with its place', async () => {
      manager.faults.push({ status: 200, body: JSON.stringify({ budgets: [{ principalId: ALICE, kind: 7 }] }) });
      const { code, stderr } = await budget(manager, ['list']);
      expect(code).toBe(1);
      expect(stderr).toContain('the answer of budget-manager cannot be read (budgets.0.kind: ');
    });
  });

  test('shows what is no amount as it is', async () => {
    manager.add(ALICE, { windows: [{ ...DAILY, spentUsd: 'much', sharePercent: 'most' }, ...aFakeBudget(ALICE).windows] });
    expect((await budget(manager, ['list'])).stdout).toContain('much   $10.00  most %');
  });
});

describe('history', () => {
  const EVENTS = [
    { occurredAt: '2026-03-10T12:00:00.000Z', type: 'BudgetChanged', actor: 'arn:aws:iam::123456789012:user/ops', reason: 'more reports', after: { limits: [] } },
    { occurredAt: '2026-03-09T12:00:00.000Z', type: 'ThresholdCrossed', actor: 'budget-evaluator' },
  ];

  test('shows when, what, by whom and why', async () => {
    manager.events.set(ALICE, EVENTS);
    manager.pageSize = 1;
    expect((await budget(manager, ['history', ALICE])).stdout.split('\n')).toEqual([
      'time (UTC)        event          by                                  reason',
      '2026-03-10 12:00  BudgetChanged  arn:aws:iam::123456789012:user/ops  more reports',
      '2026-03-09 12:00  ThresholdCrossed  budget-evaluator',
      '',
    ]);
    expect(jsonLines((await budget(manager, ['history', ALICE, '--max', '1', '--format', 'json'])).stdout)).toEqual([EVENTS[0]]);
  });

  test('may be empty', async () => {
    expect((await budget(manager, ['history', ALICE])).stdout).toBe('no events\n');
  });

  test('without a time', async () => {
    manager.events.set(ALICE, [{ type: 'Odd' }]);
    expect((await budget(manager, ['history', ALICE])).stdout).toContain('Odd');
  });
});
