import { retryably } from '../../../src/lambdas/adapters/retryably';
import { BudgetContentionError } from '../../../src/lambdas/core/decide-and-save';
import { RetryableIamError } from '../../../src/lambdas/core/ports';
import { awsError } from './aws-error';

test.each([
  ['throttling of the settings', awsError('ThrottlingException')],
  ['throttling of the table', awsError('ProvisionedThroughputExceededException')],
  ['a service that is down', awsError('InternalServerError', { status: 500 })],
  ['a budget that keeps changing', new BudgetContentionError('changed under 6 attempts')],
])('%s is worth another try', async (_, error) => {
  const failure = await retryably(() => Promise.reject(error)).catch((caught: unknown) => caught);
  expect(failure).toBeInstanceOf(RetryableIamError);
  expect(failure).toMatchObject({ name: 'RetryableIamError', cause: error });
});

test.each([['a refusal', awsError('AccessDeniedException')], ['a defect', new TypeError('x is undefined')]])('%s stays what it is', async (_, error) => {
  await expect(retryably(() => Promise.reject(error))).rejects.toBe(error);
});

test('an answer passes', async () => {
  await expect(retryably(() => Promise.resolve(42))).resolves.toBe(42);
});
