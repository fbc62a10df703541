import { CAST, displayNameOf, MEMBERS } from '../../demo/fixture/cast';
import { iamIdOf, identityArnOf, principalIdOf, runtimePrincipalIdsOf } from '../../demo/fixture/identities';
import { PLACE } from './place';

describe('whose budget pays', () => {
  test.each([
    ['a user, whatever the path', CAST.critical, 'iam-user/000000000000/indexer'],
    ['a role', CAST.turned, 'iam-role/000000000000/chat-backend'],
    ['an AgentCore runtime in place of its role', CAST.suspended, 'agent-runtime/000000000000/us-east-1/research-k1L2m3N4o5'],
    ['all runtimes of a role together', CAST.sharing, 'agent-role/000000000000/us-east-1/shop-agents'],
  ])('is that of %s', (_, member, id) => {
    expect(principalIdOf(member, PLACE)).toBe(id);
  });

  test('is another for each of the cast', () => {
    expect(new Set(MEMBERS.map(member => principalIdOf(member, PLACE))).size).toBe(MEMBERS.length);
  });

  test('is not known before the runtimes are made', () => {
    expect(() => principalIdOf(CAST.sharing, { ...PLACE, runtimeIds: new Map() })).toThrow('the AgentCore runtime checkout is not made yet');
  });
});

test('runtimes have ids of their own, whoever pays', () => {
  expect(runtimePrincipalIdsOf(CAST.sharing, PLACE)).toEqual([
    'agent-runtime/000000000000/us-east-1/checkout-a1B2c3D4e5', 'agent-runtime/000000000000/us-east-1/pricing-f6G7h8I9j0',
  ]);
  expect(runtimePrincipalIdsOf(CAST.turned, PLACE)).toEqual([]);
});

test('IAM denies runtimes by their role', () => {
  expect(iamIdOf(CAST.sharing, PLACE)).toBe('iam-role/000000000000/shop-agents');
  expect(iamIdOf(CAST.raised, PLACE)).toBe('iam-user/000000000000/BedrockAPIKey-k7f2');
});

test('the log knows a role by its session', () => {
  expect(identityArnOf(CAST.turned, PLACE, 'worker-0')).toBe('arn:aws:sts::000000000000:assumed-role/chat-backend/worker-0');
  expect(identityArnOf(CAST.critical, PLACE)).toBe('arn:aws:iam::000000000000:user/team/search/indexer');
});

test('people know runtimes by their names', () => {
  expect([CAST.sharing, CAST.suspended, CAST.turned].map(displayNameOf)).toEqual(['checkout, pricing', 'research', 'chat-backend']);
});
