import { whyNotWritten } from '../../../src/lambdas/adapters/dynamodb-transactions';
import { awsError } from './aws-error';

function cancelled(...codes: readonly (string | undefined)[]): Error {
  return awsError('TransactionCanceledException', { CancellationReasons: codes.map(Code => ({ Code })) });
}

test('conditions that did not hold are named by their place', () => {
  expect(whyNotWritten(cancelled('None', 'ConditionalCheckFailed', 'None', 'ConditionalCheckFailed'))).toEqual({ result: 'conditions', failed: [1, 3] });
});

test('beside a conflict they may say nothing: it is told as well', () => {
  expect(whyNotWritten(cancelled('TransactionConflict', 'ConditionalCheckFailed'))).toEqual({ result: 'conditions', failed: [1], conflict: 'TransactionConflict' });
});

test('items that another transaction had are named by their place', () => {
  expect(whyNotWritten(cancelled('None', 'TransactionConflict', undefined, 'TransactionConflict'))).toEqual({
    result: 'conflict', message: 'TransactionConflict', inConflict: [1, 3],
  });
});

test('where the table is throttled, nobody is told free', () => {
  expect(whyNotWritten(cancelled('None', 'TransactionConflict', 'ThrottlingError'))).toEqual({ result: 'conflict', message: 'TransactionConflict' });
});

test('a refusal counts more than a conflict', () => {
  expect(whyNotWritten(cancelled('TransactionConflict', 'ValidationError'))).toEqual({ result: 'refused', message: 'ValidationError' });
});

test('reasons without a code, or none that is known, tell nothing', () => {
  for (const error of [cancelled(undefined, 'None'), cancelled('SomethingNew'), awsError('TimeoutError')]) {
    expect(() => whyNotWritten(error)).toThrow(error);
  }
});
