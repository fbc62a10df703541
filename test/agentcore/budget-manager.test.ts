import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { readBudgets } from '../../src/cli/budget/answers';
import { isUnreadable } from '../../src/cli/budget/unreadable';
import { Env, EventType, Metric } from '../../src/contract';
import { fromItem } from '../../src/lambdas/adapters/dynamodb-values';
import { FunctionUrlEvent } from '../../src/lambdas/adapters/function-url';
import { handler } from '../../src/lambdas/budget-manager/budget-manager.lambda';
import { auditRow } from '../../src/lambdas/core/audit-row';
import { budgetFromItem, Item, NumberText } from '../../src/lambdas/core/budget-item';
import { decide } from '../../src/lambdas/core/decision';
import { declare, readDeclaration } from '../../src/lambdas/core/declaration';
import { awsError } from '../lambdas/adapters/aws-error';
import {
  aBudget, aContext, ACCOUNT, AGENT, AGENT_ROLE, agentSettingTexts, ALICE, aSuspendedBudget, at, DAY, itemOf, KEY_USER, limit, NOON, REGION, ROLE, settings,
  SHARED_AGENTS,
} from '../lambdas/core/builders';
import { InMemoryDeployment } from '../lambdas/core/in-memory/deployment';
import { ADMIN, aFunctionUrlEvent } from '../lambdas/function-url';
import { InMemoryDynamoDb } from '../lambdas/in-memory-dynamodb';
import { CONTEXT, lambdaWorld } from '../lambdas/lambda-world';

const table = new InMemoryDynamoDb();
const ssm = mockClient(SSMClient);
const world = lambdaWorld();

const ALICE_ARN = `arn:aws:iam::${ACCOUNT}:user/people/alice`;
const BOB = `iam-user/${ACCOUNT}/bob`;
const ROOT = `root/${ACCOUNT}`;
const FOREIGN = 'iam-user/999988887777/eve';
const HUNDRED = [{ limitUsd: '100', period: 'calendar month' }];
const MARCH_ENDS = '2026-04-01T00:00:00.000Z';

let now = NOON;

beforeAll(() => {
  process.env[Env.DEPLOYED_SETTINGS] = JSON.stringify(agentSettingTexts());
});
beforeEach(() => {
  table.reset();
  ssm.reset();
  ssm.on(GetParametersByPathCommand).resolves({ Parameters: [] });
  now = NOON;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});

// Answers differ by operation, and the tests look into them field by field, as a caller without types does.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Reply = { readonly status: number; readonly headers: Record<string, string> } & Record<string, any>;

let invocations = 0;

async function send(event: FunctionUrlEvent): Promise<Reply> {
  invocations += 1;
  const result = await handler(event, { ...CONTEXT, awsRequestId: `invocation-${invocations}` }) as { statusCode: number; headers: Record<string, string>; body: string };
  return { status: result.statusCode, headers: result.headers, ...JSON.parse(result.body) };
}

function ask(body: unknown, options: Parameters<typeof aFunctionUrlEvent>[1] = {}): Promise<Reply> {
  return send(aFunctionUrlEvent(body, options));
}

function given(...budgets: readonly Parameters<typeof itemOf>[0][]): void {
  budgets.forEach(budget => table.put(itemOf(budget)));
}

const stored = (principalId: string) => budgetFromItem(table.item(principalId)!);
const agent = (changes: Parameters<typeof aBudget>[0] = {}) => aBudget({ principalId: AGENT, role: AGENT_ROLE, limits: undefined, ...changes });
const shared = (changes: Parameters<typeof aBudget>[0] = {}) => aBudget({ principalId: SHARED_AGENTS, limits: undefined, runtimes: [AGENT, `${AGENT}2`], ...changes });

/** One valid request of every operation that changes. */
const changes = (principalId: string): readonly (Record<string, unknown> & { readonly operation: string })[] => [
  { operation: 'setBudget', principalId, limits: HUNDRED },
  { operation: 'removeBudget', principalId },
  { operation: 'topUp', principalId, amountUsd: '5', expiresAt: '2026-03-20T00:00:00Z', reason: 'launch' },
  { operation: 'exempt', principalId, reason: 'migration' },
  { operation: 'endExemption', principalId },
  { operation: 'suspend', principalId, reason: 'leaked key' },
  { operation: 'restore', principalId, reason: 'new key' },
  { operation: 'setThresholds', principalId, warningPercent: '50', criticalPercent: '80' },
];

describe('reading a budget', () => {
  test('tells where the principal stands, in the words of the documentation', async () => {
    given(aBudget({
      principalId: ROLE,
      spent: '72.5',
      labels: { team: 'data' },
      status: 'warning',
      statusSince: NOON,
      reason: '72.5 % of $100.00 spent since 2026-03-01',
      updatedBy: 'arn:aws:iam::444455556666:user/alice',
      lastCallAt: NOON - 30_000,
    }));
    const { status, headers, budget } = await ask({ operation: 'getBudget', principalId: ROLE });
    expect(status).toBe(200);
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(budget).toEqual({
      principalId: ROLE,
      kind: 'iam-role',
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
      labels: { team: 'data' },
      status: 'warning',
      statusSince: '2026-03-10T12:00:00.000Z',
      reason: '72.5 % of $100.00 spent since 2026-03-01',
      enforcement: 'enforced',
      windows: [{ period: 'calendar month', periodStart: '2026-03-01', periodEndsAt: MARCH_ENDS, spentUsd: '72.5', limitUsd: '100', sharePercent: '72.5' }],
      limits: [{ limitUsd: '100', period: 'calendar month' }],
      thresholds: { warningPercent: '70', criticalPercent: '90', own: false },
      topUps: [],
      updatedBy: 'arn:aws:iam::444455556666:user/alice',
      lastCallAt: '2026-03-10T11:59:30.000Z',
    });
  });

  test.each([
    ['an IAM user', aBudget()],
    ['an API-key user', aBudget({ principalId: KEY_USER, kind: 'api-key-user', limits: undefined })],
    ['a role', aBudget({ principalId: ROLE })],
    ['a runtime', agent()],
    ['a shared role', shared()],
    ['the root user', aBudget({ principalId: ROOT })],
  ])('and is open to everybody who may invoke, for %s, also to its own principal', async (_, budget) => {
    given(budget);
    const reply = await ask({ operation: 'getBudget', principalId: budget.principalId }, { as: ALICE_ARN });
    expect(reply).toMatchObject({ status: 200, budget: { principalId: budget.principalId, kind: budget.kind } });
  });

  test('has the default of its kind where it has no limits of its own', async () => {
    given(agent(), shared(), aBudget({ principalId: KEY_USER, kind: 'api-key-user', limits: undefined }));
    const limitOf = async (principalId: string) => (await ask({ operation: 'getBudget', principalId })).budget.windows[0].limitUsd;
    expect(await Promise.all([AGENT, SHARED_AGENTS, KEY_USER].map(limitOf))).toEqual(['10', '20', '25']);
    expect((await ask({ operation: 'getBudget', principalId: AGENT })).budget).not.toHaveProperty('limits');
  });

  test('of somebody unknown is answered by 404', async () => {
    expect(await ask({ operation: 'getBudget', principalId: BOB })).toMatchObject({ status: 404, error: { code: 'NotFound', message: expect.stringContaining(BOB) } });
  });
});

