import { MEMORY_MS, RememberedRuntimes } from '../../../../src/lambdas/core/agents/remembered-runtimes';
import { AGENT, AGENT_ROLE, NOON, ROLE } from '../builders';

test.each<[string, readonly string[]]>([['runtimes', [AGENT]], ['none', []]])('an answer of %s holds for a minute', async (_, answer) => {
  const { memory, directory, clock } = given(answer);
  expect(await memory.runtimesOf(AGENT_ROLE)).toEqual(answer);
  clock.now += MEMORY_MS - 1;
  expect(await memory.runtimesOf(AGENT_ROLE)).toEqual(answer);
  expect(directory.runtimesOf).toHaveBeenCalledTimes(1);
  clock.now += 1;
  await memory.runtimesOf(AGENT_ROLE);
  expect(directory.runtimesOf).toHaveBeenCalledTimes(2);
});

test('each role is asked about by itself', async () => {
  const { memory, directory } = given([]);
  await memory.runtimesOf(AGENT_ROLE);
  await memory.runtimesOf(ROLE);
  expect(directory.runtimesOf.mock.calls).toEqual([[AGENT_ROLE], [ROLE]]);
});

test('those who ask at the same time share one question', async () => {
  const { memory, directory } = given([AGENT]);
  expect(await Promise.all([memory.runtimesOf(AGENT_ROLE), memory.runtimesOf(AGENT_ROLE)])).toEqual([[AGENT], [AGENT]]);
  expect(directory.runtimesOf).toHaveBeenCalledTimes(1);
});

test('a question that failed is told to all who asked, and asked again by whoever comes next', async () => {
  const { memory, directory } = given([AGENT]);
  directory.runtimesOf.mockRejectedValueOnce(new Error('throttled'));
  const asked = await Promise.allSettled([memory.runtimesOf(AGENT_ROLE), memory.runtimesOf(AGENT_ROLE)]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await memory.runtimesOf(AGENT_ROLE)).toEqual([AGENT]);
  expect(directory.runtimesOf).toHaveBeenCalledTimes(2);
});

test('a failure that comes late does not take a newer answer away', async () => {
  const { memory, directory, clock } = given([AGENT]);
  let fail!: (error: Error) => void;
  directory.runtimesOf.mockReturnValueOnce(new Promise((_, reject) => { fail = reject; }));
  const old = memory.runtimesOf(AGENT_ROLE);
  clock.now += MEMORY_MS;
  await memory.runtimesOf(AGENT_ROLE);
  fail(new Error('too late'));
  await expect(old).rejects.toThrow('too late');
  await memory.runtimesOf(AGENT_ROLE);
  expect(directory.runtimesOf).toHaveBeenCalledTimes(2);
});

test('no more than ten thousand roles are remembered: who was asked about longest ago is forgotten', async () => {
  const { memory, directory, clock } = given([]);
  await memory.runtimesOf('first');
  await memory.runtimesOf('second');
  for (let index = 2; index < 10_000; index += 1) {
    await memory.runtimesOf(`role-${index}`);
  }
  clock.now += MEMORY_MS;
  // Asked again, the first one is the youngest.
  await memory.runtimesOf('first');
  await memory.runtimesOf('one more');
  directory.runtimesOf.mockClear();
  clock.now -= MEMORY_MS;
  await memory.runtimesOf('first');
  await memory.runtimesOf('one more');
  await memory.runtimesOf('role-2');
  expect(directory.runtimesOf).not.toHaveBeenCalled();
  await memory.runtimesOf('second');
  expect(directory.runtimesOf).toHaveBeenCalledTimes(1);
});

function given(answer: readonly string[]) {
  const clock = { now: NOON };
  const directory = { runtimesOf: jest.fn<Promise<readonly string[]>, [string]>(async () => answer) };
  return { clock, directory, memory: new RememberedRuntimes(directory, () => clock.now) };
}
