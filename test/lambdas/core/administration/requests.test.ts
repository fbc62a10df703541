import { AdministrationError } from '../../../../src/lambdas/core/administration/errors';
import { isChange, operationOf, readRequest } from '../../../../src/lambdas/core/administration/requests';
import { ALICE, errorOf } from '../builders';

const LIMITS = [{ limitUsd: '100', period: 'calendar month' }];
const set = (more: object) => ({ operation: 'setBudget', principalId: ALICE, limits: LIMITS, ...more });

const REFUSED: readonly (readonly [what: string, body: unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'getBudget'],
  ['a list', [1, 2]],
  ['a number', 7],
  ['no operation', {}],
  ['an unknown operation', { operation: 'deleteEverything' }],
  ['an operation in a list', { operation: ['setBudget'] }],
  ['no principal', { operation: 'getBudget' }],
  ['an argument that the operation does not have', set({ force: true })],
  ['an argument whose name is long and odd', { operation: 'getBudget', principalId: ALICE, [`a\n${'x'.repeat(80)}`]: 1 }],
  ['an argument that a limit does not have', set({ limits: [...LIMITS, { ...LIMITS[0], currency: 'EUR' }] })],
  ['a budget without limits', set({ limits: undefined })],
  ['an empty list of limits', set({ limits: [] })],
  ['a list of eleven limits', set({ limits: Array.from({ length: 11 }, () => LIMITS[0]) })],
  ['a limit that is a text', set({ limits: ['100'] })],
  ['a limit that is null', set({ limits: [...LIMITS, null] })],
  ['an amount that is a number', set({ limits: [...LIMITS, { limitUsd: 5, period: 'calendar day' }] })],
  ['a limit without a period', set({ limits: [{ limitUsd: '5' }] })],
  ['a list of labels', set({ labels: ['team'] })],
  ['a dry run that is neither true nor false', set({ dryRun: 'yes' })],
  ['a threshold that is left out', { operation: 'setThresholds', principalId: ALICE, warningPercent: '10' }],
  ['a suspension without a reason', { operation: 'suspend', principalId: ALICE }],
];

test.each(REFUSED)('%s is refused, word for word', (_, body) => {
  const { code, field, message } = errorOf(() => readRequest(body)) as AdministrationError;
  expect(code).toBe('BadRequest');
  expect(`${field ?? '(no field)'}: ${message}`).toMatchSnapshot();
});

test('a read is what it asks for; a change has a fingerprint beside it', () => {
  expect(readRequest({ operation: 'getHistory', principalId: ALICE, limit: 5 })).toEqual({ operation: 'getHistory', principalId: ALICE, limit: 5 });
  expect(readRequest({ operation: 'suspend', principalId: ALICE, reason: 'leak' })).toEqual({
    operation: 'suspend', principalId: ALICE, reason: 'leak', fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('the known operation is told of a body of which the rest is wrong, and of nothing else', () => {
  expect(operationOf({ operation: 'setBudget', limits: 'nonsense' })).toBe('setBudget');
  for (const other of [undefined, null, 'setBudget', 7, {}, [], { operation: 'toString' }, { operation: ['setBudget'] }]) {
    expect(operationOf(other)).toBeUndefined();
  }
});

test.each([
  ['getBudget', false], ['listBudgets', false], ['getHistory', false], [undefined, false],
  ['setBudget', true], ['removeBudget', true], ['topUp', true], ['exempt', true], ['endExemption', true], ['suspend', true], ['restore', true], ['setThresholds', true],
] as const)('%s is a change: %s', (operation, is) => {
  expect(isChange(operation)).toBe(is);
});