describe('giving a budget', () => {
  test('to every kind of principal takes the same request, and is written with who, when and why', async () => {
    const kinds = [aBudget(), aBudget({ principalId: KEY_USER, kind: 'api-key-user' }), aBudget({ principalId: ROLE }), agent(), shared()];
    given(...kinds);
    for (const { principalId } of kinds) {
      const reply = await ask({
        operation: 'setBudget',
        principalId,
        limits: [{ limitUsd: '12.50', period: 'calendar day' }, { limitUsd: '200', period: '30 days', anchorDay: '2026-03-01' }],
        labels: { team: 'data' },
        enforcement: 'observe',
        reason: 'a new project',
      });
      expect(reply).toMatchObject({
        status: 200,
        changed: true,
        before: { principalId, enforcement: 'enforced' },
        budget: {
          limits: [{ limitUsd: '12.5', period: 'calendar day' }, { limitUsd: '200', period: '30 days', anchorDay: '2026-03-01' }],
          labels: { team: 'data' },
          enforcement: 'observe',
          updatedBy: ADMIN,
        },
      });
      expect(table.item(principalId)).toMatchObject({ updatedBy: ADMIN, change: { at: '2026-03-10T12:00:00.000Z', reason: 'a new project' } });
      expect(stored(principalId).limits).toEqual([limit('12.5', 'calendar day'), limit('200', '30 days', '2026-03-01')]);
    }
  });

  test('is announced with the caller and the reason, and decided on', async () => {
    given(aBudget({ spent: '150', limits: undefined }));
    const deployment = new InMemoryDeployment();
    deployment.given(stored(ALICE));
    await ask({ operation: 'setBudget', principalId: ALICE, limits: HUNDRED, reason: 'audit 7' });
    deployment.budgets.put(table.item(ALICE)!);
    await deployment.evaluateStream();
    expect(deployment.status(ALICE)).toBe('grace_period');
    expect(deployment.events.distinct().find(({ type }) => type === EventType.BUDGET_CHANGED)?.detail).toMatchObject({
      actor: ADMIN, reason: 'changed: limits (audit 7)', before: { limits: null }, after: { limits: [{ limitUsd: '100', period: 'calendar month' }] },
    });
  });

  test.each([BOB, `iam-role/${ACCOUNT}/fresh`, ROOT, `federated-user/${ACCOUNT}/guest`])('to %s, whom nobody has seen, creates the item and has it looked at', async principalId => {
    const reply = await ask({ operation: 'setBudget', principalId, limits: HUNDRED, reason: 'in advance' });
    expect(reply).toMatchObject({ status: 200, changed: true, budget: { principalId, status: 'active' } });
    expect(reply).not.toHaveProperty('before');
    expect(table.item(principalId)).toMatchObject({
      kind: principalId.split('/')[0], registeredAt: '2026-03-10T12:00:00.000Z', anchorDay: '2026-03-10', watch: 'open', nextCheckAt: '2026-03-10T12:15:00.000Z',
    });
  });

  test('before the first call is announced with its reason', async () => {
    await ask({ operation: 'setBudget', principalId: BOB, limits: HUNDRED, reason: 'in advance' });
    const deployment = new InMemoryDeployment();
    deployment.budgets.put(table.item(BOB)!);
    await deployment.evaluateStream();
    expect(deployment.events.distinct().find(({ type }) => type === EventType.BUDGET_CHANGED)?.detail).toMatchObject({ actor: ADMIN, reason: expect.stringContaining('in advance') });
  });

  test.each([
    [ROOT, 'only a service control policy can restrict it'],
    [`federated-user/${ACCOUNT}/guest`, 'restrict the IAM user that issues it'],
    [FOREIGN, 'it belongs to account 999988887777: restrict it there'],
    [`iam-role/${ACCOUNT}/AWSReservedSSO_Developer_0123456789abcdef`, 'only AWS may modify'],
  ])('to %s says that it cannot be restricted', async (principalId, why) => {
    const reply = await ask({ operation: 'setBudget', principalId, limits: HUNDRED });
    expect(reply).toMatchObject({ status: 200, changed: true, note: expect.stringContaining(why) });
  });

  test('that it has already writes nothing', async () => {
    given(aBudget());
    const before = table.item(ALICE);
    expect(await ask({ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: '100.00', period: 'calendar month' }] })).toMatchObject({ status: 200, changed: false });
    expect(table.writes).toBe(0);
    expect(table.item(ALICE)).toEqual(before);
  });

  test('keeps the windows of a limit that is raised, so that no spend is left behind', async () => {
    given(aBudget({ limits: [limit('100', '30 days', '2026-02-20')], spent: '60' }));
    const { before, budget } = await ask({ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: '200', period: '30 days' }] });
    expect(budget.windows[0]).toMatchObject({ periodStart: before.windows[0].periodStart, spentUsd: '60', limitUsd: '200', sharePercent: '30.0' });
  });

  test('can be tried out', async () => {
    given(aBudget());
    const reply = await ask({ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: '7', period: 'calendar month' }], dryRun: true });
    expect(reply).toMatchObject({ status: 200, changed: true, dryRun: true, before: { limits: HUNDRED }, budget: { limits: [{ limitUsd: '7' }] } });
    expect(table.writes).toBe(0);
  });

  test('of one\'s own is taken away again: the default of the kind holds', async () => {
    given(agent({ limits: [limit('500')], thresholds: { warningPercent: settings().warningPercent, criticalPercent: settings().criticalPercent } }));
    const reply = await ask({ operation: 'removeBudget', principalId: AGENT, reason: 'the project is over' });
    expect(reply).toMatchObject({ status: 200, changed: true, before: { thresholds: { own: true } }, budget: { windows: [{ limitUsd: '10' }], thresholds: { own: false } } });
    expect(table.item(AGENT)).not.toHaveProperty('limits');
    expect(table.item(AGENT)).not.toHaveProperty('thresholds');
    expect(await ask({ operation: 'removeBudget', principalId: AGENT })).toMatchObject({ changed: false });
  });

  test('is not undone by the stack that declared another one', async () => {
    const declaration = readDeclaration({ principalId: ALICE, limits: [{ period: 'calendar month', limitUsd: '100' }], labels: { team: 'data' }, enforcement: 'enforced' });
    const origin = { stackName: 'Shop', owner: 'stack/1', requestId: 'r-1', at: NOON, today: '2026-03-10' };
    const first = declare(undefined, declaration, origin);
    table.put({ principalId: ALICE, ...first.defaults, ...first.set });
    await ask({ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: '300', period: 'calendar month' }], labels: {}, enforcement: 'observe' });
    const again = declare(table.item(ALICE), declaration, { ...origin, requestId: 'r-2' });
    expect(again.kept).toEqual(['limits', 'labels', 'enforcement']);
    expect(Object.keys(again.set)).toEqual(['declared']);

    // What was taken away is nobody's any more, and what is as the stack declares it belongs to the stack again.
    await ask({ operation: 'removeBudget', principalId: ALICE });
    await ask({ operation: 'setBudget', principalId: BOB, limits: HUNDRED });
    expect(declare(table.item(ALICE), declaration, { ...origin, requestId: 'r-3' }).kept).toEqual(['labels', 'enforcement']);
    await ask({ operation: 'setBudget', principalId: ALICE, limits: HUNDRED, labels: { team: 'data' }, enforcement: 'enforced' });
    expect(declare(table.item(ALICE), declaration, { ...origin, requestId: 'r-4' }).kept).toEqual([]);
  });
});

