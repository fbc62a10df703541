import { EventType } from '../../../src/contract';
import { auditRow } from '../../../src/lambdas/core/audit-row';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { eventOf } from '../../../src/lambdas/core/events';
import { ALICE, errorOf } from './builders';

const deployment = { deploymentId: 'dep-1', environmentName: 'prod' };

test('a row has everything that the event says, under its principal', () => {
  const { type, detail } = eventOf(EventType.PRINCIPAL_SUSPENDED, deployment, {
    eventId: 'change-1/suspended',
    occurredAt: '2026-03-10T12:00:00.000Z',
    actor: 'enforcer',
    reason: 'over',
    principalId: ALICE,
    suspension: { secondsToBlock: 1.5, overspendUsd: '0.1' },
    before: { status: 'grace_period', list: [1, { deep: null }] },
    after: { status: 'suspended' },
  });
  expect(auditRow(type, { ...detail })).toEqual({
    subject: ALICE,
    eventKey: '2026-03-10T12:00:00.000Z#change-1/suspended',
    type: 'Principal Suspended',
    schemaVersion: '1',
    ...deployment,
    eventId: 'change-1/suspended',
    occurredAt: '2026-03-10T12:00:00.000Z',
    actor: 'enforcer',
    reason: 'over',
    principalId: ALICE,
    suspension: { secondsToBlock: new NumberText('1.5'), overspendUsd: '0.1' },
    before: { status: 'grace_period', list: [new NumberText('1'), { deep: null }] },
    after: { status: 'suspended' },
  });
});

test.each([undefined, ''])('an event about no principal (%j) is the deployment\'s', principalId => {
  expect(auditRow('Configuration Changed', { eventId: 'e', occurredAt: '2026-03-10T12:00:00.000Z', principalId }).subject).toBe('deployment');
});

test('a detail cannot pose as another row', () => {
  expect(auditRow('T', { eventId: 'e', occurredAt: '2026-03-10T12:00:00.000Z', subject: 'other', eventKey: 'other', type: 'other' })).toMatchObject({
    subject: 'deployment', eventKey: '2026-03-10T12:00:00.000Z#e', type: 'T',
  });
});

test.each([
  {}, { eventId: 'e' }, { eventId: 'e', occurredAt: 5 }, { eventId: 5, occurredAt: '2026-03-10T12:00:00.000Z' }, { occurredAt: '2026-03-10T12:00:00.000Z' }, { eventId: '', occurredAt: '2026-03-10T12:00:00.000Z' }, { eventId: 'e', occurredAt: 'soon' },
])('%j is none of our events', detail => {
  expect(String(errorOf(() => auditRow('Something', detail)))).toBe('AuditRowError: an event of type "Something" has no occurredAt or no eventId: it is none of ours');
});

test('of a type of strangers only the beginning is quoted, and a principal that is no text is none', () => {
  expect(errorOf(() => auditRow('T'.repeat(500), {})).message).toMatch(/^an event of type "T{80}" has/);
  expect(auditRow('T', { eventId: 'e', occurredAt: '2026-03-10T12:00:00.000Z', principalId: 5 }).subject).toBe('deployment');
});
