import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { LambdaPolicyReturn } from '../../../src/lambdas/adapters/lambda-policy-return';
import { ALICE, NOON, ROLE } from '../core/builders';
import { awsError } from './aws-error';

const lambda = mockClient(LambdaClient);
const policies = new LambdaPolicyReturn(new LambdaClient({ region: 'eu-central-1' }), 'arn:detacher', () => NOON);
const bytes = (text: string) => new TextEncoder().encode(text) as never;
const answers = (answer: unknown, problem?: string) => lambda.on(InvokeCommand).resolves({ Payload: bytes(JSON.stringify(answer)), FunctionError: problem });

const MINUTES = 60_000;

beforeEach(() => lambda.reset());

test('asks the policy-detacher for everything, and waits for its answer', async () => {
  answers({ restored: [ALICE], failed: [] });

  expect(await policies.returnAll(5 * MINUTES)).toEqual([]);

  const [{ args: [{ input }] }] = lambda.commandCalls(InvokeCommand);
  // An event would come back at once, with nothing put back.
  expect(input.InvocationType ?? 'RequestResponse').toBe('RequestResponse');
  expect([input.FunctionName, JSON.parse(new TextDecoder().decode(input.Payload as Uint8Array))])
    .toEqual(['arn:detacher', { action: 'restore-all-policies', now: '2026-03-10T12:00:00.000Z' }]);
});

test('tells whose policies could not be put back, and why', async () => {
  const failed = [{ target: ROLE, problem: 'AccessDenied: no' }];
  answers({ restored: [], failed });

  expect(await policies.returnAll(5 * MINUTES)).toEqual(failed);
});

test('an error of the function is an error: nobody knows then what was put back', async () => {
  answers({ errorType: 'PoliciesStillHeldError', errorMessage: 'x'.repeat(1000) }, 'Unhandled');

  const error = await policies.returnAll(5 * MINUTES).catch((problem: Error) => problem) as Error;
  expect([error.name, error.message]).toEqual(['PolicyReturnError', expect.stringMatching(/^the policy-detacher failed \(Unhandled\): \{"errorType":"PoliciesStillHeldError"/)]);
  expect(error.message.length).toBeLessThan(400);
});

test.each([
  ['nothing', ''],
  ['no JSON', 'gone'],
  ['null', 'null'],
  ['another answer', '{"outcome":"applied","reason":""}'],
  ['failures without a reason', '{"restored":[],"failed":[{"target":"x"}]}'],
])('an answer that is %s is not taken for success', async (_, text) => {
  lambda.on(InvokeCommand).resolves({ Payload: bytes(text) });

  await expect(policies.returnAll(5 * MINUTES)).rejects.toThrow('the policy-detacher gave an answer that cannot be read');
});

test('an answer without a payload is none either', async () => {
  lambda.on(InvokeCommand).resolves({});
  await expect(policies.returnAll(5 * MINUTES)).rejects.toMatchObject({ name: 'PolicyReturnError' });
});

test('what Lambda refuses comes as it is', async () => {
  lambda.on(InvokeCommand).rejects(awsError('AccessDeniedException'));
  await expect(policies.returnAll(5 * MINUTES)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('gives up in time to say that it does', async () => {
  // The client rejects when its signal says so.
  lambda.on(InvokeCommand).callsFake(() => new Promise((_, reject) => setTimeout(() => reject(awsError('AbortError')), 40)));

  const error = await policies.returnAll(10).catch((problem: Error) => problem) as Error;
  expect([error.name, error.message]).toEqual(['PolicyReturnError', expect.stringMatching(/still putting policies back after 0 seconds, and goes on with it: nothing else was changed\. Wait some minutes, then try again/)]);
});

test.each([[5 * MINUTES, 5 * MINUTES], [Number.POSITIVE_INFINITY, 15 * MINUTES], [-3, 1]])('waits %d ms no longer than %d ms', async (given, waited) => {
  const timeout = jest.spyOn(AbortSignal, 'timeout');
  answers({ restored: [], failed: [] });

  await policies.returnAll(given);

  expect(timeout.mock.calls).toEqual([[waited]]);
  expect((lambda.commandCalls(InvokeCommand)[0].args as unknown[])[1]).toEqual({ abortSignal: timeout.mock.results[0].value });
});