describe('topping up, exempting, thresholds', () => {
  test('a top-up raises every limit until it expires, and those that are over leave the item', async () => {
    given(aBudget({ topUps: [{ amount: limit('1').amount, expiresAt: NOON - DAY, reason: 'old' }, { amount: limit('2').amount, expiresAt: NOON + DAY }] }));
    const { budget } = await ask({ operation: 'topUp', principalId: ALICE, amountUsd: '50', expiresAt: '2026-03-20T00:00:00+01:00', reason: 'launch week' });
    expect(budget.topUps).toEqual([{ amountUsd: '2', expiresAt: '2026-03-11T12:00:00.000Z' }, { amountUsd: '50', expiresAt: '2026-03-19T23:00:00.000Z', reason: 'launch week' }]);
    expect(budget.windows[0].limitUsd).toBe('152');
    expect(stored(ALICE).topUps).toHaveLength(2);
  });

  test('top-ups are at most twenty at once', async () => {
    given(aBudget({ topUps: Array.from({ length: 20 }, () => ({ amount: limit('1').amount, expiresAt: NOON + DAY })) }));
    const request = { operation: 'topUp', principalId: ALICE, amountUsd: '50', expiresAt: '2026-03-20T00:00:00Z', reason: 'launch' };
    expect(await ask(request)).toMatchObject({ status: 409, error: { code: 'Conflict', message: expect.stringContaining('20 top-ups') } });
    now += DAY;
    expect(await ask(request)).toMatchObject({ status: 200, changed: true });
    expect(stored(ALICE).topUps).toHaveLength(1);
  });

  test('a top-up of somebody without a limit is allowed, and said to raise nothing', async () => {
    given(aBudget({ limits: undefined }));
    expect(await ask({ operation: 'topUp', principalId: ALICE, amountUsd: '50', expiresAt: '2026-03-20T00:00:00Z', reason: 'launch' }))
      .toMatchObject({ changed: true, note: expect.stringContaining('no limit') });
  });

  test.each([
    ['expiresAt', { operation: 'topUp', amountUsd: '5', expiresAt: '2026-03-10T12:00:00Z', reason: 'r' }],
    ['expiresAt', { operation: 'topUp', amountUsd: '5', expiresAt: '2027-03-11T12:00:01Z', reason: 'r' }],
    ['until', { operation: 'exempt', until: '2026-03-10T11:59:59Z', reason: 'r' }],
    ['criticalPercent', { operation: 'setThresholds', warningPercent: '80', criticalPercent: '80' }],
    ['warningPercent', { operation: 'setThresholds', warningPercent: null, criticalPercent: '80' }],
    ['criticalPercent', { operation: 'setThresholds', warningPercent: '80', criticalPercent: null }],
    ['limits[1]', { operation: 'setBudget', limits: [{ limitUsd: '1', period: '30 days', anchorDay: '2026-01-09' }, { limitUsd: '2', period: '30 days' }] }],
    ['limits[0].anchorDay', { operation: 'setBudget', limits: [{ limitUsd: '1', period: 'calendar week', anchorDay: '2026-03-09' }] }],
  ])('%s that does not fit is refused: %j', async (field, request) => {
    given(aBudget());
    expect(await ask({ principalId: ALICE, ...request })).toMatchObject({ status: 400, error: { code: 'BadRequest', field } });
    expect(table.writes).toBe(0);
  });

  test('an exemption lasts until its end, and can be ended once', async () => {
    const { budget } = await ask({ operation: 'exempt', principalId: BOB, until: '2026-03-12T00:00:00Z', reason: 'migration' });
    expect(budget).toMatchObject({ principalId: BOB, exemption: { until: '2026-03-12T00:00:00.000Z', reason: 'migration' } });
    expect(await ask({ operation: 'endExemption', principalId: BOB })).toMatchObject({ status: 200, changed: true, before: { exemption: {} } });
    expect(stored(BOB)).not.toHaveProperty('exemption');
    expect(await ask({ operation: 'endExemption', principalId: BOB })).toMatchObject({ status: 409, error: { message: 'there is no exemption to end' } });

    await ask({ operation: 'exempt', principalId: BOB, until: '2026-03-12T00:00:00Z', reason: 'migration' });
    now = at('2026-03-12T00:00:00Z');
    expect((await ask({ operation: 'getBudget', principalId: BOB })).budget).not.toHaveProperty('exemption');
    expect(await ask({ operation: 'endExemption', principalId: BOB })).toMatchObject({ status: 409, error: { message: expect.stringContaining('ended by itself at 2026-03-12') } });
    expect(await ask({ operation: 'exempt', principalId: BOB, reason: 'for good' })).toMatchObject({ changed: true, budget: { exemption: { reason: 'for good' } } });
  });

  test('thresholds of one\'s own, and back to those of the rest', async () => {
    given(agent());
    expect(await ask({ operation: 'setThresholds', principalId: AGENT, warningPercent: '50', criticalPercent: '80.5' }))
      .toMatchObject({ changed: true, budget: { thresholds: { warningPercent: '50', criticalPercent: '80.5', own: true } } });
    expect(await ask({ operation: 'setThresholds', principalId: AGENT, warningPercent: null, criticalPercent: null }))
      .toMatchObject({ changed: true, budget: { thresholds: { warningPercent: '70', criticalPercent: '90', own: false } } });
  });

  test.each(changes('').filter(({ operation }) => !['setBudget', 'suspend', 'exempt'].includes(operation)))('$operation of somebody unknown is answered by 404', async request => {
    expect(await ask({ ...request, principalId: BOB })).toMatchObject({ status: 404, error: { code: 'NotFound', field: 'principalId' } });
    expect(table.items.size).toBe(0);
  });

  test.each(changes(AGENT))('$operation of a runtime or shared role that is not registered is answered by 404', async request => {
    expect(await ask(request)).toMatchObject({ status: 404 });
    expect(await ask({ ...request, principalId: SHARED_AGENTS })).toMatchObject({ status: 404 });
    expect(table.items.size).toBe(0);
  });
});

describe('suspending and restoring by hand', () => {
  test('a held principal is suspended, stays so over the turn of a period, and is restored by hand alone', async () => {
    const deployment = new InMemoryDeployment({ texts: agentSettingTexts() });
    given(aBudget({ spent: '1' }));
    deployment.given(stored(ALICE));
    const exchange = async (request: unknown) => {
      table.put(deployment.budgets.item(ALICE)!);
      const reply = await ask(request);
      deployment.now = now;
      deployment.budgets.edit(ALICE, { hold: undefined, ...table.item(ALICE) });
      await deployment.evaluateStream();
      await deployment.runWorkflows();
      return reply;
    };

    expect(await exchange({ operation: 'suspend', principalId: ALICE, reason: 'leaked key' })).toMatchObject({ changed: true, budget: { hold: { by: ADMIN, reason: 'leaked key' } } });
    expect(deployment.status(ALICE)).toBe('suspended');

    now = deployment.now = at('2026-05-02T00:00:00Z');
    await deployment.monitor();
    await deployment.evaluateStream();
    await deployment.runWorkflows();
    expect(deployment.status(ALICE)).toBe('suspended');
    expect(decide(deployment.budgets.peek(ALICE)!, aContext(), now)).toMatchObject({ status: 'suspended', changed: false });

    expect(await exchange({ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: '9999', period: 'calendar month' }] }))
      .toMatchObject({ note: expect.stringContaining(`${ADMIN} holds it (leaked key)`) });
    expect(deployment.status(ALICE)).toBe('suspended');

    const restored = await exchange({ operation: 'restore', principalId: ALICE, reason: 'key rotated' });
    expect(restored).toMatchObject({ changed: true, before: { status: 'suspended' } });
    expect(restored.budget).not.toHaveProperty('exemption');
    expect(deployment.status(ALICE)).toBe('active');
    expect(await exchange({ operation: 'restore', principalId: ALICE, reason: 'again' })).toMatchObject({ status: 409, error: { message: expect.stringContaining('nothing to restore') } });
  });

  test('who is over several limits is exempt until the last of those periods ends', async () => {
    given(aSuspendedBudget({ spent: '50', limits: [limit('10', 'calendar day'), limit('20', 'calendar week'), limit('1000')] }));
    const deployment = new InMemoryDeployment();
    deployment.given(stored(ALICE), { denied: true });
    const weekEnds = '2026-03-16T00:00:00.000Z';
    expect(await ask({ operation: 'restore', principalId: ALICE, reason: 'deadline' })).toMatchObject({
      status: 200, changed: true, note: expect.stringContaining(`exempt until ${weekEnds}`), budget: { exemption: { until: weekEnds, reason: 'deadline' } },
    });
    deployment.budgets.put(table.item(ALICE)!);
    await deployment.evaluateStream();
    await deployment.runWorkflows();
    expect(deployment.status(ALICE)).toBe('active');
  });

  test.each(['grace_period', 'exceeded'] as const)('who is in %s is exempt as well', async status => {
    given(aBudget({ spent: '120', status }));
    expect(await ask({ operation: 'restore', principalId: ALICE, reason: 'deadline' })).toMatchObject({ changed: true, budget: { exemption: { until: MARCH_ENDS } } });
  });

  test('the period ends in the settings in force now, not in those of a minute ago', async () => {
    given(aSuspendedBudget({ principalId: KEY_USER, kind: 'api-key-user', limits: undefined, spent: '30' }));
    await ask({ operation: 'getBudget', principalId: KEY_USER });
    ssm.on(GetParametersByPathCommand).resolves({ Parameters: [{ Name: '/settings/refresh-period', Value: 'calendar day' }] });
    expect(await ask({ operation: 'restore', principalId: KEY_USER, reason: 'deadline' })).toMatchObject({ budget: { exemption: { until: '2026-03-11T00:00:00.000Z' } } });
  });

  test('who is suspended within the limit needs no order', async () => {
    given(aSuspendedBudget({ spent: '20' }));
    expect(await ask({ operation: 'restore', principalId: ALICE, reason: 'late' })).toMatchObject({ status: 200, changed: false, note: expect.stringContaining('restored by itself') });
  });

  test('a hold over an exemption leaves the exemption', async () => {
    given(aSuspendedBudget({ hold: { by: 'ops', reason: 'leak' }, exemption: { reason: 'pilot', until: NOON + DAY } }));
    const { budget } = await ask({ operation: 'restore', principalId: ALICE, reason: 'fixed' });
    expect(budget).toMatchObject({ exemption: { reason: 'pilot', until: '2026-03-11T12:00:00.000Z' } });
    expect(budget).not.toHaveProperty('hold');
  });

  test('a restoration that another one made needless meanwhile is not carried out', async () => {
    given(aSuspendedBudget());
    table.beforeWrite = () => table.edit(ALICE, { status: 'active' });
    expect(await ask({ operation: 'restore', principalId: ALICE, reason: 'deadline' })).toMatchObject({ status: 409 });
    expect(stored(ALICE)).not.toHaveProperty('exemption');
  });

  test('a user who was never seen is held before the first call', async () => {
    await ask({ operation: 'suspend', principalId: BOB, reason: 'left the company' });
    expect(decide(stored(BOB), aContext(), NOON)).toMatchObject({ status: 'grace_period', graceDeadline: NOON, workflow: 'suspension' });
    expect(await ask({ operation: 'suspend', principalId: ROOT, reason: 'r' })).toMatchObject({ status: 404 });
  });

  test('suspending a shared role names the runtimes that are suspended with it', async () => {
    given(shared());
    expect(await ask({ operation: 'suspend', principalId: SHARED_AGENTS, reason: 'loop' })).toMatchObject({ changed: true, note: `Suspended with it: ${AGENT}, ${AGENT}2.` });
  });
});

