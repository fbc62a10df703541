import { EventType } from '../../../../src/contract';
import { readGuardEvent } from '../../../../src/lambdas/core/mantle-guard/occasion';
import { ALICE } from '../builders';

const event = (type: string, detail: object, source = 'bedrock-budgeteer') => ({ source, 'detail-type': type, detail });

test.each([
  EventType.PRINCIPAL_REGISTERED, EventType.BUDGET_CHANGED, EventType.PRINCIPAL_GONE, EventType.PRINCIPAL_RESTORED, EventType.RUNTIMES_SHARE_ROLE,
])('%s is about its principal', type => {
  expect(readGuardEvent(event(type, { principalId: ALICE }))).toEqual({ kind: 'principal', principalId: ALICE });
});

test.each([
  ['a schedule', { source: 'aws.events', time: '2026-03-10T12:00:00Z' }],
  ['a change of settings', event(EventType.CONFIGURATION_CHANGED, {})],
  ['an event without a principal', event(EventType.BUDGET_CHANGED, {})],
  ['an event of somebody else', event(EventType.BUDGET_CHANGED, { principalId: ALICE }, 'another')],
  ['nonsense', 'x'],
])('%s is about everybody', (_, given) => {
  expect(readGuardEvent(given)).toEqual({ kind: 'everybody' });
});
