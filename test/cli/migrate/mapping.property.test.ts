import fc from 'fast-check';
import { readItem } from '../../../src/cli/migrate/items';
import { mapItems } from '../../../src/cli/migrate/mapping';
import { formatUsd, usd } from '../../../src/lambdas/core/money';
import { principalFromId } from '../../../src/lambdas/core/principal';
import { ACCOUNT, REGION } from '../../lambdas/core/builders';
import { provisionedKey } from './predecessor-items';

const OPTIONS = { account: ACCOUNT, region: REGION, autoCreated: true };

function mapRaw(items: readonly unknown[]) {
  return mapItems(items.map((item, index) => readItem(`item ${index}`, item)).flatMap(item => ('id' in item ? [item] : [])), OPTIONS);
}

test('every amount that is one arrives to the last digit, however DynamoDB writes it', () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 21n }), fc.constantFrom('plain', 'scientific'), (picodollars, notation) => {
    const plain = formatUsd(usd(`${picodollars}E-12`));
    const text = notation === 'plain' ? plain : `${picodollars}E-12`;
    const [{ row }] = mapRaw([provisionedKey('k', { budget_limit_usd: { N: text } })]);
    expect(row?.limits?.[0].limitUsd).toBe(plain);
  }));
});

const VALUE = fc.oneof(
  fc.record({ S: fc.string({ unit: 'binary' }) }), fc.record({ N: fc.oneof(fc.double().map(String), fc.string()) }), fc.record({ BOOL: fc.boolean() }),
  fc.record({ NULL: fc.constant(true) }), fc.record({ L: fc.array(fc.constant({ S: 'x' })) }), fc.anything(),
);
const NAMES = ['principal_id', 'runtime_id', 'runtime_arn', 'role_arn', 'budget_limit_usd', 'status', 'team', 'budget_refresh_date', 'budget_period_start', 'refresh_period_days', '__proto__'];

test('whatever stands in a table, nothing is thrown, and what is ordered is a principal with one limit above 0 that says why not otherwise', () => {
  const item = fc.oneof({ weight: 9, arbitrary: fc.dictionary(fc.constantFrom(...NAMES), VALUE) }, fc.anything());
  fc.assert(fc.property(fc.array(item, { maxLength: 6 }), items => {
    const mapped = mapRaw(items);
    for (const { row, leftOut, isProblem } of mapped) {
      expect(row === undefined).toBe(leftOut !== undefined);
      expect(isProblem && row).toBeFalsy();
      if (row) {
        expect(principalFromId(row.principalId)).toBeDefined();
        expect(row.limits).toHaveLength(1);
        expect(usd(row.limits![0].limitUsd) > 0n).toBe(true);
      }
    }
    const ordered = mapped.flatMap(({ row }) => (row ? [row.principalId] : []));
    expect(new Set(ordered).size).toBe(ordered.length);
  }), { numRuns: 500 });
});
