import { differingDenials, differingMetering, differingSpend, missingRuntimes, missingStatus } from '../../demo/checks';
import { Expectation } from '../../demo/expectation';
import { Standing } from '../../demo/watch/standing';
import { Budget, Status } from '../../src/lambdas/core/budget';
import { usd, ZERO_USD } from '../../src/lambdas/core/money';

const ANN = 'iam-user/000000000000/ann';
const BOB = 'iam-role/000000000000/bob';

describe('who is denied', () => {
  test('is as it must be', () => {
    expect(differingDenials(new Set([ANN]), new Set([ANN]))).toBeUndefined();
  });

  test('fails for one too few, and for one too many', () => {
    expect(differingDenials(new Set([BOB]), new Set([ANN]))).toBe('ann must be denied, and is not; bob must not be denied, and is');
  });
});

describe('the spend', () => {
  test('is equal to the last digit, or it fails', () => {
    expect(differingSpend(new Map([[ANN, usd('1.000000000001')]]), new Map([[ANN, usd('1.000000000001')]]))).toBeUndefined();
    expect(differingSpend(new Map([[ANN, usd('1')]]), new Map([[ANN, usd('1.000000000001')]]))).toBe('ann was charged $1, not $1.000000000001');
  });

  test('of a principal that should not be there fails, unless it is nothing', () => {
    expect(differingSpend(new Map([[BOB, usd('0.1')]]), new Map())).toBe('bob was charged $0.1, not $0');
    expect(differingSpend(new Map([[BOB, ZERO_USD]]), new Map())).toBeUndefined();
  });
});

test('tells whose status is missing', () => {
  const standings = new Map([[ANN, { status: 'warning' } as Standing]]);

  expect(missingStatus(standings, new Map<string, Status>([[ANN, 'warning']]))).toBeUndefined();
  expect(missingStatus(standings, new Map<string, Status>([[ANN, 'suspended'], [BOB, 'active']]))).toBe('ann is warning, not suspended; bob is not there, not active');
});

describe('the runtimes of AgentCore', () => {
  const ONE = 'agent-runtime/000000000000/us-east-1/one-a1B2c3D4e5';
  const TWO = 'agent-runtime/000000000000/us-east-1/two-f6G7h8I9j0';
  const SHARED = 'agent-role/000000000000/us-east-1/bob';
  const budgets = (...known: readonly (readonly [string, Pick<Budget, 'role' | 'runtimes'>])[]) => new Map(known) as unknown as ReadonlyMap<string, Budget>;
  const expected = [{ ids: [ONE, TWO], principalId: SHARED, roleId: BOB }];

  test('are registered when each has its role, and those of one role share a budget', () => {
    expect(missingRuntimes(budgets([ONE, { role: BOB }], [TWO, { role: BOB }], [SHARED, { runtimes: [ONE, TWO] }]), expected)).toBeUndefined();
    expect(missingRuntimes(budgets([ONE, { role: BOB }]), [{ ids: [ONE], principalId: ONE, roleId: BOB }])).toBeUndefined();
  });

  test('are missing while one is not there, or has another role', () => {
    expect(missingRuntimes(budgets([TWO, { role: 'iam-role/000000000000/eve' }], [SHARED, { runtimes: [ONE, TWO] }]), expected))
      .toBe('one-a1B2c3D4e5 is not registered with the role bob; two-f6G7h8I9j0 is not registered with the role bob');
  });

  test('are missing while the shared budget is not of all of them', () => {
    const registered = [[ONE, { role: BOB }], [TWO, { role: BOB }]] as const;

    expect(missingRuntimes(budgets(...registered, [SHARED, { runtimes: [ONE] }]), expected)).toBe('two-f6G7h8I9j0 has no part in the budget of bob');
    expect(missingRuntimes(budgets(...registered), expected)).toBe('one-a1B2c3D4e5 has no part in the budget of bob; two-f6G7h8I9j0 has no part in the budget of bob');
  });
});

describe('the figures of metering', () => {
  const expected: Expectation = { records: 359, duplicates: 17, unreadable: 8, unknownModels: 3, spend: new Map() };

  test('may have more duplicates, since deliveries are repeated', () => {
    expect(differingMetering({ records: 359, duplicates: 20, unreadable: 8, unknownModels: 3 }, expected)).toBeUndefined();
    expect(differingMetering({ records: 359, duplicates: 16, unreadable: 8, unknownModels: 3 }, expected)).toBe('duplicates: 16, not 17');
  });

  test('must be equal else', () => {
    expect(differingMetering({ records: 360, duplicates: 17, unreadable: 9, unknownModels: 3 }, expected)).toBe('records: 360, not 359; unreadable: 9, not 8');
  });
});
