import { endExemption, exempt } from '../../../../src/lambdas/core/administration/changes/exemption';
import { removeBudget, setBudget, setThresholds } from '../../../../src/lambdas/core/administration/changes/limits';
import { Situation } from '../../../../src/lambdas/core/administration/changes/orders';
import { restore, suspend } from '../../../../src/lambdas/core/administration/changes/suspension';
import { topUp } from '../../../../src/lambdas/core/administration/changes/top-up';
import { Budget } from '../../../../src/lambdas/core/budget';
import { parsePeriod } from '../../../../src/lambdas/core/calendar';
import { usd } from '../../../../src/lambdas/core/money';
import { aBudget, aContext, ALICE, aSuspendedBudget, DAY, errorOf, HOUR, limit, NOON } from '../builders';

const BY_ADMIN = { arn: 'arn:aws:iam::444455556666:role/admin' };
const PRINCIPAL = { principalId: ALICE, idempotencyKey: undefined } as const;

function of(budget: Budget): Situation {
  return { budget, caller: BY_ADMIN, now: NOON, context: aContext() };
}

function refusal(call: () => unknown): object {
  const { code, field, message } = errorOf(call) as Error & { readonly code: string; readonly field?: string };
  return { code, ...(field === undefined ? {} : { field }), message };
}

describe('an exemption', () => {
  const ask = (until?: number) => exempt({ operation: 'exempt', ...PRINCIPAL, reason: 'pilot', until } as Parameters<typeof exempt>[0], of(aBudget()));

  test('ends after now, or has no end', () => {
    expect(ask(NOON + 1)).toEqual({ set: { exemption: { reason: 'pilot', until: '2026-03-10T12:00:00.001Z' } } });
    expect(ask()).toEqual({ set: { exemption: { reason: 'pilot' } } });
  });

  test('cannot end now, or before', () => {
    expect(refusal(() => ask(NOON))).toEqual({
      code: 'BadRequest', field: 'until', message: expect.stringContaining('allowed is an instant after now (2026-03-10T12:00:00.000Z)'),
    });
    expect(() => ask(NOON - 1)).toThrow();
  });

  test('is ended while it is in force, and not after', () => {
    const end = (exemption?: Budget['exemption']) => endExemption({ operation: 'endExemption', ...PRINCIPAL } as Parameters<typeof endExemption>[0], of(aBudget({ exemption })));
    expect(end({ reason: 'pilot' })).toEqual({ remove: ['exemption'] });
    expect(end({ reason: 'pilot', until: NOON + 1 })).toEqual({ remove: ['exemption'] });
    expect(refusal(() => end({ reason: 'pilot', until: NOON }))).toEqual({ code: 'Conflict', message: 'the exemption ended by itself at 2026-03-10T12:00:00.000Z' });
    expect(refusal(() => end())).toEqual({ code: 'Conflict', message: 'there is no exemption to end' });
  });
});

