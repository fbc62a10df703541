import { AgentCoreBusyError, changeItem, patiently, RuntimeContentionError } from '../../../../src/lambdas/core/agents/agent-core';
import { Item } from '../../../../src/lambdas/core/budget-item';
import { AGENT } from '../builders';

/** Waits that take no time, and how many there were before each attempt. */
function waits() {
  const attempts: number[] = [];
  return { attempts, backOff: async (attempt: number) => void attempts.push(attempt) };
}

describe('AgentCore', () => {
  /** Busy for so many questions, and then there. */
  const asked = (busy: number) => {
    let questions = 0;
    return async () => {
      questions += 1;
      if (questions <= busy) {
        throw new AgentCoreBusyError('Rate exceeded');
      }
      return questions;
    };
  };

  test.each([[0, []], [1, [1]], [5, [1, 2, 3, 4, 5]]])('that is busy %i times is asked again, longer each time', async (busy, attempts) => {
    const world = waits();
    expect(await patiently(asked(busy), world)).toBe(busy + 1);
    expect(world.attempts).toEqual(attempts);
  });

  test('that is busy six times is asked no more', async () => {
    const world = waits();
    await expect(patiently(asked(6), world)).rejects.toMatchObject({ name: 'AgentCoreBusyError', message: 'Rate exceeded' });
    expect(world.attempts).toEqual([1, 2, 3, 4, 5]);
  });

  test('is not asked again after an error that is final', async () => {
    const world = waits();
    await expect(patiently(async () => { throw new TypeError('no'); }, world)).rejects.toThrow(TypeError);
    expect(world.attempts).toEqual([]);
  });
});

describe('an item', () => {
  const change = { set: { a: 1 }, defaults: {}, remove: [] };

  /** Somebody else writes before so many of our writes. */
  function given(lost: number) {
    const world = waits();
    const written: unknown[][] = [];
    let reads = 0;
    const store = {
      read: async (): Promise<Item> => {
        reads += 1;
        return { reads };
      },
      write: async (...args: unknown[]) => {
        written.push(args);
        return written.length > lost;
      },
    };
    return { ...world, written, ports: { ...world, store }, reads: () => reads };
  }

  test('is changed on condition that it is what was read', async () => {
    const world = given(0);
    expect(await changeItem(AGENT, () => ({ change, outcome: 'registered' }), world.ports)).toEqual({
      before: { reads: 1 }, plan: { change, outcome: 'registered' }, changed: true,
    });
    expect([world.written, world.attempts]).toEqual([[[AGENT, change, { reads: 1 }]], []]);
  });

  test('that needs no change is not written', async () => {
    const world = given(0);
    const plan = { outcome: 'unchanged', change: undefined };
    expect(await changeItem(AGENT, async () => plan, world.ports)).toEqual({ before: { reads: 1 }, plan, changed: false });
    expect(world.written).toEqual([]);
  });

  test('that somebody else writes first is read and thought about anew, eight times at most', async () => {
    const won = given(7);
    const seen: unknown[] = [];
    await changeItem(AGENT, item => {
      seen.push(item?.reads);
      return { change };
    }, won.ports);
    expect([seen, won.attempts]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7]]);
    const lost = given(8);
    const losing = changeItem(AGENT, () => ({ change }), lost.ports);
    await expect(losing).rejects.toThrow(RuntimeContentionError);
    await expect(losing).rejects.toMatchObject({
      name: 'RuntimeContentionError', message: `the budget of ${AGENT} changed under 8 attempts to write it; trying again may help`,
    });
    expect(lost.reads()).toBe(8);
  });
});
