import { awsFailure } from '../../src/cli/aws-failure';
import { CommandFailure } from '../../src/cli/command-failure';

function told(name: string): string {
  return awsFailure(Object.assign(new Error('what happened'), { name }), 'reading the tables', 'dynamodb:Scan on both').message;
}

test.each([
  ['AccessDeniedException', ': the credentials need dynamodb:Scan on both'],
  ['ExpiredTokenException', ': log in again, or name a profile by --profile'],
  ['UnrecognizedClientException', ': log in again, or name a profile by --profile'],
  ['ResourceNotFoundException', ': check its name, the region (--region) and the account of the credentials (--profile)'],
  ['ThrottlingException', ': wait some minutes and try again'],
  ['TimeoutError', ': try again'],
  ['ValidationException', ''],
])('%s is told with what to do', (name, advice) => {
  expect(told(name)).toBe(`reading the tables did not work (${name}: what happened)${advice}`);
});

test('a failure of the command stays as it is', () => {
  const failure = new CommandFailure('stopped');
  expect(awsFailure(failure, 'reading', 'x')).toBe(failure);
});
