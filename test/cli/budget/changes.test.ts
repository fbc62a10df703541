import { PassThrough } from 'node:stream';
import { ACCOUNT, AGENT, ALICE, NOON, REGION, ROLE } from '../../lambdas/core/builders';
import { versionOf } from './fake-manager';
import { budget, withManager } from './with-manager';

const manager = withManager();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('set', () => {
  test('gives limits, labels and enforcement, and shows what was and what is', async () => {
    manager.add(ROLE, { limits: [{ limitUsd: '100', period: 'calendar month' }], labels: { team: 'data' } });
    const before = versionOf(manager.budgets.get(ROLE)!);
    const { code, stdout, stderr } = await budget(manager, [
      'set', `arn:aws:iam::${ACCOUNT}:role/some/path/report-writer`, '--limit', '150.50/month', '--limit', '10 calendar day', '--limit=50/30d from 2026-03-01',
      '--label', 'team=data', '--label', 'purpose=reports', '--enforcement', 'observe', '--reason', 'more reports',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(manager.changes).toEqual([{
      operation: 'setBudget',
      principalId: ROLE,
      limits: [{ limitUsd: '150.5', period: 'calendar month' }, { limitUsd: '10', period: 'calendar day' }, { limitUsd: '50', period: '30 days', anchorDay: '2026-03-01' }],
      labels: { team: 'data', purpose: 'reports' },
      enforcement: 'observe',
      reason: 'more reports',
      idempotencyKey: expect.stringMatching(UUID),
    }]);
    expect(stdout).toBe([
      `${ROLE}: changed`,
      '  limits       $100.00 / calendar month → $150.50 / calendar month, $10.00 / calendar day, $50.00 / 30 days from 2026-03-01',
      '  enforcement  enforced → observe',
      '  labels       team=data → team=data, purpose=reports',
      `  version      ${before} → ${versionOf(manager.budgets.get(ROLE)!)}`,
      '',
    ].join('\n'));
  });

  test('takes a name with an equals sign, and shows it as it is written', async () => {
    manager.add(ALICE);
    const { code, stdout } = await budget(manager, ['set', ALICE, '--limit', '1/week', '--label', 'cost%3Dcenter=a=b']);
    expect({ code, labels: manager.changes[0].labels }).toEqual({ code: 0, labels: { 'cost=center': 'a=b' } });
    expect(stdout).toContain('none → cost%3Dcenter=a=b\n');
  });

  test('leaves labels alone unless they are given or taken away', async () => {
    manager.add(ALICE, { labels: { team: 'data' } });
    await budget(manager, ['set', ALICE, '--limit', '1/week']);
    expect(manager.changes[0]).not.toHaveProperty('labels');
    await budget(manager, ['set', ALICE, '--limit', '1/week', '--no-labels']);
    expect(manager.budgets.get(ALICE)!.labels).toEqual({});
  });

  test('of the same again changes nothing', async () => {
    await budget(manager, ['set', ALICE, '--limit', '1/week']);
    const { code, stdout } = await budget(manager, ['set', ALICE, '--limit', '1/week']);
    expect(code).toBe(0);
    expect(stdout).toContain(`${ALICE}: nothing to change`);
  });

  test('--dry-run shows and changes nothing, and is no use of a key', async () => {
    manager.add(ALICE);
    const { stdout } = await budget(manager, ['set', ALICE, '--limit', '5/day', '--dry-run']);
    expect(stdout).toContain(`${ALICE}: would be changed\n  limits   none of its own → $5.00 / calendar day`);
    expect(manager.budgets.get(ALICE)).not.toHaveProperty('limits');
    expect(manager.requests).toEqual([expect.objectContaining({ dryRun: true })]);
    expect(manager.requests[0]).not.toHaveProperty('idempotencyKey');
  });

  test('--format json is the answer as it is', async () => {
    const { stdout } = await budget(manager, ['set', ALICE, '--limit', '5/day', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ changed: true, budget: { principalId: ALICE, limits: [{ limitUsd: '5', period: 'calendar day' }] } });
  });

  test('--if-version guards against the changes of others', async () => {
    manager.add(ALICE);
    const { code, stderr } = await budget(manager, ['set', ALICE, '--limit', '5/day', '--if-version', 'old']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^budgeteer: the version is \w+, not old: look at it again/);
    expect((await budget(manager, ['set', ALICE, '--limit', '5/day', '--if-version', versionOf(manager.budgets.get(ALICE)!)])).code).toBe(0);
  });
});

test('--if-version none is for those for whom nothing was ordered yet', async () => {
  const args = ['set', ALICE, '--limit', '5/day', '--if-version', 'none'];
  expect((await budget(manager, [...args, '--dry-run'])).code).toBe(0);
  expect((await budget(manager, args)).code).toBe(0);
  expect(manager.requests.map(({ ifVersion }) => ifVersion)).toEqual([null, null]);
  const { code, stderr } = await budget(manager, args);
  expect(code).toBe(1);
  expect(stderr).toContain('there are orders already');
});

test('principals by the ARN of a runtime, its endpoint, a session and a user', async () => {
  const runtime = `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/support-Ab12Cd34Ef`;
  manager.add(AGENT);
  for (const [arn, id] of [
    [runtime, AGENT], [`${runtime}/runtime-endpoint/DEFAULT`, AGENT],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/report-writer/session`, ROLE], [`arn:aws:iam::${ACCOUNT}:user/alice`, ALICE],
  ]) {
    expect((await budget(manager, ['set', arn, '--limit', '1/day'])).stderr).toBe('');
    expect(manager.changes.at(-1)!.principalId).toBe(id);
  }
});

test('top-up resolves times from now', async () => {
  manager.add(ALICE);
  const { stdout } = await budget(manager, ['top-up', ALICE, '25', '--expires', '7d', '--reason', 'quarterly report']);
  expect(manager.changes[0]).toMatchObject({ operation: 'topUp', amountUsd: '25', expiresAt: '2026-03-17T12:00:00.000Z', reason: 'quarterly report' });
  expect(stdout).toContain('  top-ups  none → $25.00 until 2026-03-17 12:00 (quarterly report)');
});

test.each([
  ['2026-04-01', '2026-04-01T00:00:00.000Z'],
  ['2026-04-01T09:00:00+02:00', '2026-04-01T07:00:00.000Z'],
  ['12h', '2026-03-11T00:00:00.000Z'],
  ['30m', '2026-03-10T12:30:00.000Z'],
  ['2w', '2026-03-24T12:00:00.000Z'],
])('exempt --until %s', async (until, expected) => {
  await budget(manager, ['exempt', ALICE, '--until', until, '--reason', 'incident']);
  expect(manager.changes).toEqual([expect.objectContaining({ operation: 'exempt', until: expected, reason: 'incident' })]);
});

test('end-exemption, restore and thresholds', async () => {
  manager.add(ALICE, { exemption: { reason: 'x' }, hold: { by: 'ops', reason: 'leak' } });
  expect((await budget(manager, ['end-exemption', ALICE])).stdout).toContain('exemption  until it is ended (x) → none');
  expect((await budget(manager, ['restore', ALICE, '--reason', 'key replaced'])).stdout).toContain('suspended  until it is restored, by ops (leak) → no');
  expect((await budget(manager, ['thresholds', ALICE, '--warning', '50', '--critical', '80.5%'])).stdout)
    .toContain('thresholds  those of the rest → warning at 50 %, critical at 80.5 %');
  expect((await budget(manager, ['thresholds', ALICE, '--default'])).stdout).toContain('→ those of the rest');
  expect(manager.changes.map(({ operation }) => operation)).toEqual(['endExemption', 'restore', 'setThresholds', 'setThresholds']);
  expect(manager.changes[3]).toMatchObject({ warningPercent: null, criticalPercent: null });
});

describe('what cannot be undone at once', () => {
  const ORDERS: readonly (readonly [string, readonly string[], string])[] = [
    ['suspend', ['suspend', ALICE, '--reason', 'leak'], `Suspending ${ALICE} at once, until it is restored: go on? [y/N]`],
    ['remove', ['remove', ALICE], `Taking the limits and thresholds of ${ALICE} away: go on? [y/N]`],
    ['exempt', ['exempt', ALICE, '--reason', 'x'], `Exempting ${ALICE} without end, whatever it spends: go on? [y/N]`],
  ];

  beforeEach(() => manager.add(ALICE, { limits: [{ limitUsd: '100', period: 'calendar month' }] }));

  test.each(ORDERS)('%s is asked for on a terminal, after it is shown, and done as shown', async (_, args, question) => {
    const version = versionOf(manager.budgets.get(ALICE)!);
    const { code, stdout, stderr } = await budget(manager, args, { terminal: true, stdin: 'y\n' });
    expect(code).toBe(0);
    expect(stderr).toContain(`${ALICE}: would be changed\n`);
    expect(stderr).toContain(question);
    expect(stdout).toContain(`${ALICE}: changed`);
    expect(manager.changes).toEqual([expect.objectContaining({ ifVersion: version, idempotencyKey: expect.stringMatching(UUID) })]);
  });

  test.each(ORDERS.flatMap(([name, args]) => ['n\n', '\n', '', 'what?\n'].map(answer => [name, answer, args] as const)))('%s is not done after %j', async (_, answer, args) => {
    const { code, stderr } = await budget(manager, args, { terminal: true, stdin: answer });
    expect(code).toBe(1);
    expect(stderr).toContain('Nothing was changed.');
    expect(manager.changes).toEqual([]);
  });

  test.each(ORDERS.flatMap(([name, args]) => [[name, false, args], [name, 'blind', args]] as const))('%s is refused where nobody can be asked (%s)', async (_, terminal, args) => {
    const { code, stderr } = await budget(manager, args, { terminal, stdin: 'y\n' });
    expect(code).toBe(2);
    expect(stderr).toContain('there is no terminal to ask on: nothing was changed; write --yes if you mean it');
    expect(manager.requests).toEqual([]);
  });

  test.each(ORDERS)('%s --yes is done without a word', async (_, args) => {
    const { code, stderr } = await budget(manager, [...args, '--yes']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(manager.requests).toHaveLength(1);
  });

  test('is not done where somebody changed the budget after it was shown', async () => {
    manager.onRequest = ({ dryRun }) => dryRun || manager.add(ALICE, { labels: { changed: 'meanwhile' } });
    const { code, stderr } = await budget(manager, ['suspend', ALICE, '--reason', 'leak'], { terminal: true, stdin: 'yes\n' });
    expect(code).toBe(1);
    expect(stderr).toContain('look at it again');
    expect(manager.budgets.get(ALICE)).not.toHaveProperty('hold');
  });

  describe('of somebody whom nobody has seen', () => {
    beforeEach(() => manager.reset());

    test.each(['suspend', 'exempt'])('%s is done on condition that there still are no orders', async operation => {
      const { code } = await budget(manager, [operation, ALICE, '--reason', 'leak'], { terminal: true, stdin: 'y\n' });
      expect(code).toBe(0);
      expect(manager.changes).toEqual([expect.objectContaining({ operation, ifVersion: null })]);
    });

    test('is not done where somebody gave orders after it was shown', async () => {
      manager.onRequest = ({ dryRun }) => dryRun || manager.add(ALICE, { limits: [{ limitUsd: '9', period: 'calendar day' }] });
      const { code, stderr } = await budget(manager, ['suspend', ALICE, '--reason', 'leak'], { terminal: true, stdin: 'y\n' });
      expect(code).toBe(1);
      expect(stderr).toContain('there are orders already: look at it again');
      expect(manager.budgets.get(ALICE)).not.toHaveProperty('hold');
    });

    test('but seen after it was shown is done', async () => {
      manager.onRequest = ({ dryRun }) => dryRun || manager.add(ALICE);
      expect((await budget(manager, ['suspend', ALICE, '--reason', 'leak'], { terminal: true, stdin: 'y\n' })).code).toBe(0);
      expect(manager.budgets.get(ALICE)).toHaveProperty('hold');
    });
  });

  test('is not asked for where there is nothing to change', async () => {
    manager.add(ALICE);
    const { code, stderr } = await budget(manager, ['remove', ALICE], { terminal: true });
    expect(code).toBe(0);
    expect(stderr).toContain('nothing to change');
    expect(stderr).not.toContain('go on?');
  });

  test('can be broken off by Ctrl-C at the question', async () => {
    const interrupt = new AbortController();
    manager.onRequest = () => setTimeout(() => interrupt.abort(), 50);
    const stdin = new PassThrough();
    const { code, stderr } = await budget(manager, ['suspend', ALICE, '--reason', 'leak'], { terminal: true, stdin, interruption: () => interrupt.signal });
    expect(code).toBe(1);
    expect(stderr).toContain('budgeteer: stopped\n');
    expect(manager.changes).toEqual([]);
  });
});

test('times that are over are refused', async () => {
  const { code, stderr } = await budget(manager, ['top-up', ALICE, '5', '--expires', '2026-03-10', '--reason', 'x']);
  expect(code).toBe(2);
  expect(stderr).toContain('--expires is "2026-03-10" (2026-03-10T00:00:00.000Z), which is over: give a time that is still to come');
  expect(NOON).toBeGreaterThan(Date.parse('2026-03-10'));
});
