import * as fc from 'fast-check';
import { PrincipalKindName } from '../../../src/contract';
import { Budget, Level, LEVELS, Limit, Status, STATUSES, windowStates } from '../../../src/lambdas/core/budget';
import { addDays, dayOf, Period } from '../../../src/lambdas/core/calendar';
import { Usd } from '../../../src/lambdas/core/money';
import { aBudget, aContext, ACCOUNT, ALICE, DAY, HOUR, KEY_USER, MINUTE, NOON, ROLE, settings } from './builders';

/** Budgets and contexts of every kind, for properties. */

export const principalIds = fc.constantFrom(
  ALICE, KEY_USER, ROLE, `root/${ACCOUNT}`, `federated-user/${ACCOUNT}/auditor`, `iam-role/${ACCOUNT}/AWSReservedSSO_Dev_0123456789abcdef`, 'iam-role/777788889999/reader',
);

/** Around noon of the 10th of March 2026. */
export const instants = fc.integer({ min: NOON - 40 * DAY, max: NOON + 40 * DAY });
const soon = fc.oneof(fc.integer({ min: NOON - HOUR, max: NOON + HOUR }), instants, fc.constant(NOON));

export const amounts = fc.oneof(
  fc.integer({ min: 0, max: 200 }).map(dollars => (BigInt(dollars) * 10n ** 12n) as Usd),
  fc.bigInt({ min: 0n, max: 200n * 10n ** 12n }).map(picodollars => picodollars as Usd),
);

export const periods: fc.Arbitrary<Period> = fc.constantFrom<Period>({ unit: 'day' }, { unit: 'week' }, { unit: 'month' }, { unit: 'days', days: 1 }, { unit: 'days', days: 7 }, { unit: 'days', days: 30 });

const limits: fc.Arbitrary<readonly Limit[]> = fc.array(fc.record({ amount: amounts, period: periods }), { maxLength: 3 });

const days = fc.integer({ min: -45, max: 5 }).map(number => addDays('2026-03-10', number));

export const contexts = fc.record({
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Kiritimati'),
  graceSeconds: fc.constantFrom(0, 60, 300, 30 * 86_400),
}).map(({ timeZone, graceSeconds }) => aContext({ timeZone, settings: settings({ graceSeconds }) }));

export function optionally<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq: 3 });
}

/** Any budget that a table might hold, sensible or not. */
export const budgets: fc.Arbitrary<Budget> = fc.record({
  principalId: principalIds,
  apiKey: fc.boolean(),
  limits: fc.option(limits, { nil: undefined, freq: 5 }),
  topUps: fc.array(fc.record({ amount: amounts, expiresAt: soon }), { maxLength: 2 }),
  exemption: fc.option(fc.record({ reason: fc.constant('x'), until: soon }).chain(({ reason, until }) => fc.constantFrom({ reason, until }, { reason })), { nil: undefined, freq: 1 }),
  hold: fc.option(fc.constant({ by: 'ops', reason: 'leak' }), { nil: undefined, freq: 1 }),
  enforcement: fc.constantFrom<Budget['enforcement']>('enforced', 'enforced', 'enforced', 'observe'),
  unenforceable: fc.option(soon.chain(retryAt => fc.constantFrom({ code: 'attachment-quota', message: 'full', retryAt }, { code: 'protected', message: 'by AWS' })), { nil: undefined, freq: 1 }),
  spend: fc.array(fc.tuple(days, amounts), { maxLength: 6 }).map(entries => new Map(entries)),
  status: fc.constantFrom<Status>(...STATUSES),
  statusSince: soon,
  level: fc.constantFrom<Level>(...LEVELS),
  lastCallAt: optionally(soon),
  graceDeadline: optionally(soon),
  exceededAt: optionally(soon),
  nextCheckAt: optionally(soon),
  decidedAt: fc.oneof(fc.constant(0), soon),
  revision: fc.nat(1000),
}).map(({ apiKey, level, ...drawn }) => {
  const budget = aBudget({ reason: 'drawn', ...drawn, ...(apiKey ? { kind: PrincipalKindName.API_KEY_USER } : {}) });
  // As if the last decision had seen the window of noon at this level.
  const [first] = windowStates(budget, settings(), dayOf(NOON, 'UTC'), NOON);
  return { ...budget, levels: first ? { [first.key]: level } : {} };
});

/** A time at which something happens, often one at which something is due. */
export function timesOf(budget: Budget): fc.Arbitrary<number> {
  const due = [budget.nextCheckAt, budget.graceDeadline, budget.decidedAt, budget.exemption?.until, ...budget.topUps.map(({ expiresAt }) => expiresAt)]
    .filter((instant): instant is number => instant !== undefined && instant > 0);
  const nearDue = fc.tuple(fc.constantFrom(...due, NOON), fc.integer({ min: -1, max: 1 })).map(([instant, by]) => instant + by);
  return fc.oneof(soon, nearDue, fc.constant(NOON + MINUTE));
}
