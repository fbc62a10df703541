import * as z from 'zod/mini';
import * as fields from '../../../../src/lambdas/core/administration/fields';
import { formatUsd, Usd, usd } from '../../../../src/lambdas/core/money';
import { AGENT, ALICE, ROLE, SHARED_AGENTS } from '../builders';

type Field = Parameters<typeof z.safeParse>[0];

/** What a field makes of something, or what it says is allowed. */
function read(field: Field, value: unknown): { readonly value: unknown } | { readonly allowed: string } {
  const { success, data, error } = z.safeParse(field, value);
  return success ? { value: data } : { allowed: error!.issues.map(({ message }) => message).join() };
}

const money = (text: string) => usd(text);

describe.each<[string, Field, readonly (readonly [given: unknown, value?: unknown])[], readonly unknown[], RegExp]>([
  ['principalId', fields.principalId, [[ALICE], [ROLE], [AGENT], [SHARED_AGENTS]], ['alice', '', 5, null, undefined, 'iam-user/1/alice'], /^iam-user\/<account>\/<name>, .*root\/<account>$/],
  ['amountUsd', fields.amountUsd,
    [['1', money('1')], ['12.50', money('12.5')], ['0.000000000001', money('0.000000000001')], ['1000000000', money('1000000000')], ['9999999.1', money('9999999.1')]],
    ['0', '0.0', '-1', '+1', '1.', '.5', '1.0000000000001', '1000000000.01', '12345678901', '1e3', ' 1', '1 ', '1\n', '1x', 'x1', '', 1, null], /above 0 and at most 1,000,000,000/],
  ['day', fields.day, [['2026-03-10']], ['2026-02-30', '2026-3-1', '', 'today', 20260310], /^a day such as/],
  ['instant', fields.instant,
    [['2026-04-01T00:00Z', Date.UTC(2026, 3)], ['2026-04-01T00:00:00Z', Date.UTC(2026, 3)], ['2026-04-01T02:00:00+02:00', Date.UTC(2026, 3)], ['2026-04-01T00:00:00.25Z', Date.UTC(2026, 3) + 250]],
    ['2026-04-01', '2026-04-01T00:00:00', '2026-04-31T00:00:00Z', '2026-04-01T25:00:00Z', 'x2026-04-01T00:00:00Z', '2026-04-01T00:00:00Zx', '2026-04-01T00:00:00.Z', '2026-04-01T00:00:00.1234567890Z', 1, ''],
    /with a time zone/],
  ['reason', fields.reason, [['pays'], [' pays ', 'pays'], ['x'.repeat(500)]], ['', ' ', 'x'.repeat(501), 'a\nb', 'a\u0000b', 5], /^1 to 500 printable characters$/],
  ['thresholdPercent', fields.thresholdPercent, [['70', money('70')], ['0.01', money('0.01')], ['99.99', money('99.99')], ['5', money('5')], [null, null]],
    ['0', '0.00', '100', '70.123', '70.', '.5', '-1', ' 70', '70 ', 'x70', '70x', 70, '', undefined], /above 0 and below 100/],
  ['sharePercent', fields.sharePercent, [['0', money('0')], [80, money('80')], ['80.25', money('80.25')], ['9999999', money('9999999')], [0.5, money('0.5')]],
    ['10000000', '-1', '80.123', 'x80', '80x', '80.', Number.NaN, Number.POSITIVE_INFINITY, 1e-7, null, true], /from 0 to 9,999,999/],
  ['label', fields.label,
    [['team', { name: 'team' }], ['team=data', { name: 'team', value: 'data' }], ['team=', { name: 'team', value: '' }], ['a=b=c', { name: 'a', value: 'b=c' }],
      ['x'.repeat(128), { name: 'x'.repeat(128) }], [`a=${'x'.repeat(256)}`, { name: 'a', value: 'x'.repeat(256) }]],
    ['', '=data', 'a\nb', 'a=b\nc', 'x'.repeat(129), `a=${'x'.repeat(257)}`, 5], /name of a label such as "team"/],
  ['labels', fields.labels, [[{}], [{ team: 'data' }], [Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`l${index}`, 'x']))]],
    [[], null, 'team', 5, { team: 5 }, { team: null }, { '': 'x' }, { 'a\nb': 'x' }, { a: 'x'.repeat(257) }, Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`l${index}`, 'x']))],
    /^at most 50 texts by name/],
  ['pageSize', fields.pageSize, [[1], [50], [100]], [0, 101, -1, 1.5, '5', Number.NaN, null], /^a whole number from 1 to 100$/],
  ['pageToken', fields.pageToken, [['a'], ['A_-9z'], ['x'.repeat(4096)]], ['', 'a b', 'a+', '+a', 'x'.repeat(4097), 5], /nextToken of an answer/],
  ['version', fields.version, [['0d4f1f9e2b7c'], [null]], ['0d4f1f9e2b7', '0d4f1f9e2b7cc', 'x0d4f1f9e2b7c', '0D4F1F9E2B7C', 5, undefined], /^the version of a budget/],
  ['idempotencyKey', fields.idempotencyKey, [['x'], ['~ key #1 ~'], ['x'.repeat(64)]], ['', 'x'.repeat(65), 'é', 'a\tb', 'a\u007f', '\u001fa', 5], /^1 to 64 printable characters of ASCII$/],
  ['flag', fields.flag, [[true], [false]], ['true', 1, null, undefined], /^true or false$/],
  ['oneOf', fields.oneOf(['on', 'off']), [['on'], ['off']], ['ON', '', 'o', 5, null], /^one of on, off$/],
])('%s', (_, field, taken, refused, allowed) => {
  test.each(taken.map(([given, value = given]) => [JSON.stringify(given)?.slice(0, 60), given, value]))('takes %s', (__, given, value) => {
    expect(read(field, given)).toStrictEqual({ value });
  });

  test.each(refused.map(given => [String(JSON.stringify(given) ?? given).slice(0, 60), given]))('refuses %s, and says what is allowed', (__, given) => {
    expect(read(field, given)).toStrictEqual({ allowed: expect.stringMatching(allowed) });
  });
});

test('periods are read, and refused with what is allowed', () => {
  expect(read(fields.period, 'calendar month')).toStrictEqual({ value: { unit: 'month' } });
  expect(read(fields.period, '366 days')).toMatchObject({ value: { unit: 'days' } });
  for (const wrong of ['367 days', '0 days', 'month', '', 5, null]) {
    expect(read(fields.period, wrong)).toStrictEqual({ allowed: '"<1 to 366> days", "calendar day", "calendar week" or "calendar month"' });
  }
});

test('labels are sorted by name, as they stand in budgets', () => {
  const { value } = read(fields.labels, { b: '1', a: '2', c: '3' }) as { readonly value: object };
  expect(Object.keys(value)).toEqual(['a', 'b', 'c']);
});

test('an amount is exact', () => {
  const { value } = read(fields.amountUsd, '12.345678901234') as { readonly value: Usd };
  expect(formatUsd(value)).toBe('12.345678901234');
});

test.each([
  [undefined, 'missing'], ['text', '"text"'], ['x'.repeat(70), `"${'x'.repeat(59)}…"`], ['a\nb', expect.not.stringContaining('\n')], [null, 'null'], [[1, 2], 'a list of 2'], [{}, 'an object'],
  [5, 'the number 5'], [true, 'the boolean true'],
])('what was given is told: %p', (value, text) => {
  expect(fields.given(value)).toEqual(text);
});
