import { once } from 'node:events';
import { createServer, AddressInfo } from 'node:net';
import { CommandFailure } from '../../../src/cli/command-failure';
import { ALICE, NOON } from '../../lambdas/core/builders';
import { FakeManager, SECRET, SIGNED_REGION, versionOf } from './fake-manager';
import { budget, withManager } from './with-manager';

const manager = withManager();

const SET = ['set', ALICE, '--limit', '5/day'];

function keys(of: FakeManager): ReadonlySet<unknown> {
  return new Set(of.requests.map(({ idempotencyKey }) => idempotencyKey));
}

describe('the signature', () => {
  test('is that of the credentials of the profile', async () => {
    manager.add(ALICE);
    const credentials = jest.fn(async () => SECRET);
    expect((await budget(manager, ['get', ALICE, '--profile', 'admin'], { credentials })).code).toBe(0);
    expect(credentials).toHaveBeenCalledWith('admin');
  });

  test('with another secret is not admitted', async () => {
    const { code, stderr } = await budget(manager, SET, { credentials: async () => ({ ...SECRET, secretAccessKey: 'other' }) });
    expect(code).toBe(1);
    expect(stderr).toBe('budgeteer: AWS did not admit the request (The request signature we calculated does not match the signature you provided.): '
      + 'are the clock and --region right, and does no proxy change requests?\n');
    expect(manager.requests).toEqual([]);
  });

  test('is for the region that is given', async () => {
    manager.add(ALICE);
    const env = { BUDGETEER_URL: manager.url };
    expect((await budget(manager, ['get', ALICE, '--region', SIGNED_REGION], { env })).code).toBe(0);
    expect((await budget(manager, ['get', ALICE], { env: { ...env, AWS_DEFAULT_REGION: SIGNED_REGION } })).code).toBe(0);
    expect((await budget(manager, ['get', ALICE, '--region', 'us-east-1'], { env })).stderr).toContain('did not admit');
  });

  test('holds for letters beyond ASCII', async () => {
    expect((await budget(manager, [...SET, '--reason', 'für „Überstunden“ 🙂'])).code).toBe(0);
    expect(manager.changes[0].reason).toBe('für „Überstunden“ 🙂');
  });

  test('of credentials that there are not is told', async () => {
    const { code, stderr } = await budget(manager, SET, { credentials: () => Promise.reject(new CommandFailure('there are no AWS credentials')) });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'budgeteer: there are no AWS credentials\n' });
  });
});

