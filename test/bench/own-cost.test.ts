import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { costOfCalls, costOfDeployment, costOfLog, flowOf, sumOf } from '../../bench/own-cost/arithmetic';
import { distinct, recordsADelivery, Traffic, TRAFFIC, Volume, VOLUMES } from '../../bench/own-cost/assumptions';
import { runsAMonth } from '../../bench/own-cost/deployed';
import { FEATURES } from '../../bench/own-cost/features';
import { itemBytes, writeUnits } from '../../bench/own-cost/item-size';
import { costOf, LIST_PRICES } from '../../bench/own-cost/list-prices';
import { Measured } from '../../bench/own-cost/measured';
import { SWITCHED_ON } from '../everything';

const MEASURED: Measured = {
  recordBytes: 500,
  rowBytes: 550,
  rowWriteUnits: 2,
  budgetBytes: 2600,
  additionWriteUnits: 6,
  mostActions: 100,
  meterLogBytes: 1200,
  chargedLineBytes: 600,
  chargedLines: 1,
  evaluatorLogBytes: 0,
  evaluatorCalls: 0,
};
const volume = (calls: number, principals = 20, models = 3): Volume => ({ calls, principals, models });
const [BEST, TYPICAL, WORST] = TRAFFIC;

test('docs/cost.md has the figures that the code, the template and the list prices give', async () => {
  const repository = path.join(__dirname, '..', '..');

  await promisify(execFile)(process.execPath, [path.join(repository, 'node_modules', 'tsx', 'dist', 'cli.mjs'), 'bench/run.ts', 'own-cost', '--check'], { cwd: repository }).catch(error => {
    // A promise that is missed stands on the page: only figures that are others are a failure here.
    expect(error.stderr).not.toContain('has other figures');
    expect(error.stdout).toContain('List prices');
  });
}, 120_000);

describe('the size of an item', () => {
  test.each([
    [{ id: { S: 'äb' } }, 2 + 3],
    [{ n: { N: '0' } }, 1 + 1],
    [{ n: { N: '1' } }, 1 + 2],
    [{ n: { N: '12.345' } }, 1 + 4],
    [{ n: { N: '-1200' } }, 1 + 3],
    [{ b: { BOOL: true }, z: { NULL: true } }, 2 + 2],
    [{ l: { L: [{ S: 'ab' }, { S: 'c' }] } }, 1 + 3 + 2 + 3],
    [{ m: { M: { a: { S: 'bc' } } } }, 1 + 3 + 1 + 3],
  ])('%j is %d bytes', (item, bytes) => {
    expect(itemBytes(item as never)).toBe(bytes);
  });

  test('what nobody has taught is no guess', () => {
    expect(() => itemBytes({ s: { SS: ['a'] } })).toThrow('the size of SS is not known here');
  });

  test.each([[1, 1], [1024, 1], [1025, 2]])('%d bytes are %d write units, twice as many in a transaction', (bytes, units) => {
    expect([writeUnits(bytes), writeUnits(bytes, { transactional: true })]).toEqual([units, 2 * units]);
  });
});

describe('how calls come', () => {
  test('without collecting, each is a delivery', () => {
    expect(recordsADelivery(volume(1e8), WORST, 500)).toBe(1);
  });

  test('a call a minute is a delivery, whatever is collected; many are as many as come in the time', () => {
    const always: Traffic = { name: 'always', collectedSeconds: 10, busyShare: 1 };
    expect(recordsADelivery(volume(1000), always, 500)).toBeCloseTo(1, 1);
    expect(recordsADelivery(volume(26_280_000), always, 500)).toBeCloseTo(100, 3);
    expect(recordsADelivery(volume(26_280_000), { ...always, busyShare: 0.25 }, 500)).toBeCloseTo(400, 3);
    expect(recordsADelivery(volume(1e12), always, 500)).toBe(2097);
  });

  test('of twenty principals a delivery of one has one, of very many all', () => {
    expect(distinct(20, 1)).toBe(1);
    expect(distinct(20, 20)).toBeCloseTo(12.83, 2);
    expect(distinct(20, 10_000)).toBeCloseTo(20, 6);
    expect(distinct(1, 50)).toBe(1);
  });

  test('a delivery never has more additions than records or principals, and every call is in one', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e10 }), fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(...TRAFFIC), (calls, principals, traffic) => {
      const { records, deliveries, additions, transactions, evaluations } = flowOf(volume(calls, principals), traffic, MEASURED);
      expect(records * deliveries).toBeCloseTo(calls, -1);
      expect(additions).toBeLessThanOrEqual(Math.min(records, principals) + 1e-6);
      expect(transactions).toBeGreaterThanOrEqual(1);
      expect(evaluations).toBeLessThanOrEqual(additions);
    }));
  });
});

