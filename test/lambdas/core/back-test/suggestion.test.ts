import { PrincipalKindName } from '../../../../src/contract';
import { PastCall } from '../../../../src/lambdas/core/back-test/back-test';
import { Suggestion } from '../../../../src/lambdas/core/back-test/suggestion';
import { formatUsd, usd } from '../../../../src/lambdas/core/money';
import { ACCOUNT, ALICE, at, DAY, KEY_USER } from '../builders';

function suggested(costs: readonly string[], principalId = ALICE): string {
  const suggestion = new Suggestion({ timeZone: 'UTC', orders: new Map() });
  costs.forEach((cost, day): void => suggestion.add({
    at: at('2026-03-01T12:00:00Z') + day * DAY, principalId, accountId: ACCOUNT, modelId: 'm', cost: usd(cost), isEstimate: false,
  } satisfies PastCall));
  const [{ limit, kind }] = suggestion.limits();
  return `${kind} ${formatUsd(limit.amount)}/${limit.period.unit}`;
}

test.each<[string, readonly string[], string]>([
  ['the only day', ['1'], '30'],
  ['two digits, upwards', ['4.11'], '130'],
  ['what is whole already', ['4'], '120'],
  ['a hundred', ['3.3333333'], '100'],
  ['above a thousand', ['41.01'], '1300'],
  ['a dollar at least', ['0.000001'], '1'],
  ['nothing', ['0'], '1'],
  ['less than two dollars', ['0.04'], '2'],
  ['what is a hundred and a bit', ['3.34'], '110'],
  ['days of which the dearest are not the last', ['10', '1', '1'], '300'],
  ['nineteen days, of which all count', [...Array<string>(18).fill('1'), '2'], '60'],
  ['forty days, but for the two dearest', ['9', ...Array<string>(37).fill('1'), '3', '9'], '90'],
  ['the dearest of few days', ['1', '1', '10'], '300'],
  ['all but the dearest of twenty', [...Array<string>(18).fill('1'), '2', '100'], '60'],
])('a month of %s', (_, costs, amount) => {
  expect(suggested(costs)).toBe(`iam-user ${amount}/month`);
});

test('holders of keys are known by their names', () => {
  expect(suggested(['1'], KEY_USER)).toBe('api-key-user 30/month');
});

test.each([
  [`iam-role/${ACCOUNT}/AWSReservedSSO_Admin_0123456789abcdef`, undefined, 'is a role that only AWS may modify: restrict it in its permission set or by a service control policy'],
  [`federated-user/${ACCOUNT}/alice`, undefined, 'is a federated session: restrict the IAM user that issues it'],
  [`root/${ACCOUNT}`, undefined, 'is the root user: only a service control policy can restrict it'],
  [ALICE, '999999999999', `belongs to account ${ACCOUNT}: restrict it there`],
  [ALICE, undefined, undefined],
  [`iam-role/${ACCOUNT}/writer`, ACCOUNT, undefined],
  [`agent-runtime/${ACCOUNT}/eu-west-1/support-Ab12Cd34Ef`, undefined, undefined],
])('%s, with the account %s, cannot be restricted: %s', (principalId, ownAccountId, unrestrictable) => {
  const suggestion = new Suggestion({ timeZone: 'UTC', orders: new Map(), ...(ownAccountId === undefined ? {} : { ownAccountId }) });
  suggestion.add({ at: at('2026-03-01T12:00:00Z'), principalId, accountId: ACCOUNT, modelId: 'm', cost: usd('1'), isEstimate: false });
  expect(suggestion.limits()[0].unrestrictable).toBe(unrestrictable);
});

test('everybody has a limit of its own, in the order of ids, of days as the time zone has them', () => {
  const suggestion = new Suggestion({ timeZone: 'Europe/Berlin', orders: new Map([[ALICE, { kind: PrincipalKindName.API_KEY_USER }]]) });
  const add = (principalId: string, iso: string, cost: string) => suggestion.add({ at: at(iso), principalId, accountId: ACCOUNT, modelId: 'm', cost: usd(cost), isEstimate: false });
  add(`iam-user/${ACCOUNT}/zoe`, '2026-03-01T12:00:00Z', '1');
  // One day in Berlin, two in UTC.
  add(ALICE, '2026-03-01T23:30:00Z', '2');
  add(ALICE, '2026-03-02T00:30:00Z', '3');
  add(ALICE, '2026-03-02T23:30:00Z', '1');
  add(`iam-user/${ACCOUNT}/bob`, '2026-03-01T12:00:00Z', '0.5');
  expect(suggestion.limits()).toEqual([
    { principalId: ALICE, kind: 'api-key-user', limit: { amount: usd('150'), period: { unit: 'month' } } },
    { principalId: `iam-user/${ACCOUNT}/bob`, kind: 'iam-user', limit: { amount: usd('15'), period: { unit: 'month' } } },
    { principalId: `iam-user/${ACCOUNT}/zoe`, kind: 'iam-user', limit: { amount: usd('30'), period: { unit: 'month' } } },
  ]);
});

test('a runtime is restricted through the role that the orders tell', () => {
  const runtime = `agent-runtime/${ACCOUNT}/eu-west-1/support-Ab12Cd34Ef`;
  const suggestion = new Suggestion({ timeZone: 'UTC', orders: new Map([[runtime, { role: 'iam-role/999999999999/agents' }]]), ownAccountId: ACCOUNT });
  suggestion.add({ at: at('2026-03-01T12:00:00Z'), principalId: runtime, accountId: ACCOUNT, modelId: 'm', cost: usd('1'), isEstimate: false });
  expect(suggestion.limits()[0].unrestrictable).toContain('999999999999');
});
