import { EnforcerAction } from '../../../src/contract';
import { enforcerRequest } from '../../../src/lambdas/core/enforcer-request';
import { ALICE } from './builders';

const workflow = { principalId: ALICE, revision: 3, notBefore: '2026-03-10T12:05:00.000Z', asOf: '2026-03-10T12:00:00.000Z' };
const payload = { action: EnforcerAction.RESTRICT, workflow, now: '2026-03-10T12:05:00.123Z', executionName: 'alice-r3' };

test.each(Object.values(EnforcerAction))('reads a request to %s', action => {
  expect(enforcerRequest({ ...payload, action })).toEqual({ ...payload, action });
});

test('reads what failed', () => {
  const failure = { failedStep: 'Restrict', error: '{"Error":"AccessDenied"}' };
  expect(enforcerRequest({ ...payload, ...failure })).toEqual({ ...payload, ...failure });
});

test('what is null is not there, and what nobody asked for is left out', () => {
  expect(enforcerRequest({ ...payload, failedStep: null, error: null, colour: 'red' })).toEqual(payload);
});

test.each([
  ['payload', undefined],
  ['action', { ...payload, action: 'explode' }],
  ['now', { ...payload, now: 'soon' }],
  ['workflow', { ...payload, workflow: undefined }],
  ['workflow.principalId', { ...payload, workflow: { ...workflow, principalId: '' } }],
  ['workflow.revision', { ...payload, workflow: { ...workflow, revision: '3' } }],
  ['workflow.notBefore', { ...payload, workflow: { ...workflow, notBefore: '$.notBefore' } }],
])('a wrong %s is named', (path, wrong) => {
  expect(() => enforcerRequest(wrong)).toThrow(`not a request to the enforcer: ${path}: `);
});
