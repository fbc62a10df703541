import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { RETRY_WAITS_MS } from './aws/retries';
import { STREAM_MAPPING } from './aws/stream-mapping';

// What AWS in memory does by itself has to be what the stack has AWS do.
const { stack } = synthesizedBudgeteer();

test('the stream is delivered as the stack says', () => {
  const [mapping, ...others] = stack.resources('AWS::Lambda::EventSourceMapping');
  expect(others).toEqual([]);
  expect(mapping.properties).toMatchObject({
    BatchSize: STREAM_MAPPING.batchSize,
    MaximumRetryAttempts: STREAM_MAPPING.retryAttempts,
    MaximumRecordAgeInSeconds: STREAM_MAPPING.maxAgeMs / 1000,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('what nobody waits for is repeated as often as the stack says', () => {
  const repeated = stack.resources('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties.MaximumRetryAttempts);
  expect(repeated.length).toBeGreaterThan(5);
  expect(new Set(repeated)).toEqual(new Set([RETRY_WAITS_MS.length]));
});
