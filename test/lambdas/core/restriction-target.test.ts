import { idOfTarget, isAttachable, restrictionTarget } from '../../../src/lambdas/core/restriction-target';
import { ACCOUNT, AGENT, AGENT_ROLE, ALICE, KEY_USER, REGION, ROLE, SHARED_AGENTS } from './builders';

const targetOf = (principalId: string, role?: string) => restrictionTarget({ principalId, ...(role === undefined ? {} : { role }) }, ACCOUNT);

describe('a budget restricts', () => {
  test.each([
    ['a user', ALICE, undefined, { type: 'user', name: 'alice' }],
    ['the user of an API key', KEY_USER, undefined, expect.objectContaining({ type: 'user' })],
    ['a role', ROLE, undefined, expect.objectContaining({ type: 'role' })],
    ['the execution role of an AgentCore runtime', AGENT, AGENT_ROLE, { type: 'role', name: 'agents' }],
    ['the role that AgentCore runtimes share', SHARED_AGENTS, undefined, { type: 'role', name: 'agents' }],
  ])('%s', (_, principalId, role, target) => {
    expect(targetOf(principalId, role)).toEqual(target);
  });

  test('for a role the role itself, whatever role stands on its budget', () => {
    expect(targetOf(ROLE, AGENT_ROLE)).toEqual(targetOf(ROLE));
    expect(targetOf(SHARED_AGENTS, ROLE)).toEqual(targetOf(SHARED_AGENTS));
  });
});

describe('a budget restricts nobody', () => {
  test.each([
    ['of a runtime whose role nobody told yet', AGENT, undefined, 'no-role', /execution role is not known yet/],
    ['of a runtime whose role is no principal', AGENT, 'agents', 'no-role', /execution role is not known yet/],
    ['of a runtime whose role is in another account', AGENT, 'iam-role/999988887777/agents', 'other-account', /belongs to account 999988887777: restrict it there/],
    ['of runtimes that share a role of another account', `agent-role/999988887777/${REGION}/agents`, undefined, 'other-account', /restrict it there/],
    ['of a runtime that runs as a role that only AWS may modify', AGENT, `iam-role/${ACCOUNT}/AWSServiceRoleForAgents`, 'protected-role', /only AWS may modify/],
    ['of runtimes that share a role of IAM Identity Center', `agent-role/${ACCOUNT}/${REGION}/AWSReservedSSO_Admin_0123456789abcdef`, undefined, 'protected-role', /permission set/],
    ['that is no principal', 'deployment/settings', undefined, 'unknown-kind', /is not a known principal/],
    ['of the root user', `root/${ACCOUNT}`, undefined, 'root', /service control policy/],
  ])('%s', (_, principalId, role, code, message) => {
    const target = targetOf(principalId, role);
    expect(isAttachable(target)).toBe(false);
    expect(target).toEqual({ code, message: expect.stringMatching(message) });
  });
});

test('the id of a target is that of its user or role, whoever\'s budget restricts it', () => {
  for (const [principalId, role] of [[AGENT, AGENT_ROLE], [SHARED_AGENTS, undefined], [AGENT_ROLE, undefined]] as const) {
    const target = targetOf(principalId, role);
    expect(isAttachable(target) && idOfTarget(target, ACCOUNT)).toBe(AGENT_ROLE);
  }
  expect(idOfTarget({ type: 'user', name: 'alice' }, ACCOUNT)).toBe(ALICE);
});
