import { errorCode, errorMessage, isError, isTransient } from '../../../src/lambdas/adapters/aws-errors';
import { awsError } from './aws-error';

test.each([['NoSuchEntityException', 'NoSuchEntity'], ['NoSuchEntity', 'NoSuchEntity'], ['Throttling', 'Throttling']])('%s has the code %s', (name, code) => {
  expect(errorCode(awsError(name))).toBe(code);
  expect(isError(awsError(name), 'Other', code)).toBe(true);
  expect(isError(awsError(name), 'Other')).toBe(false);
});

test.each([undefined, null, 'a text', {}])('%j is no error that could be told by its code', thrown => {
  expect(errorCode(thrown)).toBe('');
  expect(isTransient(thrown)).toBe(false);
  expect(errorMessage(thrown)).toBe('unknown error');
});

test('messages are bounded', () => {
  expect(errorMessage(awsError('Some', { message: 'x'.repeat(10_000) }))).toHaveLength(500);
});

test.each([[400, false], [403, false], [429, true], [500, true], [503, true]])('HTTP %i may pass: %s', (status, transient) => {
  expect(isTransient(awsError('Unknown', { status }))).toBe(transient);
});
