import { AgentStatus, RuntimeAttribute } from '../../../../src/lambdas/core/agents/agent-core';
import { DELETION_SETTLES_MS, ObservedRuntime, planRegistration, planRemoval } from '../../../../src/lambdas/core/agents/runtime-registration';
import { isoInstant, Item } from '../../../../src/lambdas/core/budget-item';
import { AGENT, AGENT_ROLE, HOUR, MINUTE, NOON, ROLE, SECOND, TODAY } from '../builders';

const TIME = { at: NOON - MINUTE, today: TODAY, now: NOON };
const SEEN: ObservedRuntime = { principalId: AGENT, roleId: AGENT_ROLE, source: 'shown', status: 'READY', updatedAt: NOON - HOUR, labels: { name: 'support' } };
const DEFAULTS = { registeredAt: isoInstant(TIME.at), anchorDay: TODAY };

/** The item after a plan. */
function after(item: Item | undefined, { change }: ReturnType<typeof planRegistration>): Item {
  const { set = {}, defaults = {}, remove = [] } = change ?? {};
  return Object.fromEntries(Object.entries({ ...defaults, ...item, ...set }).filter(([name]) => !remove.includes(name)));
}

const REGISTERED = after(undefined, planRegistration(undefined, SEEN, TIME));

describe('a runtime that is seen', () => {
  test('for the first time is registered, with all that is known of it', () => {
    expect(planRegistration(undefined, SEEN, TIME)).toStrictEqual({
      outcome: 'registered',
      change: {
        set: { kind: 'agent-runtime', role: AGENT_ROLE, activeRole: AGENT_ROLE, [RuntimeAttribute.UPDATED_AT]: isoInstant(NOON - HOUR), labels: { name: 'support' } },
        defaults: DEFAULTS,
        remove: [],
      },
    });
  });

  test('again as it was changes nothing, whatever order its labels have', () => {
    expect(planRegistration(REGISTERED, SEEN, TIME)).toStrictEqual({ outcome: 'unchanged' });
    const tagged = after(undefined, planRegistration(undefined, { ...SEEN, labels: { name: 'support', tags: { a: '1', b: '2' } } }, TIME));
    expect(planRegistration({ ...tagged, labels: { b: '2', name: 'support', a: '1' } }, SEEN, TIME)).toStrictEqual({ outcome: 'unchanged' });
  });

  test('of a harness has its id', () => {
    expect(planRegistration(REGISTERED, { ...SEEN, harnessId: 'h-1' }, TIME)).toStrictEqual({
      outcome: 'changed', change: { set: { [RuntimeAttribute.HARNESS_ID]: 'h-1' }, defaults: DEFAULTS, remove: [] },
    });
  });

  test('with another role has left the one that it had, and what was said of that', () => {
    const { outcome, change } = planRegistration({ ...REGISTERED, unenforceable: { code: 'role-missing' } }, { ...SEEN, roleId: ROLE, updatedAt: NOON }, TIME);
    expect([outcome, change]).toStrictEqual(['changed', {
      set: {
        role: ROLE, activeRole: ROLE, [RuntimeAttribute.UPDATED_AT]: isoInstant(NOON), formerRole: { id: AGENT_ROLE, until: isoInstant(NOON) },
      },
      defaults: DEFAULTS,
      remove: ['unenforceable'],
    }]);
  });

  test('with the same role is as unenforceable as it was', () => {
    const item = { ...REGISTERED, unenforceable: { code: 'role-missing' } };
    expect(planRegistration(item, { ...SEEN, updatedAt: NOON }, TIME).change).toStrictEqual({
      set: { [RuntimeAttribute.UPDATED_AT]: isoInstant(NOON) }, defaults: DEFAULTS, remove: [],
    });
  });
});

describe('what comes late', () => {
  test.each<[string, Partial<ObservedRuntime>]>([
    ['older than what is known', { updatedAt: NOON - HOUR - SECOND }],
    ['without a time', { updatedAt: undefined }],
    ['of an event, where AgentCore has shown it', { source: 'told', updatedAt: NOON }],
  ])('%s changes neither role nor time', (_, changes) => {
    expect(planRegistration(REGISTERED, { ...SEEN, roleId: ROLE, ...changes }, TIME)).toStrictEqual({ outcome: 'unchanged' });
  });

  test('of the same second counts', () => {
    expect(planRegistration(REGISTERED, { ...SEEN, roleId: ROLE }, TIME)).toMatchObject({ outcome: 'changed', change: { set: { activeRole: ROLE } } });
  });

  test('of an event counts where nothing is known', () => {
    expect(planRegistration(undefined, { ...SEEN, source: 'told', updatedAt: undefined }, TIME)).toMatchObject({
      outcome: 'registered', change: { set: { activeRole: AGENT_ROLE } },
    });
  });
});

