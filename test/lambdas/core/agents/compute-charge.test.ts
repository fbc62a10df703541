import { computeCharge, computeLedgerRow } from '../../../../src/lambdas/core/agents/compute-charge';
import { hoursOf } from '../../../../src/lambdas/core/agents/compute-quantity';
import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { principalFromId } from '../../../../src/lambdas/core/principal';
import { AGENT, at, NOON, SHARED_AGENTS } from '../builders';

const hour = at('2026-03-10T23:00:00Z');
const used = { vcpuHours: hoursOf(0.5), gbHours: hoursOf(2.25) };

test('the row says what was used, at which price, and who pays', () => {
  const charge = computeCharge({ hour, used }, AGENT, principalFromId(SHARED_AGENTS)!, 'UTC', NOON);
  expect(computeLedgerRow(charge, 90)).toEqual({
    callId: `agent-compute/${AGENT}/2026-03-10T23:00Z`,
    source: 'agentcore-compute',
    principalId: SHARED_AGENTS,
    runtime: AGENT,
    hour: '2026-03-10T23:00Z',
    loggedAt: '2026-03-10T12:00:00.000Z',
    day: '2026-03-10',
    vcpuHours: new NumberText('0.5'),
    gbHours: new NumberText('2.25'),
    prices: { vcpuHours: new NumberText('0.0895'), gbHours: new NumberText('0.00945') },
    costs: { vcpuHours: new NumberText('0.04475'), gbHours: new NumberText('0.0212625') },
    costUsd: new NumberText('0.0660125'),
    priceSource: 'agentcore-list',
    priceVersion: '2026-09-30',
    expiresAt: new NumberText(String(NOON / 1000 + 90 * 86_400)),
  });
});

test('the row stands in no index of estimates', () => {
  const row = computeLedgerRow(computeCharge({ hour, used }, AGENT, principalFromId(AGENT)!, 'UTC', NOON), 90);
  expect(Object.keys(row).filter(name => /estimate/i.test(name))).toEqual([]);
});

test.each([['UTC', '2026-03-10'], ['Europe/Berlin', '2026-03-11'], ['America/New_York', '2026-03-10'], ['Asia/Kolkata', '2026-03-11']])(
  'in %s the hour counts on %s', (timeZone, day) => {
    expect(computeCharge({ hour, used }, AGENT, principalFromId(AGENT)!, timeZone, NOON).day).toBe(day);
  });
