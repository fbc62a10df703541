import { PrincipalKindName } from '../../../src/contract';
import { keyCreation, registerAllKeyHolders, registerKeyHolder, RegistrarPorts } from '../../../src/lambdas/core/registrar';
import { Observed } from '../observed';
import { ACCOUNT, aContext, NOON } from './builders';

const context = aContext({ timeZone: 'Pacific/Auckland' });
/** Noon in UTC is the next morning in Auckland. */
const TODAY_IN_AUCKLAND = '2026-03-11';

function ports(holders: readonly string[] = []) {
  const observed = new Observed();
  const register = jest.fn<Promise<void>, Parameters<RegistrarPorts['store']['register']>>(async () => undefined);
  const apiKeys = {
    async* list() {
      yield* holders;
    },
  };
  return { observed, register, ports: { store: { register }, apiKeys, log: observed.log } };
}

function anEvent(detail: Record<string, unknown> = {}) {
  return {
    'source': 'aws.iam',
    'detail-type': 'AWS API Call via CloudTrail',
    'detail': {
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateServiceSpecificCredential',
      recipientAccountId: ACCOUNT,
      requestParameters: { userName: 'alice', serviceName: 'bedrock.amazonaws.com' },
      responseElements: { serviceSpecificCredential: { userName: 'alice', serviceName: 'bedrock.amazonaws.com', status: 'Active' } },
      ...detail,
    },
  };
}

describe('an event of CloudTrail', () => {
  test('tells whose key was made, and in which account', () => {
    expect(keyCreation(anEvent())).toEqual({ userName: 'alice', accountId: ACCOUNT });
  });

  test.each([
    ['the answer alone', { requestParameters: { serviceName: 'bedrock.amazonaws.com' } }],
    ['the request alone', { responseElements: null }],
    ['an answer without a service', { responseElements: { serviceSpecificCredential: { userName: 'alice' } } }],
  ])('tells it by %s', (_, detail) => {
    expect(keyCreation(anEvent(detail))).toEqual({ userName: 'alice', accountId: ACCOUNT });
  });

  test('may not tell the account', () => {
    expect(keyCreation(anEvent({ recipientAccountId: undefined }))).toEqual({ userName: 'alice' });
  });

  test.each([
    ['of an attempt that failed', anEvent({ errorCode: 'LimitExceededException', responseElements: null })],
    ['of a key for another service', anEvent({
      requestParameters: { userName: 'alice', serviceName: 'codecommit.amazonaws.com' },
      responseElements: { serviceSpecificCredential: { userName: 'alice', serviceName: 'codecommit.amazonaws.com' } },
    })],
    ['of something else', anEvent({ eventName: 'DeleteServiceSpecificCredential' })],
    ['of another service that calls something the same', anEvent({ eventSource: 'evil.amazonaws.com' })],
    ['without a request', anEvent({ requestParameters: null, responseElements: null })],
    ['that names no user', anEvent({ requestParameters: { serviceName: 'bedrock.amazonaws.com' }, responseElements: null })],
    ['without a detail', {}],
  ])('%s tells of no key', (_, event) => {
    expect(keyCreation(event)).toBeUndefined();
  });
});

describe('a new key', () => {
  test('registers its user, by the day it is there', async () => {
    const { ports: world, register } = ports();
    expect(await registerKeyHolder({ userName: 'alice' }, NOON, world, context)).toEqual({ holders: 1 });
    expect(register.mock.calls).toEqual([[`iam-user/${ACCOUNT}/alice`, PrincipalKindName.API_KEY_USER, NOON, TODAY_IN_AUCKLAND]]);
  });

  test('of another account registers the user there', async () => {
    const { ports: world, register } = ports();
    await registerKeyHolder({ userName: 'alice', accountId: '999900001111' }, NOON, world, context);
    expect(register.mock.calls[0][0]).toBe('iam-user/999900001111/alice');
  });

  test.each(['a/b', '', 'x y', 'x'.repeat(65)])('of "%s" is nobody\'s', async userName => {
    const { ports: world, register } = ports();
    await expect(registerKeyHolder({ userName }, NOON, world, context)).rejects.toThrow('is no IAM user');
    expect(register).not.toHaveBeenCalled();
  });
});

describe('the sweep', () => {
  test('registers everybody who holds a key', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `user-${index}`);
    const { ports: world, register } = ports(names);
    expect(await registerAllKeyHolders(NOON, world, context)).toEqual({ holders: 25 });
    expect(register.mock.calls.map(([id]) => id)).toEqual(names.map(name => `iam-user/${ACCOUNT}/${name}`));
  });

  test('tells how many hold one', async () => {
    const { ports: world, observed } = ports(['alice', 'bob']);
    await registerAllKeyHolders(NOON, world, context);
    expect(observed.at('info')).toEqual([expect.objectContaining({ message: 'registered holders of API keys', facts: { holders: 2 } })]);
  });

  test('logs a name that nobody can have in part', async () => {
    const { ports: world, observed } = ports(['x'.repeat(500)]);
    await expect(registerAllKeyHolders(NOON, world, context)).rejects.toThrow('1 of 1 holders of API keys could not be registered; see the errors logged before');
    const name = 'x'.repeat(64);
    expect(observed.at('error')[0].facts).toEqual({ userName: name, problem: `TypeError: "${name}" in account "${ACCOUNT}" is no IAM user` });
  });

  test('that fails for one registers the others, and then fails', async () => {
    const { ports: world, register, observed } = ports(['alice', 'bob', 'carol']);
    register.mockImplementation(async id => {
      if (id.endsWith('/bob')) throw Object.assign(new Error('too much'), { name: 'ThrottlingException' });
    });
    await expect(registerAllKeyHolders(NOON, world, context)).rejects.toMatchObject({
      name: 'RegistrationIncompleteError', message: expect.stringContaining('1 of 3 holders'),
    });
    expect(register).toHaveBeenCalledTimes(3);
    expect(observed.at('error').map(({ facts }) => facts)).toEqual([{ userName: 'bob', problem: 'ThrottlingException: too much' }]);
  });
});
