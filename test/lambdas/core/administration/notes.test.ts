import { standingNotes } from '../../../../src/lambdas/core/administration/notes';
import { ChangeOperation } from '../../../../src/lambdas/core/administration/requests';
import { Budget } from '../../../../src/lambdas/core/budget';
import { aBudget, ACCOUNT, AGENT, AGENT_ROLE, ALICE, NOON, REGION, ROLE, SHARED_AGENTS } from '../builders';

const OTHER = `agent-runtime/${ACCOUNT}/${REGION}/sales-Zz98Yy76Xx`;
const agent = (changes: Partial<Budget> = {}) => aBudget({ principalId: AGENT, role: AGENT_ROLE, ...changes });

const SHARES = `Other runtimes have its execution role ${AGENT_ROLE}, and the log cannot tell their calls apart: they are charged to ${SHARED_AGENTS}.`;
const FOLLOWS = 'That budget follows the limits, exemptions and enforcement of its runtimes within five minutes, where nobody gave it limits or an enforcement of its own.';

/** The runtimes of the role of agents. */
function directory(...ids: readonly string[]) {
  return { runtimesOf: async (roleId: string) => (roleId === AGENT_ROLE ? ids : []) };
}

async function notesOn(budget: Budget, operation: ChangeOperation, ...runtimes: readonly string[]): Promise<string> {
  return (await standingNotes(budget, operation, ACCOUNT, directory(...runtimes))).join(' ');
}

test('there is nothing to say of most', async () => {
  for (const budget of [aBudget(), aBudget({ principalId: ROLE }), agent(), aBudget({ principalId: SHARED_AGENTS })]) {
    expect(await standingNotes(budget, 'suspend', ACCOUNT, undefined)).toEqual([]);
    expect(await standingNotes(budget, 'setBudget', ACCOUNT, directory(AGENT))).toEqual([]);
  }
  expect(await notesOn(agent(), 'suspend', AGENT)).toBe('');
});

test('a runtime whose role is shared: which budget its calls are charged to', async () => {
  expect(await notesOn(agent(), 'restore', AGENT, OTHER)).toBe(SHARES);
});

test.each<readonly [ChangeOperation, Partial<Budget>]>([
  ['setBudget', {}], ['removeBudget', {}], ['exempt', { exemption: { reason: 'r' } }], ['endExemption', {}], ['restore', { exemption: { reason: 'r', until: NOON } }],
])('what of %s counts for the shared budget, which follows', async (operation, changes) => {
  expect(await notesOn(agent(changes), operation, AGENT, OTHER)).toBe(`${SHARES} ${FOLLOWS}`);
  expect(await notesOn(agent(changes), operation, AGENT)).toBe('');
  expect(await notesOn(aBudget({ principalId: SHARED_AGENTS, runtimes: [AGENT, OTHER], ...changes }), operation, AGENT, OTHER)).toBe('');
});

test('top-ups and thresholds of a single runtime do not count for the shared budget', async () => {
  expect(await notesOn(agent(), 'topUp', AGENT, OTHER)).toBe(`${SHARES} Top-ups of a single runtime do not count for that budget: give it one of its own.`);
  expect(await notesOn(agent(), 'setThresholds', AGENT, OTHER)).toBe(`${SHARES} Thresholds of a single runtime do not count for that budget: give it its own.`);
  expect(await notesOn(agent(), 'topUp', AGENT)).toBe('');
});

test('who was gone when last seen: the suspension is tried', async () => {
  const tried = 'The user or role was gone when it was last seen (2026-03-10T12:00:00.000Z): suspending it is tried all the same, and its status tells what came of it.';
  const gone = { status: 'deleted', statusSince: NOON, reason: 'the user or role no longer exists' } as const;
  expect(await notesOn(aBudget(gone), 'suspend')).toBe(tried);
  expect(await notesOn(aBudget(gone), 'setBudget')).toBe('');
  expect(await notesOn(agent(gone), 'suspend', AGENT)).toBe(tried);
  expect(await notesOn(agent({ ...gone, removedAt: NOON }), 'suspend', AGENT)).toBe('It is no more since 2026-03-10T12:00:00.000Z: nothing is enforced.');
  // Without budgets of runtimes nobody watches them: nothing is tried.
  expect((await standingNotes(agent(gone), 'suspend', ACCOUNT, undefined)).join(' ')).toBe('');
});

test('and who is suspended with it', async () => {
  const note = await notesOn(agent(), 'suspend', AGENT, OTHER);
  expect(note).toContain(`charged to ${SHARED_AGENTS}`);
  expect(note).toMatch(new RegExp(`Suspended with it: ${OTHER}\\.$`));
});

test('a shared role is suspended with its runtimes, a role with those that run as it', async () => {
  expect(await notesOn(aBudget({ principalId: SHARED_AGENTS, runtimes: [AGENT, OTHER] }), 'suspend')).toBe(`Suspended with it: ${AGENT}, ${OTHER}.`);
  expect(await notesOn(aBudget({ principalId: AGENT_ROLE }), 'suspend', AGENT)).toBe(`Suspended with it: ${AGENT}.`);
  expect(await notesOn(aBudget({ principalId: AGENT_ROLE }), 'setBudget', AGENT)).toBe('');
  expect(await notesOn(aBudget({ principalId: ALICE }), 'suspend', AGENT)).toBe('');
});

test.each<readonly [number, string]>([[10, `${OTHER}9.`], [11, `${OTHER}9 and 1 more.`]])('of %i runtimes, the first ten are named', async (count, end) => {
  const runtimes = Array.from({ length: count }, (_, index) => `${OTHER}${index}`);
  const note = await notesOn(aBudget({ principalId: SHARED_AGENTS, runtimes }), 'suspend');
  expect([note.startsWith(`Suspended with it: ${OTHER}0, ${OTHER}1, `), note.endsWith(`, ${end}`)]).toEqual([true, true]);
});

test('who is held stays suspended, and by whose order', async () => {
  const held = aBudget({ hold: { by: 'ops', reason: 'leaked key' } });
  expect(await notesOn(held, 'setBudget')).toBe('It stays suspended until it is restored: ops holds it (leaked key).');
  expect(await notesOn(held, 'suspend')).toBe('');
});

test('of many runtimes, some are named', async () => {
  const many = Array.from({ length: 25 }, (_, index) => `${OTHER}${index}`);
  expect(await notesOn(aBudget({ principalId: SHARED_AGENTS, runtimes: many }), 'suspend')).toMatch(new RegExp(`${OTHER}9 and 15 more\\.$`));
});

test('a runtime whose role is not known, or that is no more', async () => {
  expect(await notesOn(aBudget({ principalId: AGENT }), 'suspend', AGENT, OTHER)).toBe('It cannot be restricted: it is an AgentCore runtime whose execution role is not known yet.');
  expect(await notesOn(agent({ removedAt: NOON }), 'setBudget')).toBe('It is no more since 2026-03-10T12:00:00.000Z: nothing is enforced.');
});
