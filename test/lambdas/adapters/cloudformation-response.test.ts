import { once } from 'node:events';
import { createServer, IncomingHttpHeaders, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answering, CustomResourceResult } from '../../../src/lambdas/adapters/cloudformation-response';
import { Observed, recordedWaits } from '../observed';

interface Received {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let received: Received[];
/** How the address answers, one status after the other. */
let statuses: number[];

beforeEach(async () => {
  received = [];
  statuses = [];
  server = createServer((request, response) => {
    void text(request).then(body => {
      received.push({ method: request.method, url: request.url, headers: request.headers, body });
      response.statusCode = statuses.shift() ?? 200;
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => new Promise(resolve => {
  server.closeAllConnections();
  server.close(resolve);
}));

function anEvent(changes: Partial<Record<keyof CloudFormationCustomResourceEvent | 'PhysicalResourceId', unknown>> = {}): CloudFormationCustomResourceEvent {
  return {
    RequestType: 'Create',
    ServiceToken: 'arn:handler',
    ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signature=secret`,
    StackId: 'arn:aws:cloudformation:eu-central-1:444455556666:stack/Budgets/1',
    RequestId: 'request-1',
    LogicalResourceId: 'Budget',
    ResourceType: 'Custom::BedrockBudget',
    ResourceProperties: { ServiceToken: 'arn:handler' },
    ...changes,
  } as CloudFormationCustomResourceEvent;
}

async function answer(
  work: () => Promise<CustomResourceResult>, event = anEvent(), { remaining, idOf = () => 'the-id' }: { remaining?: number; idOf?: () => string } = {},
) {
  const observed = new Observed();
  const { waits, pause } = recordedWaits();
  const context = remaining === undefined ? undefined : { getRemainingTimeInMillis: () => remaining };
  const done = answering(event, context, { physicalResourceIdOf: idOf, log: observed.log, pause }, work);
  await done.catch(() => undefined);
  return { done, observed, waits, answers: received.map(({ body }) => JSON.parse(body)) };
}

const fail = (message: string) => async () => {
  throw new Error(message);
};

test('a success is put to the address, without a content type, as it is signed for', async () => {
  const { answers } = await answer(async () => ({ physicalResourceId: 'p-1', data: { kept: 'false' } }));
  expect(answers).toEqual([{
    Status: 'SUCCESS',
    Reason: 'done',
    PhysicalResourceId: 'p-1',
    Data: { kept: 'false' },
    StackId: 'arn:aws:cloudformation:eu-central-1:444455556666:stack/Budgets/1',
    RequestId: 'request-1',
    LogicalResourceId: 'Budget',
  }]);
  const [{ method, url, headers, body }] = received;
  expect({ method, url, type: headers['content-type'], length: headers['content-length'] }).toEqual({
    method: 'PUT', url: '/answer?signature=secret', type: '', length: String(Buffer.byteLength(body)),
  });
});

test('a failure is answered with its message, and logged', async () => {
  const { answers, observed } = await answer(fail('no such principal'));
  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: 'no such principal', PhysicalResourceId: 'the-id' })]);
  expect(observed.at('error')).toEqual([expect.objectContaining({ facts: { requestType: 'Create', logicalResourceId: 'Budget', problem: 'Error: no such principal' } })]);
});

test('a failed creation that cannot be named has the name of the resource', async () => {
  const { answers } = await answer(fail('bad'), anEvent(), { idOf: () => '' });
  expect(answers[0].PhysicalResourceId).toBe('Budget');
});

test.each(['Update', 'Delete'])('a failed %s keeps the id', async RequestType => {
  const { answers } = await answer(fail('bad'), anEvent({ RequestType, PhysicalResourceId: 'the-old-id' }), { idOf: () => 'the-new-id' });
  expect(answers[0].PhysicalResourceId).toBe('the-old-id');
});

test('an error without a message is told by its name', async () => {
  const { answers } = await answer(async () => {
    throw Object.assign(new Error(''), { name: 'AccessDenied' });
  });
  expect(answers[0].Reason).toBe('AccessDenied');
});

test('work that does not end is answered before the function is', async () => {
  const { answers } = await answer(() => new Promise(() => {}), anEvent(), { remaining: 10_050 });
  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: 'the function ran out of time; see its log, and try again' })]);
});

test('work that ends in time is answered once', async () => {
  const { answers } = await answer(async () => ({ physicalResourceId: 'p-1' }), anEvent(), { remaining: 60_000 });
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
});

test.each(['x'.repeat(10_000), 'ü"\n'.repeat(5_000)])('no answer is larger than CloudFormation takes', async reason => {
  const { answers } = await answer(fail(reason));
  expect(Buffer.byteLength(received[0].body)).toBeLessThanOrEqual(4096);
  expect(answers[0].Reason).toMatch(/…$/);
  expect(answers[0].Reason.length).toBeGreaterThan(1_000);
});

test('an answer that was not accepted is sent again', async () => {
  statuses = [500, 503];
  const { answers, waits, done } = await answer(async () => ({ physicalResourceId: 'p-1' }));
  await expect(done).resolves.toBeUndefined();
  expect(answers).toHaveLength(3);
  expect(waits).toHaveLength(2);
});

test('an address that accepts nothing fails the invocation, so that it comes again', async () => {
  statuses = [403, 403, 403, 403, 403];
  const { done, observed } = await answer(async () => ({ physicalResourceId: 'p-1' }));
  await expect(done).rejects.toMatchObject({
    name: 'AnswerNotDeliveredError', message: 'CloudFormation\'s address for the answer was not reached in 5 attempts: HTTP 403',
  });
  expect(JSON.stringify(observed.entries)).not.toContain('secret');
});

test('so does an address that nobody answers at', async () => {
  const event = anEvent({ ResponseURL: 'http://127.0.0.1:1/answer?signature=secret' });
  const { done, observed } = await answer(async () => ({ physicalResourceId: 'p-1' }), event);
  await expect(done).rejects.toMatchObject({ name: 'AnswerNotDeliveredError' });
  expect(observed.at('warn')).toHaveLength(5);
  expect(JSON.stringify(observed.entries)).not.toContain('secret');
});
