import { differingDenials, differingMetering, differingSpend, missingStatus } from '../../demo/checks';
import { Expectation } from '../../demo/expectation';
import { Standing } from '../../demo/watch/standing';
import { Status } from '../../src/lambdas/core/budget';
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
