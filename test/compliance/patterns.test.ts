import fc from 'fast-check';
import { isArn, isPath } from '../../src/compliance/patterns';

describe('paths', () => {
  test.each([
    ['Storage/Prices', 'Storage/Prices', true],
    ['Storage/Prices', 'Storage/PricesToo', false],
    ['Storage/Prices', 'Other/Storage/Prices', false],
    ['Channels/*/Topic/*', 'Channels/email-1/Topic/a@example.com', true],
    ['Channels/*/Topic/*', 'Channels/email-1/More/Topic/a@example.com', false],
    ['*/ScheduleRole', 'ScheduleRole', false],
    ['**/Function', 'Metering/UsageMeter/Function', true],
    ['**/Function', 'Function', true],
    ['**/Function', 'Metering/UsageMeter/FunctionUrl', false],
    ['**/Function', 'Metering/MyFunction', false],
    ['**/Function', 'Metering/Function/EventInvokeConfig', false],
    ['a.b', 'axb', false],
  ])('%s is %s: %s', (pattern, path, expected) => {
    expect(isPath(pattern, path)).toBe(expected);
  });
});

describe('ARNs', () => {
  const ANY_USER = 'arn:{}:iam::{}:user/*';

  test.each([
    [ANY_USER, 'arn:<AWS::Partition>:iam::<AWS::AccountId>:user/*', true],
    [ANY_USER, 'arn:aws:iam::111122223333:user/*', true],
    [ANY_USER, 'arn:aws:iam::*:user/*', false],
    [ANY_USER, 'arn:aws:iam::111122223333:role/*', false],
    [ANY_USER, 'arn:aws:iam::111122223333:user/team/*', false],
    [ANY_USER, '*', false],
    ['*', '*', true],
    ['*', 'arn:aws:s3:::bucket/*', false],
    ['{}/{}reports/*', '<Bucket.Arn>/reports/*', true],
    ['{}/{}reports/*', '<Bucket.Arn>/chargeback/reports/*', true],
    ['{}/{}reports/*', '<Bucket.Arn>/*/reports/*', false],
    ['{}/{}reports/*', '<Bucket.Arn>/*', false],
  ])('%s is %s: %s', (pattern, arn, expected) => {
    expect(isArn(pattern, arn)).toBe(expected);
  });

  test('with other asterisks than the pattern are never one of it', () => {
    const text = fc.string().map(value => value.replace(/[*{}]/g, ''));
    fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), fc.array(text, { minLength: 1, maxLength: 4 }), (parts, others) => {
      const [pattern, arn] = [parts.join('*'), others.join('*')];
      expect(isArn('{}*'.repeat(parts.length - 1) + '{}', arn)).toBe(parts.length === others.length);
      expect(isArn(pattern, pattern)).toBe(true);
    }));
  });
});