describe('what fails in passing', () => {
  test.each([[{ status: 429 }], [{ status: 500, body: '{}' }], [{ status: 503, body: 'no JSON' }], ['dropped' as const]])('%j is tried again with the same key', async fault => {
    manager.faults.push(fault, fault);
    const pause = jest.fn(async () => undefined);
    const { code, stdout } = await budget(manager, SET, { pause });
    expect(code).toBe(0);
    expect(stdout).toContain(`${ALICE}: changed`);
    expect(manager.requests).toHaveLength(3);
    expect(keys(manager).size).toBe(1);
    const [first, second] = (pause.mock.calls as unknown as readonly (readonly [number])[]).map(([milliseconds]) => milliseconds);
    expect(first).toBeGreaterThanOrEqual(250);
    expect(second).toBeGreaterThanOrEqual(500);
    expect(first + second).toBeLessThanOrEqual(1500);
  });

  test('an answer that was lost is asked for again, and the change made once', async () => {
    manager.add(ALICE);
    manager.faults.push('answer lost');
    const { code, stdout } = await budget(manager, ['top-up', ALICE, '5', '--expires', '7d', '--reason', 'x']);
    expect(code).toBe(0);
    expect(stdout).toContain('was changed by this request before');
    expect(manager.budgets.get(ALICE)!.topUps).toHaveLength(1);
  });

  test('what was there before is not shown as if it were new', async () => {
    manager.add(ALICE, { limits: [{ limitUsd: '100', period: 'calendar month' }], labels: { team: 'data' } });
    manager.faults.push('answer lost');
    const { stdout } = await budget(manager, ['top-up', ALICE, '5', '--expires', '7d', '--reason', 'x']);
    expect(stdout).toBe([
      `${ALICE}: was changed by this request before, and now is`,
      '  limits   $100.00 / calendar month',
      '  labels   team=data',
      '  top-ups  $5.00 until 2026-03-17 12:00 (x)',
      `  version  ${versionOf(manager.budgets.get(ALICE)!)}`,
      '',
    ].join('\n'));
  });

  test('where nothing is ordered any more, nothing is shown', async () => {
    manager.add(ALICE, { limits: [{ limitUsd: '100', period: 'calendar month' }] });
    manager.faults.push('answer lost');
    const { stdout } = await budget(manager, ['remove', ALICE, '--yes']);
    expect(stdout).toBe(`${ALICE}: was changed by this request before\n  version  ${versionOf(manager.budgets.get(ALICE)!)}\n`);
  });

  test('for good ends with what makes the same change once', async () => {
    manager.add(ALICE);
    manager.faults.push('answer lost', 'dropped', 'dropped', 'dropped', 'dropped');
    const args = ['top-up', ALICE, '5', '--expires', '7d', '--reason', 'x'];
    const { code, stderr } = await budget(manager, args);
    expect(code).toBe(1);
    expect(stderr).toContain('did not answer');
    const again = /whatever happened, with (.*)\n$/.exec(stderr)![1].split(' ');
    expect(again).toEqual(['--expires', '2026-03-17T12:00:00.000Z', '--idempotency-key', manager.requests[0].idempotencyKey]);
    // An hour later: 7d would be another time by then.
    const repeated = await budget(manager, [...args.filter(arg => !['--expires', '7d'].includes(arg)), ...again], { now: () => NOON + 3_600_000 });
    expect(repeated.stdout).toContain('was changed by this request before');
    expect(manager.budgets.get(ALICE)!.topUps).toHaveLength(1);
  });

  test('after a question ends with the version that was shown', async () => {
    manager.add(ALICE);
    manager.faults.push(undefined, ...Array.from({ length: 5 }, () => 'dropped' as const));
    const { stderr } = await budget(manager, ['suspend', ALICE, '--reason', 'x'], { terminal: true, stdin: 'y\n' });
    expect(stderr).toMatch(/with --yes --if-version \w{12} --idempotency-key [\w-]{36}\n$/);
  });

  test('after a question about somebody whom nobody had seen ends with what makes the change once', async () => {
    manager.faults.push(undefined, 'answer lost', ...Array.from({ length: 4 }, () => 'dropped' as const));
    const args = ['suspend', ALICE, '--reason', 'x'];
    const { stderr } = await budget(manager, args, { terminal: true, stdin: 'y\n' });
    const again = /whatever happened, with (.*)\n$/.exec(stderr)![1].split(' ');
    expect(again).toEqual(['--yes', '--if-version', 'none', '--idempotency-key', expect.any(String)]);
    expect((await budget(manager, [...args, ...again])).stdout).toContain('was changed by this request before');
  });

  test('is not tried again where it is for good', async () => {
    manager.faults.push({ status: 413, body: JSON.stringify({ error: { code: 'TooLarge', message: 'the body has 70000 bytes' } }) });
    const { code, stderr } = await budget(manager, SET);
    expect(code).toBe(1);
    expect(stderr).toBe('budgeteer: the body has 70000 bytes: give fewer or shorter labels and reasons\n');
    expect(manager.requests).toHaveLength(1);
  });

  test('is not tried again after Ctrl-C, and it is not known what became of it', async () => {
    const interrupt = new AbortController();
    manager.faults.push({ status: 503 });
    const pause = async () => {
      interrupt.abort();
      throw new Error('aborted');
    };
    const { code, stderr } = await budget(manager, SET, { interruption: () => interrupt.signal, pause });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^budgeteer: stopped\nIt is not known whether the change was made\./);
    expect(manager.requests).toHaveLength(1);
  });
});

test('a change that is under way is not broken off by Ctrl-C', async () => {
  const interrupt = new AbortController();
  manager.onRequest = () => interrupt.abort();
  const { code, stdout } = await budget(manager, SET, { interruption: () => interrupt.signal });
  expect(code).toBe(0);
  expect(stdout).toContain('changed');
});

test('a question is broken off by Ctrl-C', async () => {
  const interrupt = new AbortController();
  manager.onRequest = () => interrupt.abort();
  manager.faults.push({ status: 503 });
  const { code, stderr } = await budget(manager, ['get', ALICE], { interruption: () => interrupt.signal });
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'budgeteer: stopped\n' });
});