describe('the arithmetic', () => {
  test('a million rows of two write units are 1.25 USD, and a million additions of six 3.75', () => {
    const lines = costOfCalls(volume(1_000_000), WORST, MEASURED);
    expect(lines[0].usd).toBeCloseTo(1.25, 10);
    expect(lines[1].usd).toBeCloseTo(3.75, 10);
  });

  test('a row is kept for as long as the ledger keeps it', () => {
    const storage = (days?: number) => costOfCalls(volume(1_000_000), TYPICAL, MEASURED, days)[2].usd;
    // 650 bytes with DynamoDB's own, two months at 0.25
    expect(storage()).toBeCloseTo(650e6 / 2 ** 30 * 0.25 * 62 * 24 / 730, 10);
    expect(storage(31) / storage(62)).toBeCloseTo(31 / 62, 10);
  });

  test('a gigabyte of log is ingested once and kept compressed', () => {
    expect(costOfLog(2 ** 30)).toBeCloseTo(0.50 + 3 * 0.15 * 0.03, 10);
  });

  test('the deployment is the sum of what the template has', () => {
    const nothing = {
      handlers: [], metrics: 0, seldomMetrics: 0, alarms: 0, alarmMetrics: 0, dashboards: 0, keys: 0, secrets: 0, scheduledRuns: 0, keyUses: 0,
    };
    expect(costOfDeployment(nothing)).toEqual([]);
    const some = { ...nothing, metrics: 10, seldomMetrics: 20, alarms: 3, alarmMetrics: 5, dashboards: 1, keys: 1, secrets: 2 };
    expect(sumOf(costOfDeployment(some))).toBeCloseTo(3 + 0.3 + 0.5 + 3 + 1 + 0.8, 10);
    expect(sumOf(costOfDeployment({ ...nothing, scheduledRuns: 1_000_000 }))).toBeGreaterThan(costOf('lambdaRequest', 1_000_000) + 6.6);
  });

  test('best is never dearer than typical, nor typical than worst', () => {
    for (const each of VOLUMES) {
      const [best, typical, worst] = [BEST, TYPICAL, WORST].map(traffic => sumOf(costOfCalls(each, traffic, MEASURED)));
      expect(best).toBeLessThanOrEqual(typical);
      expect(typical).toBeLessThanOrEqual(worst);
    }
  });

  test.each([
    ['rate(5 minutes)', 8760], ['rate(1 minute)', 43_800], ['rate(1 hour)', 730], ['rate(1 day)', 730 / 24],
    ['cron(20 11 * * ? *)', 730 / 24], ['cron(5 * * * ? *)', 730], ['cron(0 6 1 * ? *)', 1],
  ])('%s is %d times a month', (schedule, runs) => {
    expect(runsAMonth(schedule)).toBeCloseTo(runs, 6);
  });

  test('a schedule that cannot be read is no guess', () => {
    expect(() => runsAMonth('cron(0/15 * * * ? *)')).toThrow('how often is cron(0/15 * * * ? *)?');
  });

  test('every price has a page and is above zero', () => {
    for (const { usd, per, page } of Object.values(LIST_PRICES)) {
      expect(usd).toBeGreaterThan(0);
      expect(per).toBeGreaterThanOrEqual(1);
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\//);
    }
  });
});

test('whatever can be switched on has a row', () => {
  const { budgets, ...switches } = SWITCHED_ON;
  const props = new Set(FEATURES.flatMap(({ props: of }) => Object.keys(of)));
  expect(Object.keys(switches).filter(prop => !props.has(prop))).toEqual([]);
  expect(budgets).toHaveLength(1);
});
