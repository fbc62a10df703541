import { callerFrom, refuseOwnBudget } from '../../../../src/lambdas/core/administration/caller';
import { AdministrationError } from '../../../../src/lambdas/core/administration/errors';
import { ACCOUNT, AGENT, AGENT_ROLE, ALICE, errorOf, REGION, ROLE, SHARED_AGENTS } from '../builders';

const ALICE_ARN = `arn:aws:iam::${ACCOUNT}:user/people/alice`;
const AGENTS_ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/agents/session`;
const GUEST_ARN = `arn:aws:sts::${ACCOUNT}:federated-user/guest`;
const ELSEWHERE_ARN = 'arn:aws:iam::cloudfront:something/else';

function refusal(call: () => unknown): object {
  const { name, code, status, field, message } = errorOf(call) as AdministrationError;
  return { name, code, status, field, message };
}

const FORBIDDEN = { name: 'AdministrationError', code: 'Forbidden', status: 403, field: undefined };

test.each([[undefined], ['']])('nobody who does not sign is a caller: %j', arn => {
  expect(refusal(() => callerFrom(arn))).toEqual({ ...FORBIDDEN, message: 'the request carries no caller: sign it with AWS credentials (SigV4, service lambda)' });
});

test('a user and a session of a role are callers whose principal is known', () => {
  expect(callerFrom(ALICE_ARN)).toMatchObject({ arn: ALICE_ARN, principal: { id: ALICE } });
  expect(callerFrom(AGENTS_ARN)).toMatchObject({ arn: AGENTS_ARN, principal: { id: AGENT_ROLE } });
});

test('an identity of another form is a caller without a principal, in text that is fit for a log', () => {
  expect(callerFrom(ELSEWHERE_ARN)).toEqual({ arn: ELSEWHERE_ARN });
  expect(callerFrom(`${ELSEWHERE_ARN}\n${'x'.repeat(400)}`)).toEqual({ arn: expect.stringMatching(/^arn:aws:iam::cloudfront:something\/else x+…$/) });
  expect(callerFrom(`${ELSEWHERE_ARN}${'x'.repeat(400)}`).arn).toHaveLength(300);
});

test.each([
  ['a federated session', GUEST_ARN], ['an identity of another form', ELSEWHERE_ARN],
])('%s changes no budget, whosesoever it is', (_, arn) => {
  expect(refusal(() => refuseOwnBudget(callerFrom(arn), ROLE))).toEqual({
    ...FORBIDDEN, message: `${arn} does not tell whose calls it makes: change budgets as an IAM user or role`,
  });
});

test.each([
  ['its own', ALICE_ARN, ALICE, undefined],
  ['its own, in other letters', ALICE_ARN, `iam-user/${ACCOUNT}/ALICE`, undefined],
  ['that of a runtime with its role', AGENTS_ARN, AGENT, AGENT_ROLE],
  ['that of a runtime with its role, in other letters', AGENTS_ARN, AGENT, `iam-role/${ACCOUNT}/Agents`],
  ['that which runtimes share by its role', AGENTS_ARN, SHARED_AGENTS, undefined],
])('nobody changes this budget: %s', (_, arn, principalId, role) => {
  expect(refusal(() => refuseOwnBudget(callerFrom(arn), principalId, role))).toEqual({
    ...FORBIDDEN, message: `${arn} makes the calls that are charged to ${principalId}: somebody else has to change this budget`,
  });
});

test.each([
  ['that of another user', ALICE_ARN, `iam-user/${ACCOUNT}/bob`, undefined],
  ['that of a runtime whose role is another', AGENTS_ARN, AGENT, ROLE],
  ['that of a runtime whose role is not known', AGENTS_ARN, AGENT, undefined],
  ['that of another shared role', AGENTS_ARN, `agent-role/${ACCOUNT}/${REGION}/others`, undefined],
  ['that of nobody who can be read', ALICE_ARN, 'nonsense', undefined],
  ['that of a role, by a user of its name', `arn:aws:iam::${ACCOUNT}:user/agents`, SHARED_AGENTS, undefined],
])('this budget may be changed: %s', (_, arn, principalId, role) => {
  expect(() => refuseOwnBudget(callerFrom(arn), principalId, role)).not.toThrow();
});