describe('what is refused is told in plain words', () => {
  test.each<[string, number, unknown, string]>([
    ['the own budget', 403, { error: { code: 'Forbidden', message: 'this is your own budget' } }, 'this is your own budget: nobody can change the budget that their own calls are charged to'],
    ['an argument', 400, { error: { code: 'BadRequest', message: 'too many', field: 'limits' } }, 'limits: too many\n'],
    ['nobody', 404, { error: { code: 'NotFound', message: 'nobody has seen x' } }, 'nobody has seen x: see "budgeteer budget list"'],
    ['a conflict', 409, { error: { code: 'Conflict', message: 'somebody else changed it' } }, 'somebody else changed it: look at it again with "budgeteer budget get"'],
    ['a used key', 409, { error: { code: 'IdempotencyConflict', message: 'the key was used' } }, 'leave --idempotency-key out for a new change'],
    ['something new', 422, { error: { code: 'constructor', message: 'no\u001b[31m way' } }, 'no [31m way\n'],
    ['the caller', 403, { Message: 'Forbidden. For troubleshooting see …' }, 'AWS did not admit the request (Forbidden. For troubleshooting see …): the stack lets a role or user call the URL by'],
    ['an old token', 403, { message: 'The security token included in the request is expired' }, 'the credentials are no longer valid: log in again'],
    ['a redirection', 302, undefined, 'HTTP 302 is no answer of budget-manager: is the URL right?'],
    ['another service', 404, '<html>', 'HTTP 404 is no answer of budget-manager'],
  ])('%s', async (_, status, body, expected) => {
    manager.faults.push({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });
    const { code, stderr, stdout } = await budget(manager, SET);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^budgeteer: /);
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
  });

  test.each<[number, unknown, string]>([
    [500, { error: { code: 'InternalError', message: 'something broke' }, requestId: 'req-1' }, 'something broke (request req-1): the log of budget-manager tells more'],
    [429, { Reason: 'ConcurrentInvocationLimitExceeded' }, 'budget-manager has too many requests at once: try again in a minute'],
    [502, { Message: 'Internal Server Error' }, 'budget-manager failed with HTTP 502 (Internal Server Error): the log of the function tells why'],
  ])('HTTP %d that does not go away', async (status, body, expected) => {
    manager.faults.push(...Array.from({ length: 5 }, () => ({ status, body: JSON.stringify(body) })));
    const { code, stderr } = await budget(manager, ['get', ALICE]);
    expect(code).toBe(1);
    expect(stderr).toBe(`budgeteer: ${expected}\n`);
    expect(manager.requests).toHaveLength(5);
  });

  test.each([
    ['no JSON', 'answered, but not as budget-manager does: is the URL right?'],
    ['{"hello":"world"}', 'the answer of budget-manager cannot be read (budget: '],
    ['null', 'answered, but not as budget-manager does'],
  ])('an answer %s', async (body, expected) => {
    manager.faults.push({ status: 200, body });
    const { code, stderr } = await budget(manager, ['get', ALICE]);
    expect(code).toBe(1);
    expect(stderr).toContain(expected);
  });
});

test('a redirection is not followed: the signed request is for this URL alone', async () => {
  manager.faults.push({ status: 307, location: `${manager.url}elsewhere` });
  const { code, stderr } = await budget(manager, SET);
  expect(code).toBe(1);
  expect(stderr).toContain('HTTP 307 is no answer of budget-manager');
  expect(manager.requests).toHaveLength(1);
});

test('a host that is not there', async () => {
  const { code, stderr } = await budget(manager, ['get', ALICE, '--url', 'http://127.0.0.1:9/']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^budgeteer: 127\.0\.0\.1:9 did not answer \(.+\), 5 times: are the URL and the network right\?\n$/);
});

test('a change that nobody can have been asked for leaves no doubt', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { code, stderr } = await budget(manager, [...SET, '--url', `http://127.0.0.1:${port}/`]);
  expect(code).toBe(1);
  expect(stderr).toBe(`budgeteer: 127.0.0.1:${port} did not answer (ECONNREFUSED), 5 times: are the URL and the network right?\nNothing was sent: this run has changed nothing.\n`);
});