describe('labels', () => {
  const labelsAfter = (item: Item, labels: ObservedRuntime['labels']) => planRegistration(item, { ...SEEN, labels }, TIME).change?.set.labels;

  test('are added where they are missing, and what is there stays', () => {
    expect(labelsAfter({ ...REGISTERED, labels: { name: 'by hand', team: 'search' } }, { name: 'support', creator: 'arn:boss' }))
      .toStrictEqual({ name: 'by hand', creator: 'arn:boss', team: 'search' });
  });

  test.each([['a text', 'broken'], ['a list', ['broken']], ['nothing', null]])('that are %s are written anew', (_, labels) => {
    expect(labelsAfter({ ...REGISTERED, labels }, { name: 'support' })).toStrictEqual({ name: 'support' });
  });

  test('of a stack are the stack’s; a stack that gave none leaves it to AgentCore', () => {
    expect(labelsAfter({ ...REGISTERED, declared: 'stack', labels: { team: 'search' } }, { name: 'support' })).toBeUndefined();
    expect(labelsAfter({ ...REGISTERED, declared: 'stack', labels: undefined }, { name: 'support' })).toStrictEqual({ name: 'support' });
    expect(labelsAfter({ ...REGISTERED, labels: { team: 'search' } }, { name: 'support' })).toStrictEqual({ name: 'support', team: 'search' });
  });
});

describe('a runtime that is gone', () => {
  const removed = (item: Item | undefined, known: 'known-only' | 'also-unknown') => planRemoval(item, { at: NOON, today: TODAY }, known).change;
  const GONE: Item = { ...REGISTERED, activeRole: undefined, removedAt: isoInstant(NOON) };

  test('is known to be, and keeps the role on which its restriction is', () => {
    expect(removed(REGISTERED, 'known-only')).toStrictEqual({
      set: { removedAt: isoInstant(NOON) }, defaults: { kind: 'agent-runtime', registeredAt: isoInstant(NOON), anchorDay: TODAY }, remove: ['activeRole'],
    });
  });

  test('and was never seen is remembered where its deletion is told, and not where a list leaves it out', () => {
    expect(removed(undefined, 'also-unknown')).toMatchObject({ set: { removedAt: isoInstant(NOON) } });
    expect(removed(undefined, 'known-only')).toBeUndefined();
  });

  test('once more changes nothing; a role that was left on it is taken off, at the time of the first removal', () => {
    expect(removed(GONE, 'known-only')).toBeUndefined();
    expect(removed({ ...GONE, activeRole: AGENT_ROLE, removedAt: isoInstant(NOON - HOUR) }, 'known-only')).toMatchObject({ set: {}, remove: ['activeRole'] });
  });

  const seenAgain = (changes: Partial<ObservedRuntime>, removedAt: string) => (
    planRegistration({ ...GONE, removedAt }, { ...SEEN, updatedAt: NOON, ...changes }, TIME));

  test('is believed to be for as long as what AgentCore shows may be old', () => {
    expect(seenAgain({}, isoInstant(NOON - DELETION_SETTLES_MS + 1))).toStrictEqual({ outcome: 'deleted-before' });
    expect(seenAgain({}, isoInstant(NOON - DELETION_SETTLES_MS))).toMatchObject({ outcome: 'registered', change: { set: { activeRole: AGENT_ROLE }, remove: ['removedAt'] } });
    expect(seenAgain({}, 'broken')).toMatchObject({ outcome: 'registered' });
  });

  test('is alive at once where its deletion failed, and not by an event or something older', () => {
    expect(seenAgain({ status: AgentStatus.DELETE_FAILED }, isoInstant(NOON))).toMatchObject({ outcome: 'registered' });
    expect(seenAgain({ source: 'told' }, isoInstant(NOON - HOUR))).toStrictEqual({ outcome: 'deleted-before' });
    expect(seenAgain({ updatedAt: NOON - 2 * HOUR }, isoInstant(NOON - HOUR))).toStrictEqual({ outcome: 'deleted-before' });
  });
});
