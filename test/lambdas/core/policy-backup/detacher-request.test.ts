import { DetacherAction } from '../../../../src/contract';
import { detacherRequest } from '../../../../src/lambdas/core/policy-backup/detacher-request';
import { ALICE, errorOf } from '../builders';

const step = {
  action: DetacherAction.REMOVE,
  workflow: { principalId: ALICE, revision: 3, notBefore: '2026-03-10T12:00:00Z', asOf: '2026-03-10T11:55:00Z' },
  now: '2026-03-10T12:00:01.000Z',
  executionName: 'alice-r3',
};

test.each([DetacherAction.REMOVE, DetacherAction.RESTORE])('a step of a state machine: %s', action => {
  expect(detacherRequest({ ...step, action, more: 'is left out' })).toEqual({ ...step, action });
});

test('a step without the name of an execution', () => {
  const { executionName: _, ...unnamed } = step;
  expect(detacherRequest({ ...unnamed, executionName: null })).toEqual(unnamed);
});

test('everybody\'s policies', () => {
  expect(detacherRequest({ action: DetacherAction.RESTORE_ALL, now: step.now })).toEqual({ action: DetacherAction.RESTORE_ALL, now: step.now });
});

test.each<[string, unknown]>([
  ['payload', 'text'],
  ['action', { ...step, action: 'restrict' }],
  ['workflow', { ...step, workflow: undefined }],
  ['workflow.principalId', { ...step, workflow: { ...step.workflow, principalId: '' } }],
  ['now', { ...step, now: 'noon' }],
  ['now', { action: DetacherAction.RESTORE_ALL }],
])('what nobody sends is refused by what is wrong: %s', (where, payload) => {
  const { name, message } = errorOf(() => detacherRequest(payload));
  expect([name, message]).toEqual(['DetacherRequestError', expect.stringContaining(`not a request to the policy-detacher: ${where}: `)]);
});