describe('limits', () => {
  const set = (budget: Budget, ...limits: readonly { readonly limitUsd: string; readonly period: string; readonly anchorDay?: string }[]) => setBudget({
    operation: 'setBudget', ...PRINCIPAL, limits: limits.map(({ limitUsd, period, ...rest }) => ({ limitUsd: usd(limitUsd), period: parsePeriod(period), ...rest })),
  } as Parameters<typeof setBudget>[0], of(budget)).set!.limits;

  test('that are raised keep their windows, each that of its own period', () => {
    const budget = aBudget({ limits: [limit('10', '7 days', '2026-03-03'), limit('20', '14 days', '2026-03-01')] });
    expect(set(budget, { limitUsd: '30', period: '14 days' }, { limitUsd: '15', period: '7 days' })).toEqual([
      expect.objectContaining({ period: '14 days', anchorDay: '2026-03-01' }), expect.objectContaining({ period: '7 days', anchorDay: '2026-03-03' }),
    ]);
  });

  test('of another period than before begin anew, and an anchor that is given counts', () => {
    const budget = aBudget({ limits: [limit('10', '7 days', '2026-03-03')] });
    expect(set(budget, { limitUsd: '10', period: '30 days' })).toEqual([expect.not.objectContaining({ anchorDay: expect.anything() })]);
    expect(set(budget, { limitUsd: '10', period: '7 days', anchorDay: '2026-03-05' })).toEqual([expect.objectContaining({ anchorDay: '2026-03-05' })]);
  });

  test('of the same days are one too many, of the same period with other anchors are not', () => {
    const twice = { limitUsd: '10', period: '7 days', anchorDay: '2026-03-03' };
    expect(refusal(() => set(aBudget(), twice, { ...twice, limitUsd: '20' }))).toEqual({
      code: 'BadRequest', field: 'limits[1]', message: 'limits has two of one period (7 days), allowed is one',
    });
    // One without an anchor counts its days from the budget's own.
    const ofBudget = { limitUsd: '10', period: '7 days' };
    expect(refusal(() => set(aBudget(), twice, ofBudget, { ...ofBudget, anchorDay: '2026-01-09' }))).toMatchObject({ field: 'limits[2]' });
    expect(set(aBudget(), twice, { ...twice, anchorDay: '2026-03-04' })).toHaveLength(2);
  });

  test('of calendar periods have no anchor', () => {
    expect(refusal(() => set(aBudget(), { limitUsd: '1', period: '7 days' }, { limitUsd: '10', period: 'calendar day', anchorDay: '2026-03-03' })))
      .toEqual({ code: 'BadRequest', field: 'limits[1].anchorDay', message: 'anchorDay was given for a calendar day, allowed is one for periods of days' });
  });
});

test('without limits of its own a budget has no thresholds of its own either', () => {
  expect(removeBudget({ operation: 'removeBudget', ...PRINCIPAL } as Parameters<typeof removeBudget>[0], of(aBudget()))).toEqual({ remove: ['limits', 'thresholds'] });
});

describe('labels and enforcement', () => {
  const set = (more: object) => setBudget({
    operation: 'setBudget', ...PRINCIPAL, limits: [{ limitUsd: usd('1'), period: parsePeriod('calendar day') }], ...more,
  } as Parameters<typeof setBudget>[0], of(aBudget())).set;

  test('stay where they are left out, and an empty map of labels is an order', () => {
    expect(Object.keys(set({})!)).toEqual(['limits']);
    expect(set({ labels: {}, enforcement: 'observe' })).toMatchObject({ labels: {}, enforcement: 'observe' });
  });
});

describe('thresholds', () => {
  const ask = (warningPercent: number | null, criticalPercent: number | null) => setThresholds({
    operation: 'setThresholds',
    ...PRINCIPAL,
    warningPercent: warningPercent === null ? null : usd(String(warningPercent)),
    criticalPercent: criticalPercent === null ? null : usd(String(criticalPercent)),
  } as unknown as Parameters<typeof setThresholds>[0], of(aBudget()));

  test('are two, the first below the second, or none', () => {
    expect(ask(null, null)).toEqual({ remove: ['thresholds'] });
    expect(ask(50, 50.1)).toHaveProperty('set.thresholds');
    const above = 'criticalPercent is not above warningPercent, allowed is a first warning below the second';
    expect(refusal(() => ask(50, 50))).toEqual({ code: 'BadRequest', field: 'criticalPercent', message: above });
    expect(refusal(() => ask(50.1, 50))).toEqual({ code: 'BadRequest', field: 'criticalPercent', message: above });
    const both = 'one of the thresholds is null, allowed is null for both or for none';
    expect(refusal(() => ask(null, 50))).toEqual({ code: 'BadRequest', field: 'warningPercent', message: both });
    expect(refusal(() => ask(50, null))).toEqual({ code: 'BadRequest', field: 'criticalPercent', message: both });
  });
});

