import { payersOf } from '../../../../src/lambdas/core/agents/usage-routing';
import { Principal, principalFromId } from '../../../../src/lambdas/core/principal';
import { ACCOUNT, AGENT, AGENT_ROLE, ALICE, REGION, ROLE, SHARED_AGENTS } from '../builders';

const OTHER = `agent-runtime/${ACCOUNT}/${REGION}/search-Fg6Hi7Jk8L`;
const principals = (...ids: readonly string[]): Principal[] => ids.map(id => principalFromId(id)!);

test('whoever is no execution role pays for itself, and is not in the answer', async () => {
  const { ports } = given({});
  expect(await payersOf(principals(ALICE, ROLE, `root/${ACCOUNT}`, `federated-user/${ACCOUNT}/x`), ports)).toEqual(new Map());
});

test('an execution role is paid for by its runtime, or by what several share', async () => {
  const { ports } = given({ [AGENT_ROLE]: [AGENT, OTHER], [ROLE]: [OTHER] });
  const payers = await payersOf(principals(AGENT_ROLE, ROLE, ALICE), ports);
  expect([...payers].map(([id, payer]) => [id, payer.id])).toEqual([[AGENT_ROLE, SHARED_AGENTS], [ROLE, OTHER]]);
});

test('each role is asked about once, and nobody else', async () => {
  const { ports, runtimesOf } = given({});
  await payersOf(principals(AGENT_ROLE, ALICE, AGENT_ROLE, ROLE, `root/${ACCOUNT}`, AGENT_ROLE), ports);
  expect(runtimesOf.mock.calls).toEqual([[AGENT_ROLE], [ROLE]]);
});

test('no more than ten are asked about at a time', async () => {
  let [open, most] = [0, 0];
  const runtimesOf = async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise(setImmediate);
    open -= 1;
    return [];
  };
  await payersOf(principals(...Array.from({ length: 35 }, (_, index) => `iam-role/${ACCOUNT}/role-${index}`)), { runtimes: { runtimesOf }, region: REGION });
  expect(most).toBe(10);
});

test('where one answer is missing there is none', async () => {
  const { ports, runtimesOf } = given({ [AGENT_ROLE]: [AGENT] });
  runtimesOf.mockImplementation(async roleId => (roleId === ROLE ? Promise.reject(new Error('throttled')) : [AGENT]));
  await expect(payersOf(principals(AGENT_ROLE, ROLE), ports)).rejects.toThrow('throttled');
});

function given(runtimes: Readonly<Record<string, readonly string[]>>) {
  const runtimesOf = jest.fn<Promise<readonly string[]>, [string]>(async roleId => runtimes[roleId] ?? []);
  return { runtimesOf, ports: { runtimes: { runtimesOf }, region: REGION } };
}
