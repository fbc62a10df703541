import { NotReturned } from '../../../src/lambdas/core/removal';
import { PoliciesNotReturnedError, returnBeforeDetacherGoes } from '../../../src/lambdas/core/strategy-change';
import { InMemoryLog } from './in-memory/surroundings';

const MINUTE = 60_000;
const NINE_MINUTES = 9 * MINUTE;
const alice: NotReturned = { target: 'iam-user/1/alice', problem: 'LimitExceeded: too many' };

/** A policy-detacher whose answers are these, the last of which it repeats; each takes a while. */
function world(answers: readonly (readonly NotReturned[] | Error)[], { left = NINE_MINUTES, takes = 1_000 } = {}) {
  const state = { left, asked: [] as number[], paused: [] as number[], log: new InMemoryLog() };
  const ports = {
    policies: {
      returnAll: async (milliseconds: number) => {
        const answer = answers[Math.min(state.asked.length, answers.length - 1)];
        state.asked.push(milliseconds);
        state.left -= takes;
        if (answer instanceof Error) {
          throw answer;
        }
        return answer;
      },
    },
    log: state.log,
    pause: async (milliseconds: number) => {
      state.paused.push(milliseconds);
      state.left -= milliseconds;
    },
    remaining: () => state.left,
  };
  return { state, run: () => returnBeforeDetacherGoes(ports) };
}

const problemOf = async (run: () => Promise<void>) => {
  const error = await run().then(() => undefined, (problem: Error) => problem);
  expect(error).toBeInstanceOf(PoliciesNotReturnedError);
  return error!;
};

test('asks twice: a removal that was under way at the first may hold policies by the second', async () => {
  const { state, run } = world([[]]);
  await run();
  expect(state.asked).toHaveLength(2);
  expect(state.paused).toEqual([10_000]);
});

test('waits for each answer no longer than it can still report', async () => {
  const { state, run } = world([[]]);
  await run();
  expect(state.asked[0]).toBe(NINE_MINUTES - 30_000);
});

test('asks again where something was in the way that has passed', async () => {
  const { state, run } = world([[alice], [alice], []]);
  await run();
  expect(state.asked).toHaveLength(4);
  expect(state.paused).toEqual([30_000, 30_000, 10_000]);
});

test('gives up after three tries, names whom it concerns, and says what to do', async () => {
  const { state, run } = world([[alice]]);
  const { message } = await problemOf(run);
  expect(state.asked).toHaveLength(3);
  expect(message).toMatch(/^policies of 1 users and roles could not be put back: the strategy stays as it was\. .*by hand.*update the stack again/);
  expect(message).toContain('iam-user/1/alice (LimitExceeded: too many)');
  expect(state.log.entries).toEqual([{ level: 'error', message: 'policies could not be put back', facts: { missing: [alice] } }]);
});

test('so it is where only the second look finds something', async () => {
  const { run } = world([[], [alice]]);
  expect((await problemOf(run)).message).toContain('iam-user/1/alice');
});

test('tries no more than there is time for', async () => {
  const { state, run } = world([[alice]], { left: MINUTE });
  expect((await problemOf(run)).message).toContain('iam-user/1/alice');
  expect([state.asked.length, state.paused]).toEqual([1, []]);
});

test.each([['a moment too little', 60_999, 1], ['just enough', 61_000, 2]])('tries again where the time is %s', async (_, left, tries) => {
  const { state, run } = world([[alice]], { left });
  await problemOf(run);
  expect(state.asked).toHaveLength(tries);
});

test('does not take one look for enough where there is no time for another', async () => {
  const { state, run } = world([[]], { left: 40_500 });
  expect((await problemOf(run)).message).toMatch(/no time left .* strategy stays as it was\. Update the stack again/);
  expect([state.asked.length, state.paused]).toEqual([1, []]);
});

test('who does not answer may have given nothing back', async () => {
  const refused = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
  const error = await problemOf(world([refused]).run);
  expect(error.message).toMatch(/^it is not known .*strategy stays as it was\. .*update the stack again\. AccessDeniedException: not authorized$/);
  expect(error.cause).toBe(refused);
});

test('names twenty, and counts the others', async () => {
  const many = Array.from({ length: 23 }, (_, index) => ({ target: `iam-user/1/u${index}`, problem: 'x'.repeat(500) }));
  const { message } = await problemOf(world([many]).run);
  expect(message).toMatch(/policies of 23 users.* and 3 more$/);
  expect(message.match(/iam-user/g)).toHaveLength(20);
  expect(message.length).toBeLessThan(3_500);
});