describe('a top-up', () => {
  const ask = (expiresAt: number, topUps: Budget['topUps'] = [], request: object = {}) => topUp(
    { operation: 'topUp', ...PRINCIPAL, amountUsd: usd('5'), expiresAt, ...request } as Parameters<typeof topUp>[0], of(aBudget({ topUps })),
  );
  const running = { amount: usd('5'), expiresAt: NOON + DAY };

  test('ends after now, and within 366 days', () => {
    expect(ask(NOON + 1)).toMatchObject({ set: { topUps: [{ expiresAt: '2026-03-10T12:00:00.001Z' }] } });
    expect(ask(NOON + 366 * DAY)).toHaveProperty('set');
    const refused = (expiresAt: string) => ({
      code: 'BadRequest', field: 'expiresAt', message: `expiresAt is ${expiresAt}, allowed is an instant after now (2026-03-10T12:00:00.000Z) and at most 366 days ahead`,
    });
    expect(refusal(() => ask(NOON))).toEqual(refused('2026-03-10T12:00:00.000Z'));
    expect(refusal(() => ask(NOON + 366 * DAY + 1))).toEqual(refused('2027-03-11T12:00:00.001Z'));
  });

  test('takes the place of those that are over', () => {
    expect(ask(NOON + DAY, [{ ...running, expiresAt: NOON }, { ...running, amount: usd('7') }]).set!.topUps).toHaveLength(2);
  });

  test('that is asked for again without a key is the one that runs; another amount, end or reason, or a key, makes it another', () => {
    expect(ask(NOON + DAY, [running])).toEqual({
      notes: ['The same top-up is running already, and was not added once more: to add it again, send an idempotencyKey.'],
    });
    expect(ask(NOON + DAY, [running], { amountUsd: usd('6') }).set!.topUps).toHaveLength(2);
    expect(ask(NOON + HOUR, [running]).set!.topUps).toHaveLength(2);
    expect(ask(NOON + DAY, [running], { reason: 'more' }).set!.topUps).toHaveLength(2);
    expect(ask(NOON + DAY, [running], { idempotencyKey: 'again' }).set!.topUps).toHaveLength(2);
  });

  test('is one of 20 at most', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ amount: usd('1'), expiresAt: NOON + index + 1 }));
    expect(ask(NOON + DAY, many(19)).set!.topUps).toHaveLength(20);
    expect(refusal(() => ask(NOON + DAY, many(20)))).toEqual({
      code: 'Conflict', message: 'the budget has 20 top-ups that have not expired, allowed are 20: raise its limits instead',
    });
  });

  test('says where there is no limit to raise', () => {
    expect(ask(NOON + DAY).notes).toEqual([]);
    expect(topUp({ operation: 'topUp', ...PRINCIPAL, amountUsd: usd('5'), expiresAt: NOON + DAY } as Parameters<typeof topUp>[0], of(aBudget({ limits: undefined }))).notes)
      .toEqual(['It has no limit that the top-up could raise: give it one by setBudget.']);
  });
});

describe('a suspension by hand', () => {
  test('names whoever gave the order, and why', () => {
    expect(suspend({ operation: 'suspend', ...PRINCIPAL, reason: 'leaked key' } as Parameters<typeof suspend>[0], of(aBudget())))
      .toEqual({ set: { hold: { by: BY_ADMIN.arn, reason: 'leaked key' } } });
  });

  const lift = (budget: Budget) => restore({ operation: 'restore', ...PRINCIPAL, reason: 'pays' } as Parameters<typeof restore>[0], of(budget));

  test('is ended where somebody is suspended, in grace, over the limit or held', () => {
    for (const status of ['suspended', 'grace_period', 'exceeded'] as const) {
      expect(lift(aBudget({ status }))).toMatchObject({ remove: ['hold'], dependsOn: ['status'] });
    }
    expect(lift(aBudget({ hold: { by: 'ops', reason: 'r' } }))).toMatchObject({ remove: ['hold'], notes: [] });
    expect(refusal(() => lift(aBudget()))).toEqual({ code: 'Conflict', message: 'there is nothing to restore: the principal is active and nobody holds it' });
  });

  test('exempts until the last of the windows ends that are used up, and none where nothing is', () => {
    const over = aSuspendedBudget({ spent: '12', limits: [limit('10', 'calendar day'), limit('11'), limit('100', '60 days')] });
    expect(lift(over)).toMatchObject({
      set: { exemption: { reason: 'pays', until: '2026-04-01T00:00:00.000Z' } }, notes: ['It is over its limit, and so exempt until 2026-04-01T00:00:00.000Z, when its period ends.'],
    });
    const within = lift(aSuspendedBudget({ spent: '1', limits: [limit('10', 'calendar day')] }));
    expect(within).not.toHaveProperty('set');
    expect(within.notes).toEqual(['No limit keeps it suspended any more: it is restored by itself.']);
  });
});
