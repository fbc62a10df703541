import { nameBundlesByPath, synthesize, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

const mapping = () => theOne(synthesize().resources, 'AWS::Lambda::EventSourceMapping')[1].Properties;

test('the evaluator sees every change since the table was made, without delay', () => {
  const { resources } = synthesize();
  expect(mapping()).toMatchObject({
    EventSourceArn: { 'Fn::GetAtt': [theOne(resources, 'AWS::DynamoDB::Table', 'Budgets')[0], 'StreamArn'] },
    FunctionName: { Ref: theOne(resources, 'AWS::Lambda::Function', 'BudgetEvaluator')[0] },
    StartingPosition: 'TRIM_HORIZON',
    MaximumBatchingWindowInSeconds: 0,
  });
});

test('a poisoned record is isolated, and put aside before the stream forgets it', () => {
  const { resources } = synthesize();
  expect(mapping()).toMatchObject({
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 20,
    DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [theOne(resources, 'AWS::SQS::Queue', 'EvaluationFailures')[0], 'Arn'] } } },
  });
  expect(mapping().MaximumRecordAgeInSeconds).toBeLessThan(24 * 3600);
});

test('the expiry of items is no reason to decide', () => {
  const patterns = mapping().FilterCriteria.Filters.map((filter: { Pattern: string }) => JSON.parse(filter.Pattern));
  expect(patterns).toEqual([{ eventName: ['INSERT', 'MODIFY'] }]);
});