describe('nobody changes the budget of their own calls', () => {
  const sessionOf = (role: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/BedrockAgentCore-2f0a`;
  const cases: readonly (readonly [string, string, string])[] = [
    ['a user', ALICE_ARN, ALICE],
    ['a user who spells the name otherwise', ALICE_ARN, `iam-user/${ACCOUNT}/ALICE`],
    ['a user with an API key', `arn:aws:iam::${ACCOUNT}:user/BedrockAPIKey-a1b2`, KEY_USER],
    ['a session of a role', sessionOf('report-writer'), ROLE],
    ['a runtime', sessionOf('agents'), AGENT],
    ['a runtime whose role is shared', sessionOf('agents'), SHARED_AGENTS],
    ['a runtime, for its role', sessionOf('agents'), AGENT_ROLE],
    ['the root user', `arn:aws:iam::${ACCOUNT}:root`, ROOT],
    // It may be made by whom it is about: nothing in it tells.
    ['a federated session', `arn:aws:sts::${ACCOUNT}:federated-user/guest`, ALICE],
    ['an identity of another form', 'arn:aws:iam::cloudfront:something/else', ALICE],
  ];

  test.each(cases)('%s', async (_, as, principalId) => {
    given(aSuspendedBudget(), aBudget({ principalId: KEY_USER }), aBudget({ principalId: ROLE }), agent({ hold: { by: 'ops', reason: 'leak' } }), shared());
    const before = new Map(table.items);
    for (const request of changes(principalId)) {
      expect(await ask(request, { as })).toMatchObject({ status: 403, error: { code: 'Forbidden' } });
      expect(await ask({ ...request, dryRun: true }, { as })).toMatchObject({ status: 403 });
    }
    expect(table.items).toEqual(before);
    expect((await ask({ operation: 'listBudgets' }, { as })).status).toBe(200);
  });

  test('whatever the body says about the caller', async () => {
    given(aBudget());
    for (const forged of ['caller', 'userArn', 'updatedBy', 'requestContext']) {
      expect(await ask({ operation: 'setBudget', principalId: ALICE, limits: HUNDRED, [forged]: ADMIN }, { as: ALICE_ARN })).toMatchObject({ status: 400, error: { field: forged } });
    }
  });

  test('and nobody at all without a signature', async () => {
    given(aBudget());
    for (const request of [...changes(ALICE), { operation: 'getBudget', principalId: ALICE }, { operation: 'listBudgets' }]) {
      expect(await ask(request, { as: null })).toMatchObject({ status: 403, error: { code: 'Forbidden' } });
      expect(await send({ ...aFunctionUrlEvent(request), requestContext: { http: { method: 'POST' }, authorizer: {} } })).toMatchObject({ status: 403 });
    }
    expect(await send({})).toMatchObject({ status: 403 });
  });

  test('also where the runtime gets the caller\'s role while the request is under way', async () => {
    given(agent({ role: ROLE }));
    table.beforeWrite = () => table.edit(AGENT, { role: AGENT_ROLE });
    expect(await ask({ operation: 'setBudget', principalId: AGENT, limits: HUNDRED }, { as: sessionOf('agents') })).toMatchObject({ status: 403 });
    expect(stored(AGENT)).not.toHaveProperty('limits');
  });

  test('but of somebody else\'s', async () => {
    given(agent());
    expect(await ask({ operation: 'setBudget', principalId: AGENT, limits: HUNDRED }, { as: ALICE_ARN })).toMatchObject({ status: 200, changed: true, budget: { updatedBy: ALICE_ARN } });
  });
});

describe('versions and races', () => {
  const raise = (limitUsd: string, more: Item = {}) => ({ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd, period: 'calendar month' }], ...more });

  test('of two raises on one version, one is carried out and the other told', async () => {
    given(aBudget());
    const { budget: { version: ifVersion } } = await ask({ operation: 'getBudget', principalId: ALICE });
    const replies = await Promise.all([ask(raise('200', { ifVersion })), ask(raise('300', { ifVersion }))]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = replies.find(({ status }) => status === 200)!;
    expect((await ask({ operation: 'getBudget', principalId: ALICE })).budget.limits).toEqual(winner.budget.limits);
    expect(replies.find(({ status }) => status === 409)!.error).toMatchObject({ code: 'Conflict', field: 'ifVersion', message: expect.stringContaining(winner.budget.version) });
    expect(table.writes).toBe(1);
  });

  test('the version of an answer is the one to change next; spending does not change it', async () => {
    given(aBudget());
    const first = await ask(raise('200'));
    table.edit(ALICE, { 'spend#2026-03-11': new NumberText('5'), 'status': 'warning', 'revision': new NumberText('9') });
    expect(await ask(raise('300', { ifVersion: first.budget.version }))).toMatchObject({ status: 200, changed: true });
    expect(await ask(raise('400', { ifVersion: first.budget.version }))).toMatchObject({ status: 409 });
  });

  test('a version of a budget that is not there is not the one', async () => {
    expect(await ask(raise('200', { ifVersion: '0123456789ab' }))).toMatchObject({ status: 409, error: { message: expect.stringContaining('there is no budget yet') } });
  });

  describe('of somebody for whom nothing must have been ordered yet', () => {
    const ofBob = (more: Item = {}) => ({ operation: 'setBudget', principalId: BOB, limits: HUNDRED, ifVersion: null, ...more });

    test('the first of two orders is carried out, and the other told', async () => {
      const replies = await Promise.all([ask(ofBob()), ask(ofBob({ limits: [{ limitUsd: '7', period: 'calendar day' }] }))]);
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
      const winner = replies.find(({ status }) => status === 200)!;
      expect((await ask({ operation: 'getBudget', principalId: BOB })).budget.limits).toEqual(winner.budget.limits);
      expect(replies.find(({ status }) => status === 409)!.error).toEqual({
        code: 'Conflict', field: 'ifVersion', message: `ifVersion is null, but there are orders already (version ${winner.budget.version}): read the budget of ${BOB} again`,
      });
      expect(await ask(ofBob({ dryRun: true }))).toMatchObject({ status: 409 });
    });

    test('whoever was seen meanwhile, and what the registrar found out, is no order', async () => {
      given(aBudget({ principalId: BOB, kind: 'api-key-user', limits: undefined, spent: '3' }));
      expect(await ask(ofBob())).toMatchObject({ status: 200, changed: true });
    });

    test.each<readonly [string, Item]>([
      ['limits', { limits: [{ limitUsd: new NumberText('50'), period: 'calendar month' }] }], ['top-ups', { topUps: [{ amountUsd: new NumberText('5'), expiresAt: MARCH_ENDS }] }],
      ['exemption', { exemption: { reason: 'r' } }], ['hold', { hold: { by: 'ops', reason: 'r' } }], ['labels', { labels: { team: 'shop' } }],
      ['enforcement', { enforcement: 'observe' }], ['thresholds', { thresholds: { warningPercent: new NumberText('1'), criticalPercent: new NumberText('2') } }],
    ])('%s that somebody ordered meanwhile are not overwritten', async (_, order) => {
      const item = { principalId: BOB, ...order };
      table.beforeWrite = () => table.put(item);
      expect(await ask(ofBob())).toMatchObject({ status: 409, error: { field: 'ifVersion' } });
      expect(table.item(BOB)).toEqual(item);
    });

    test('the same request again is answered the same', async () => {
      await ask(ofBob({ idempotencyKey: 'k' }));
      expect(await ask(ofBob({ idempotencyKey: 'k' }))).toMatchObject({ status: 200, replayed: true });
      expect(await ask(ofBob({ idempotencyKey: 'k', ifVersion: undefined }))).toMatchObject({ status: 409, error: { code: 'IdempotencyConflict' } });
    });
  });

  test.each<readonly [string, Item]>([
    ['limits', { limits: [{ limitUsd: new NumberText('50'), period: 'calendar month' }] }], ['top-ups', { topUps: [{ amountUsd: new NumberText('5'), expiresAt: MARCH_ENDS }] }],
    ['exemption', { exemption: { reason: 'by hand' } }], ['hold', { hold: { by: 'ops', reason: 'by hand' } }], ['labels', { labels: { team: 'shop' } }],
    ['enforcement', { enforcement: 'observe' }], ['thresholds', { thresholds: { warningPercent: new NumberText('1'), criticalPercent: new NumberText('2') } }],
    ['kind', { kind: 'api-key-user' }], ['another request', { requests: [{ key: 'k', hash: 'h', at: MARCH_ENDS, version: 'v' }] }],
  ])('without a version, a change by hand of the %s meanwhile is read and kept', async (_, edit) => {
    given(aBudget());
    table.beforeWrite = () => table.edit(ALICE, edit);
    const request = Object.keys(edit)[0] === 'limits' ? { operation: 'exempt', principalId: ALICE, reason: 'r' } : raise('200');
    const reply = await ask(request);
    expect(reply).toMatchObject({ status: 200, changed: true });
    expect(table.item(ALICE)).toMatchObject(edit);
    expect(table.writes).toBe(1);
  });

  test('the meter that sees a principal first does not lose against the order', async () => {
    table.beforeWrite = () => table.put({ 'principalId': BOB, 'kind': 'iam-user', 'registeredAt': '2026-03-10T11:00:00.000Z', 'anchorDay': '2026-03-09', 'spend#2026-03-10': new NumberText('3') });
    expect(await ask({ operation: 'setBudget', principalId: BOB, limits: HUNDRED })).toMatchObject({ status: 200, budget: { windows: [{ spentUsd: '3' }] } });
    expect(table.item(BOB)).toMatchObject({ registeredAt: '2026-03-10T11:00:00.000Z', anchorDay: '2026-03-09' });
  });

  test('a budget that was deleted meanwhile does not come back by halves', async () => {
    given(aBudget({ limits: undefined, enforcement: 'enforced' }));
    table.put({ principalId: ALICE, registeredAt: MARCH_ENDS });
    table.beforeWrite = () => table.items.delete(ALICE);
    expect(await ask({ operation: 'setThresholds', principalId: ALICE, warningPercent: '1', criticalPercent: '2' })).toMatchObject({ status: 404 });
    expect(table.items.size).toBe(0);
  });

  test('somebody who keeps being faster is told of in the end', async () => {
    given(aBudget());
    let edits = 0;
    const faster = () => {
      edits += 1;
      table.edit(ALICE, { labels: { edit: String(edits) } });
      table.beforeWrite = faster;
    };
    table.beforeWrite = faster;
    expect(await ask(raise('200'))).toMatchObject({ status: 409, error: { code: 'Conflict', message: expect.stringContaining('5 times in a row') } });
    expect(stored(ALICE).limits).toEqual([limit('100')]);
  });

  test('a write whose answer is lost, and which the client of the table repeats, is one change', async () => {
    given(aBudget());
    // The first attempt takes effect; the second, of the same request, meets what the first has written.
    const request = { operation: 'topUp', principalId: ALICE, amountUsd: '5', expiresAt: '2026-03-20T00:00:00Z', reason: 'launch' };
    table.afterWrite = () => { throw awsError('ConditionalCheckFailedException'); };
    expect(await ask(request)).toMatchObject({ status: 200, changed: true, before: { topUps: [] }, budget: { topUps: [{ amountUsd: '5' }] } });
    expect(stored(ALICE).topUps).toHaveLength(1);
  });
});

describe('the same request again', () => {
  const topUp = (more: Item = {}) => ({
    operation: 'topUp', principalId: ALICE, amountUsd: '5', expiresAt: '2026-03-20T00:00:00Z', reason: 'launch', idempotencyKey: 'ticket-42', ...more,
  });

  test('after a crash between the write and the answer is carried out once', async () => {
    given(aBudget());
    table.afterWrite = () => { throw awsError('TimeoutError'); };
    expect(await ask(topUp())).toMatchObject({ status: 500, error: { code: 'InternalError' } });
    expect(stored(ALICE).topUps).toHaveLength(1);
    const reply = await ask(topUp());
    expect(reply).toMatchObject({ status: 200, changed: true, replayed: true, budget: { topUps: [{ amountUsd: '5' }] } });
    expect(reply).not.toHaveProperty('before');
    expect(stored(ALICE).topUps).toHaveLength(1);
  });

  test('twice at once is carried out once', async () => {
    given(aBudget());
    const replies = await Promise.all([ask(topUp()), ask(topUp()), ask(topUp())]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(replies.filter(({ replayed }) => replayed)).toHaveLength(2);
    expect(stored(ALICE).topUps).toHaveLength(1);
  });

  test('is carried out once though somebody undoes it before the second attempt writes', async () => {
    given(aBudget());
    const untouched = table.item(ALICE)!;
    await ask(topUp());
    const { requests } = table.item(ALICE)!;
    table.put(untouched);
    // Between read and write of the second attempt the first one is carried out, and its top-up taken away by hand.
    table.beforeWrite = () => table.edit(ALICE, { requests });
    expect(await ask(topUp())).toMatchObject({ status: 200, changed: true, replayed: true });
    expect(stored(ALICE).topUps).toEqual([]);
  });

  test('without a key does not add a top-up once more that is running; another one it does', async () => {
    given(aBudget());
    await ask(topUp({ idempotencyKey: undefined }));
    const again = await ask(topUp({ idempotencyKey: undefined }));
    expect(again).toMatchObject({ status: 200, changed: false, note: expect.stringContaining('send an idempotencyKey') });
    expect(stored(ALICE).topUps).toHaveLength(1);
    for (const other of [{ reason: 'another' }, { amountUsd: '6' }, { expiresAt: '2026-03-21T00:00:00Z' }]) {
      expect(await ask(topUp({ idempotencyKey: undefined, ...other }))).toMatchObject({ status: 200, changed: true });
    }
    expect(stored(ALICE).topUps).toHaveLength(4);
    expect(table.item(ALICE)).not.toHaveProperty('requests');
  });

  test('is answered the same whatever was changed since, also once its dates have passed', async () => {
    given(aBudget());
    const { budget: { version } } = await ask({ operation: 'getBudget', principalId: ALICE });
    await ask(topUp({ ifVersion: version }));
    await ask({ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: '1', period: 'calendar day' }] });
    now = at('2026-06-01T00:00:00Z');
    expect(await ask(topUp({ ifVersion: version }))).toMatchObject({ status: 200, changed: true, replayed: true, budget: { limits: [{ limitUsd: '1' }] } });
  });

  test('of another session of the role is the same, of another role it is not', async () => {
    given(aBudget());
    await ask(topUp());
    expect(await ask(topUp(), { as: `arn:aws:sts::${ACCOUNT}:assumed-role/FinOps/another-session` })).toMatchObject({ replayed: true });
    expect(await ask(topUp(), { as: `arn:aws:iam::${ACCOUNT}:user/bob` })).toMatchObject({ status: 409, error: { code: 'IdempotencyConflict' } });
  });

  test('with other arguments is refused', async () => {
    given(aBudget());
    await ask(topUp());
    for (const other of [{ amountUsd: '500' }, { reason: 'other' }, { expiresAt: '2026-03-21T00:00:00Z' }, { ifVersion: '0123456789ab' }]) {
      expect(await ask(topUp(other))).toMatchObject({ status: 409, error: { code: 'IdempotencyConflict', field: 'idempotencyKey' } });
    }
    expect(await ask({ operation: 'suspend', principalId: ALICE, reason: 'launch', idempotencyKey: 'ticket-42' })).toMatchObject({ status: 409, error: { code: 'IdempotencyConflict' } });
    expect(stored(ALICE).topUps).toHaveLength(1);
  });

  test('the key stands with the budget; trying out takes none', async () => {
    given(aBudget(), aBudget({ principalId: ROLE }));
    expect(await ask(topUp({ dryRun: true }))).toMatchObject({ changed: true, dryRun: true });
    expect(await ask(topUp())).toMatchObject({ changed: true, budget: { topUps: [{}] } });
    expect(await ask(topUp({ dryRun: true }))).toMatchObject({ replayed: true, dryRun: true });
    expect(await ask(topUp({ principalId: ROLE }))).toMatchObject({ changed: true, before: {} });
  });

  test('is remembered for the last twenty keys, in hashes', async () => {
    given(aBudget());
    const expiresAt = (index: number) => `2026-03-${11 + index % 15}T00:00:00Z`;
    const exempt = (index: number) => ({ operation: 'exempt', principalId: ALICE, until: expiresAt(index), reason: 'r'.repeat(500), idempotencyKey: `key-${index}` });
    for (let index = 0; index < 25; index += 1) {
      await ask(exempt(index));
    }
    const requests = table.item(ALICE)!.requests as readonly Item[];
    expect(requests).toHaveLength(20);
    expect(requests.map(({ key }) => key)).toEqual(Array.from({ length: 20 }, (_, index) => `key-${index + 5}`));
    expect(JSON.stringify(requests).length).toBeLessThan(4_000);
    expect(await ask(exempt(5))).toMatchObject({ replayed: true });
    expect(await ask(exempt(4))).not.toHaveProperty('replayed');
  });

  test('what somebody wrote by hand where the keys stand is forgotten', async () => {
    given(aBudget());
    table.edit(ALICE, { requests: ['nonsense', null, 7].map(part => (typeof part === 'number' ? new NumberText(String(part)) : part)) });
    expect(await ask(topUp())).toMatchObject({ status: 200, changed: true });
    expect(await ask(topUp())).toMatchObject({ replayed: true });
    table.edit(ALICE, { requests: 'nonsense' });
    expect(await ask(topUp())).not.toHaveProperty('replayed');
  });
});

describe('requests that are refused', () => {
  const base = { operation: 'setBudget', principalId: ALICE, limits: HUNDRED };
  const oneLimit = (limitUsd: unknown, period: unknown = 'calendar month', more: object = {}) => ({ ...base, limits: [{ limitUsd, period, ...more }] });

  test.each<readonly [string, unknown, string]>([
    ['operation', {}, 'missing'],
    ['operation', { operation: 'deleteEverything' }, 'getBudget'],
    ['operation', { operation: 'constructor' }, '"constructor"'],
    ['operation', { operation: ['setBudget'] }, 'a list'],
    ['principalId', { operation: 'getBudget' }, 'missing'],
    ['limits', { operation: 'setBudget', principalId: ALICE }, 'missing'],
    ['limits', { ...base, limits: [] }, 'a list of 0'],
    ['limits', { ...base, limits: Array.from({ length: 11 }, (_, index) => ({ limitUsd: '1', period: `${index + 1} days` })) }, 'a list of 11'],
    ['limits', { ...base, limits: { limitUsd: '1', period: '1 days' } }, 'an object'],
    ['limits[0]', { ...base, limits: ['100'] }, '"100"'],
    ['limits[0].limitUsd', oneLimit(100), 'the number 100'],
    ['limits[0].limitUsd', oneLimit('0'), '"0"'],
    ['limits[0].limitUsd', oneLimit('-5'), '"-5"'],
    ['limits[0].limitUsd', oneLimit('1e9'), '"1e9"'],
    ['limits[0].limitUsd', oneLimit('1000000000.01'), '1,000,000,000'],
    ['limits[0].limitUsd', oneLimit('0.0000000000001'), '12 decimals'],
    ['limits[0].limitUsd', oneLimit('NaN'), '"NaN"'],
    ['limits[0].limitUsd', oneLimit(null), 'null'],
    ['limits[0].period', oneLimit('1', 'fortnight'), '"fortnight"'],
    ['limits[0].period', oneLimit('1', '367 days'), '"367 days"'],
    ['limits[0].anchorDay', oneLimit('1', '30 days', { anchorDay: '2026-02-30' }), '"2026-02-30"'],
    ['limits[0].currency', oneLimit('1', '30 days', { currency: 'EUR' }), 'limitUsd, period, anchorDay'],
    ['enforcement', { ...base, enforcement: 'none' }, 'enforced, observe'],
    ['labels', { ...base, labels: { team: 'x'.repeat(257) } }, 'at most 256'],
    ['labels', { ...base, labels: { ['x'.repeat(129)]: '' } }, 'at most 50'],
    ['labels', { ...base, labels: { '': 'x' } }, 'an object'],
    ['labels', { ...base, labels: { team: 7 } }, 'an object'],
    ['labels', { ...base, labels: ['team'] }, 'a list'],
    ['labels', { ...base, labels: JSON.parse('{"__proto__": "x"}') }, 'an object'],
    ['labels', { ...base, labels: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`l${index}`, ''])) }, 'at most 50'],
    ['reason', { ...base, reason: '' }, '""'],
    ['reason', { ...base, reason: '   ' }, '1 to 500'],
    ['reason', { ...base, reason: 'line\nbreak' }, 'printable'],
    ['reason', { ...base, reason: 'turned \u202e round' }, 'printable'],
    ['reason', { ...base, reason: 'x'.repeat(501) }, '1 to 500'],
    ['reason', { operation: 'suspend', principalId: ALICE }, 'missing'],
    ['amountUsd', { operation: 'topUp', principalId: ALICE, amountUsd: '0.00', expiresAt: MARCH_ENDS, reason: 'r' }, 'above 0'],
    ['expiresAt', { operation: 'topUp', principalId: ALICE, amountUsd: '1', expiresAt: '2026-03-20', reason: 'r' }, 'time zone'],
    ['expiresAt', { operation: 'topUp', principalId: ALICE, amountUsd: '1', expiresAt: '2026-02-30T00:00:00Z', reason: 'r' }, '"2026-02-30T00:00:00Z"'],
    ['expiresAt', { operation: 'topUp', principalId: ALICE, amountUsd: '1', expiresAt: 1_773_144_000_000, reason: 'r' }, 'the number'],
    ['until', { operation: 'exempt', principalId: ALICE, until: 'tomorrow', reason: 'r' }, '"tomorrow"'],
    ['warningPercent', { operation: 'setThresholds', principalId: ALICE, warningPercent: '0', criticalPercent: '80' }, 'above 0'],
    ['criticalPercent', { operation: 'setThresholds', principalId: ALICE, warningPercent: '10', criticalPercent: '100' }, 'below 100'],
    ['criticalPercent', { operation: 'setThresholds', principalId: ALICE, warningPercent: '10', criticalPercent: '80.555' }, 'two decimals'],
    ['criticalPercent', { operation: 'setThresholds', principalId: ALICE, warningPercent: '10' }, 'missing'],
    ['ifVersion', { ...base, ifVersion: 'latest' }, '12 characters'],
    ['ifVersion', { ...base, ifVersion: 0 }, 'or null'],
    ['idempotencyKey', { ...base, idempotencyKey: '' }, '1 to 64'],
    ['idempotencyKey', { ...base, idempotencyKey: 'é' }, 'ASCII'],
    ['dryRun', { ...base, dryRun: 'yes' }, 'true or false'],
    ['force', { ...base, force: true }, 'is no argument of setBudget'],
    ['ifVersion', { operation: 'getBudget', principalId: ALICE, ifVersion: '0123456789ab' }, 'is no argument of getBudget'],
    ['kind', { operation: 'listBudgets', kind: 'group' }, 'api-key-user'],
    ['status', { operation: 'listBudgets', status: 'fine' }, 'grace_period'],
    ['label', { operation: 'listBudgets', label: '=data' }, 'team=data'],
    ['limit', { operation: 'listBudgets', limit: 101 }, '1 to 100'],
    ['limit', { operation: 'getHistory', principalId: ALICE, limit: 0 }, '1 to 100'],
    ['minSharePercent', { operation: 'listBudgets', minSharePercent: '-1' }, 'from 0'],
    ['minSharePercent', { operation: 'listBudgets', minSharePercent: '80', maxSharePercent: '20' }, 'at most maxSharePercent'],
    ['nextToken', { operation: 'listBudgets', nextToken: '???' }, 'nextToken'],
    ['nextToken', { operation: 'listBudgets', nextToken: 'bm9uc2Vuc2U' }, 'none that was given out'],
  ])('%s of %j', async (field, body, said) => {
    given(aBudget());
    const reply = await ask(body);
    expect(reply).toMatchObject({ status: 400, error: { code: 'BadRequest', field, message: expect.stringContaining(said) } });
    expect(reply.error.message).toContain(field.replace('.currency', ''));
    expect(table.writes).toBe(0);
  });

  test.each([
    '', 'alice', `iam-user/${ACCOUNT}`, `iam-user/${ACCOUNT}/`, `iam-user/${ACCOUNT}/a/b`, `iam-user/${ACCOUNT}/../alice`, `iam-user/${ACCOUNT}/alice\n`, 'iam-user/1/alice',
    `iam-user/${ACCOUNT}/${'x'.repeat(65)}`, `iam-user/${ACCOUNT}/<script>`, `iam-user/${ACCOUNT}/al\u0000ice`, `iam-user/${ACCOUNT}/аlice`, `IAM-USER/${ACCOUNT}/alice`,
    `api-key-user/${ACCOUNT}/alice`, 'deployment/settings', `deployment/${ACCOUNT}/settings`, `root/${ACCOUNT}/x`, `agent-runtime/${ACCOUNT}/x`, `agent-runtime/${ACCOUNT}/${REGION}/a b`,
    `agent-role/${ACCOUNT}/${REGION}/`, '__proto__', 'x'.repeat(50_000), { toString: 'iam-user' }, ['iam-user'], 7, null, `arn:aws:iam::${ACCOUNT}:user/alice`,
  ])('the principal id %j', async principalId => {
    for (const request of [...changes('').map(change => ({ ...change, principalId })), { operation: 'getBudget', principalId }, { operation: 'getHistory', principalId }]) {
      const reply = await ask(request);
      expect(reply).toMatchObject({ status: 400, error: { code: 'BadRequest', field: 'principalId' } });
      expect(reply.error.message.length).toBeLessThan(500);
      expect(reply.error.message).not.toMatch(/[\u0000-\u001f]/);
    }
    expect(table.items.size).toBe(0);
  });

  test('an item that somebody broke is told of, with what to mend', async () => {
    given(aBudget());
    table.edit(ALICE, { limits: 'a hundred' });
    for (const request of [{ operation: 'getBudget', principalId: ALICE }, { operation: 'setBudget', principalId: ALICE, limits: HUNDRED }]) {
      expect(await ask(request)).toMatchObject({ status: 409, error: { code: 'Conflict', message: expect.stringContaining('attribute limits is not a list') } });
    }
  });
});

describe('listing', () => {
  const spend = (principalId: string, spent: string, more: Parameters<typeof aBudget>[0] = {}) => aBudget({ principalId, spent, ...more });
  const ids = ({ budgets }: Reply) => budgets.map(({ principalId }: { principalId: string }) => principalId).sort();

  beforeEach(() => {
    given(
      spend(ALICE, '80', { labels: { 'team': 'data', 'cost': 'a=b', 'cost=center': '4711' }, status: 'warning' }), spend(BOB, '20', { labels: { team: 'shop' } }), spend(ROLE, '250', { status: 'suspended' }),
      agent({ spent: '5' }), shared({ spent: '5' }), aBudget({ principalId: FOREIGN, limits: undefined }),
    );
    table.items.set('deployment/settings', fromItem({ principalId: 'deployment/settings', snapshot: '{}' }));
  });

  test('tells of all budgets, and of nothing else in the table', async () => {
    const reply = await ask({ operation: 'listBudgets' });
    expect(ids(reply)).toEqual([ALICE, BOB, ROLE, AGENT, SHARED_AGENTS, FOREIGN].sort());
    expect(reply).not.toHaveProperty('nextToken');
    expect(reply.budgets.find(({ principalId }: { principalId: string }) => principalId === ALICE)).toEqual((await ask({ operation: 'getBudget', principalId: ALICE })).budget);
  });

  test.each<readonly [object, readonly string[]]>([
    [{ kind: 'agent-runtime' }, [AGENT]],
    [{ kind: 'iam-user', status: 'active' }, [BOB, FOREIGN]],
    [{ status: 'suspended' }, [ROLE]],
    [{ label: 'team' }, [ALICE, BOB]],
    [{ label: 'team=data' }, [ALICE]],
    [{ label: 'cost=a=b' }, [ALICE]],
    [{ label: 'cost%3Dcenter=4711' }, [ALICE]],
    [{ label: 'cost%3Dcenter' }, [ALICE]],
    [{ label: 'cost=center=4711' }, []],
    [{ label: 'team=' }, []],
    [{ minSharePercent: '80' }, [ALICE, ROLE]],
    [{ minSharePercent: 80, maxSharePercent: '100' }, [ALICE]],
    [{ maxSharePercent: '25' }, [BOB, SHARED_AGENTS]],
    [{ maxSharePercent: '24.99' }, [BOB]],
    [{ minSharePercent: '0' }, [ALICE, BOB, ROLE, AGENT, SHARED_AGENTS]],
  ])('by %j', async (filter, expected) => {
    expect(ids(await ask({ operation: 'listBudgets', ...filter }))).toEqual([...expected].sort());
  });

  test('an item that lacks kind and status is found by what its id and the beginning are', async () => {
    table.put({ principalId: `iam-role/${ACCOUNT}/by-hand` });
    expect(ids(await ask({ operation: 'listBudgets', kind: 'iam-role', status: 'active' }))).toEqual([`iam-role/${ACCOUNT}/by-hand`]);
  });

  test.each([1, 2, 3, 5, 6, 7])('page by page of %i, tells of everybody once', async size => {
    table.pageSize = 2;
    const seen: string[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const reply: Reply = await ask({ operation: 'listBudgets', limit: size, nextToken });
      expect(reply.budgets.length).toBeLessThanOrEqual(size);
      seen.push(...ids(reply));
      nextToken = reply.nextToken;
      pages += 1;
    } while (nextToken && pages < 20);
    expect(seen.sort()).toEqual([ALICE, BOB, ROLE, AGENT, SHARED_AGENTS, FOREIGN].sort());
  });

  test('a search for few among many reads a bounded part of the table at once', async () => {
    table.pageSize = 2;
    for (let index = 0; index < 40; index += 1) {
      given(aBudget({ principalId: `iam-user/${ACCOUNT}/user-${String(index).padStart(2, '0')}` }));
    }
    const first = await ask({ operation: 'listBudgets', status: 'grace_period' });
    expect(first).toMatchObject({ budgets: [], nextToken: expect.any(String) });
    expect(await ask({ operation: 'listBudgets', status: 'grace_period', nextToken: first.nextToken })).toMatchObject({ budgets: [], nextToken: expect.any(String) });
  });

  test('a token of other filters is refused', async () => {
    const { nextToken } = await ask({ operation: 'listBudgets', limit: 1, kind: 'iam-user' });
    expect(await ask({ operation: 'listBudgets', limit: 2, kind: 'iam-user', nextToken })).toMatchObject({ status: 200 });
    for (const other of [{}, { kind: 'iam-role' }, { kind: 'iam-user', label: 'team' }, { kind: 'iam-user', minSharePercent: '1' }]) {
      expect(await ask({ operation: 'listBudgets', nextToken, ...other })).toMatchObject({ status: 400, error: { field: 'nextToken', message: expect.stringContaining('other filters') } });
    }
    expect(await ask({ operation: 'getHistory', principalId: ALICE, nextToken })).toMatchObject({ status: 400, error: { field: 'nextToken' } });
  });

  test('an item that cannot be read is listed with what to mend, and breaks nothing', async () => {
    table.edit(BOB, { 'spend#2026-03-10': 'twenty' });
    table.put({ principalId: 'typed by\nhand' });
    const { budgets, status } = await ask({ operation: 'listBudgets', minSharePercent: '80' });
    expect(status).toBe(200);
    expect(budgets).toEqual(expect.arrayContaining([
      { principalId: BOB, problem: expect.stringContaining('attribute spend#2026-03-10') }, { principalId: 'typed by hand', problem: expect.stringContaining('no principal id') },
    ]));
    expect(budgets).toHaveLength(4);
    // Nor does it break the list for whoever reads it from a terminal.
    expect(readBudgets({ budgets }).budgets.filter(isUnreadable)).toHaveLength(2);
  });
});

describe('history', () => {
  const event = (index: number, principalId = ALICE) => auditRow(EventType.BUDGET_CHANGED, {
    schemaVersion: '1',
    eventId: `e-${index}`,
    occurredAt: `2026-03-0${index}T00:00:00.000Z`,
    principalId,
    actor: ADMIN,
    reason: `change ${index}`,
    suspension: { secondsToBlock: 12.5, overspendUsd: '0.000000000001' },
    before: { limits: null },
    after: { limits: [{ limitUsd: '5' }] },
  });

  test('tells what was done by whom, newest first, page by page', async () => {
    table.rows.push(...[3, 1, 2].map(index => fromItem(event(index))), fromItem(event(4, ROLE)));
    const first = await ask({ operation: 'getHistory', principalId: ALICE, limit: 2 });
    expect(first).toMatchObject({ status: 200, events: [{ eventId: 'e-3' }, { eventId: 'e-2' }], nextToken: expect.any(String) });
    expect(first.events[0]).toEqual({
      type: 'Budget Changed',
      schemaVersion: '1',
      eventId: 'e-3',
      occurredAt: '2026-03-03T00:00:00.000Z',
      principalId: ALICE,
      actor: ADMIN,
      reason: 'change 3',
      suspension: { secondsToBlock: 12.5, overspendUsd: '0.000000000001' },
      before: { limits: null },
      after: { limits: [{ limitUsd: '5' }] },
    });
    const last = await ask({ operation: 'getHistory', principalId: ALICE, limit: 2, nextToken: first.nextToken });
    expect(last.events.map(({ eventId }: { eventId: string }) => eventId)).toEqual(['e-1']);
    expect(last).not.toHaveProperty('nextToken');
    expect(await ask({ operation: 'getHistory', principalId: ROLE, nextToken: first.nextToken })).toMatchObject({ status: 400, error: { field: 'nextToken' } });
  });

  test('of nobody is empty', async () => {
    expect(await ask({ operation: 'getHistory', principalId: BOB })).toMatchObject({ status: 200, events: [] });
  });
});

describe('over HTTP', () => {
  const read = { operation: 'getBudget', principalId: ALICE };

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('%s is answered by 405', async method => {
    expect(await ask(read, { method })).toMatchObject({ status: 405, headers: { allow: 'POST' }, error: { code: 'MethodNotAllowed' } });
  });

  test('a body in base64 is the same', async () => {
    given(aBudget());
    expect(await ask({ operation: 'setBudget', principalId: ALICE, limits: HUNDRED, labels: { 'team': 'Größe', 'a=b': 'c' } }, { encoded: true }))
      .toMatchObject({ status: 200, budget: { labels: { 'team': 'Größe', 'a=b': 'c' } } });
  });

  test.each(['', 'nonsense', '{"operation":', '[1]', '"getBudget"', 'null', '7'])('%j is answered by 400', async body => {
    expect(await ask(body)).toMatchObject({ status: 400, error: { code: 'BadRequest', message: expect.stringContaining('JSON') } });
  });

  test('bytes that are no text are answered by 400', async () => {
    expect(await send({ ...aFunctionUrlEvent(read), body: Buffer.from([0x22, 0xff, 0xfe, 0x22]).toString('base64'), isBase64Encoded: true })).toMatchObject({ status: 400 });
  });

  test.each([false, true])('a body above 64 KB is answered by 413 (base64: %s)', async encoded => {
    given(aBudget());
    const body = (bytes: number) => JSON.stringify(read).padEnd(bytes, ' ');
    expect(await ask(body(64 * 1024 + 1), { encoded })).toMatchObject({ status: 413, error: { code: 'TooLarge' } });
    expect(await ask(body(64 * 1024), { encoded })).toMatchObject({ status: 200 });
  });

  test('a failure is answered by 500 without its cause, which the log has', async () => {
    table.failing('read', Object.assign(awsError('AccessDeniedException', { message: 'not authorized on table/Budgets' }), { cause: new Error('the policy') }));
    const reply = await ask(read);
    expect(reply).toMatchObject({ status: 500, error: { code: 'InternalError', requestId: `invocation-${invocations}` } });
    expect(JSON.stringify(reply)).not.toContain('table/Budgets');
    expect(world.output().find(({ level }) => level === 'ERROR')).toMatchObject({
      requestId: `invocation-${invocations}`, outcome: 'failed', principalId: ALICE, problem: 'AccessDeniedException: not authorized on table/Budgets; because of Error: the policy',
    });
  });

  test('every request is counted and logged, and changes that are refused are counted', async () => {
    given(aBudget());
    await ask({ operation: 'suspend', principalId: ALICE, reason: 'leak' });
    expect(world.metrics()).toMatchObject({ [Metric.ADMINISTRATION_REQUESTS]: 1 });
    expect(world.metrics()).not.toHaveProperty(Metric.ADMINISTRATION_REFUSED);
    expect(world.output().find(({ message }) => message === 'administration')).toMatchObject({ level: 'INFO', operation: 'suspend', caller: ADMIN, principalId: ALICE, outcome: 'changed' });
    await ask({ operation: 'suspend', principalId: ALICE, reason: 'leak' }, { as: ALICE_ARN });
    expect(world.metrics()).toMatchObject({ [Metric.ADMINISTRATION_REFUSED]: 1 });
    expect(world.output().find(({ outcome }) => outcome === 'refused')).toMatchObject({ level: 'WARN', caller: ALICE_ARN, code: 'Forbidden' });
  });

  test('an invocation that tells nothing of itself has an id nevertheless', async () => {
    table.failing('read', awsError('InternalServerError'));
    expect(await handler(aFunctionUrlEvent(read))).toMatchObject({ statusCode: 500, body: expect.stringMatching(/"requestId":"[0-9a-f-]{36}"/) });
  });

  test('reads that are refused are no refused changes', async () => {
    await ask(read);
    await ask('nonsense');
    expect(world.metrics()).not.toHaveProperty(Metric.ADMINISTRATION_REFUSED);
  });
});
