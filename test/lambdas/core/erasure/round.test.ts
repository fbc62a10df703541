import { EventType } from '../../../../src/contract';
import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { erase } from '../../../../src/lambdas/core/erasure/erase';
import { Transfer } from '../../../../src/lambdas/core/erasure/ports';
import { PLACES } from '../../../../src/lambdas/core/erasure/round';
import { usd } from '../../../../src/lambdas/core/money';
import { aYearOfAlice } from './a-year-of-alice';
import { CONTEXT, ErasureWorld, OTHER, SMITH } from './erasure-world';

/** What is transferred together, as often as it is. */
function transfersOf(world: ErasureWorld): readonly Transfer[] {
  const transfers: Transfer[] = [];
  const { transfer } = world.ledger;
  world.ledger.transfer = order => {
    transfers.push(order);
    return transfer(order);
  };
  return transfers;
}

/** All rows on one page. */
function onOnePage(world: ErasureWorld): ErasureWorld {
  world.ledger.pages = async function* () {
    yield [...world.rows.values()];
  };
  return world;
}

const dayOf = (index: number) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);

test('nothing is written for somebody of whom there is nothing', async () => {
  const world = new ErasureWorld();
  world.budget(OTHER);
  const result = await world.erase();
  expect(result).toEqual({ pseudonym: expect.stringContaining('/erased-'), erased: PLACES.map(place => ({ place, found: 0 })), kept: [], pages: new Set(), isDone: true });
  expect([world.writes, world.announced]).toEqual([0, []]);
});

test('tells all that it did, and what stands under the pseudonym', async () => {
  const world = aYearOfAlice();
  const { pseudonym, ...result } = await world.erase();
  expect(result).toEqual({
    erased: [
      { place: 'ledger', found: 6 }, { place: 'budget', found: 1 }, { place: 'other budgets', found: 2 }, { place: 'audit trail', found: 3 }, { place: 'audit trail of others', found: 3 },
      { place: 'policy backups', found: 1 }, { place: 'reports', found: 4 },
    ],
    kept: [{ place: 'ledger', found: 6 }, { place: 'audit trail', found: 3 }],
    pages: new Set(['reports/2026-02/chargeback.html']),
    isDone: true,
  });
});

test('the budget of the pseudonym and what is announced of it, in whole', async () => {
  const world = new ErasureWorld();
  world.charge('1', SMITH, '2026-03-10', '5');
  world.budget(SMITH, { labels: { site: 'Room 101' } });
  const { pseudonym } = await world.erase();
  expect(world.items.get(pseudonym)).toEqual({
    'principalId': pseudonym,
    'kind': 'iam-user',
    'registeredAt': '2026-03-10T12:00:00.000Z',
    'anchorDay': '2026-03-10',
    'labels': { site: expect.stringMatching(/^erased-[0-9a-f]{8}$/) },
    'enforcement': 'observe',
    'status': 'deleted',
    'statusSince': '2026-03-10T12:00:00.000Z',
    'reason': 'erased: the spend of somebody who is not known any more',
    'levels': {},
    'decidedAt': '2026-03-10T12:00:00.000Z',
    'revision': new NumberText('0'),
    'spend#2026-03-10': new NumberText('5'),
  });
  expect(world.announced).toEqual([{
    type: EventType.PRINCIPAL_ERASED,
    detail: expect.objectContaining({
      eventId: `erasure/${pseudonym}`,
      occurredAt: '2026-03-10T12:00:00.000Z',
      deploymentId: 'dep',
      environmentName: 'test',
      actor: 'access key AKIATEST',
      reason: 'personal data was erased; the spend goes on under a pseudonym',
      principalId: pseudonym,
      principalKind: 'iam-user',
      after: { standsUnderPseudonym: { 'ledger': 1, 'audit trail': 0 } },
    }),
  }]);
  expect([...world.items.keys()]).toEqual([pseudonym]);
});

test.each([[90, [90]], [91, [90, 1]], [181, [90, 90, 1]]])('%d rows of a day are moved %j at a time', async (count, bundles) => {
  const world = onOnePage(new ErasureWorld());
  Array.from({ length: count }, (_, index) => world.charge(`c${index}`, SMITH, '2026-03-10', '1'));
  const transfers = transfersOf(world);
  await world.erase();
  expect(transfers.map(({ rows }) => rows.length)).toEqual(bundles);
});

test.each([[30, [30]], [31, [30, 1]], [61, [30, 30, 1]]])('rows of %d days are moved %j at a time', async (count, bundles) => {
  const world = onOnePage(new ErasureWorld());
  Array.from({ length: count }, (_, index) => world.charge(`c${index}`, SMITH, dayOf(index), '1'));
  const transfers = transfersOf(world);
  await world.erase();
  expect(transfers.map(({ amounts }) => amounts.size)).toEqual(bundles);
});

test('what goes over with rows is what their days and estimates come to, of days that the budget knows', async () => {
  const world = onOnePage(new ErasureWorld());
  world.charge('1', SMITH, '2026-03-09', '1');
  world.charge('2', SMITH, '2026-03-10', '2', { isEstimate: true });
  world.charge('3', SMITH, '2026-03-10', '4');
  world.charge('4', OTHER, '2026-03-10', '8', { callerId: SMITH });
  world.charge('5', SMITH, '2025-12-01', '16', { isEstimate: true });
  const { 'spend#2025-12-01': _, ...item } = world.items.get(SMITH)!;
  world.items.set(SMITH, item);
  const transfers = transfersOf(world);
  const { pseudonym } = await world.erase();
  expect(transfers).toHaveLength(1);
  const [{ from, to, rows, amounts }] = transfers;
  expect([from, to, rows.map(({ callId }) => callId)]).toEqual([SMITH, pseudonym, ['1', '2', '3', '4', '5']]);
  expect(Object.fromEntries(amounts)).toEqual({
    '2026-03-09': { spend: usd('1'), estimated: usd('0') }, '2026-03-10': { spend: usd('6'), estimated: usd('2') },
  });
});

test('rows that somebody else pays for go over without a budget of the pseudonym', async () => {
  const world = new ErasureWorld();
  world.charge('1', OTHER, '2026-03-10', '8', { callerId: SMITH });
  const { pseudonym, kept, isDone } = await world.erase();
  expect(world.rows.get('1')).toMatchObject({ principalId: OTHER, callerId: pseudonym });
  expect([world.items.has(pseudonym), kept, isDone]).toEqual([false, [{ place: 'ledger', found: 1 }, { place: 'audit trail', found: 0 }], true]);
});

test('looking tells how far it is, place by place', async () => {
  const world = aYearOfAlice();
  const told = new Map<string, number>();
  await world.look();
  world.progress.forEach(([place, looked]) => told.set(place, (told.get(place) ?? 0) + looked));
  expect(Object.fromEntries(told)).toEqual({ 'ledger': 9, 'budgets': world.items.size, 'audit trail': world.trail.length, 'reports': world.objects.length });
});

test('erasing tells how far it is in the ledger, as often as it reads it', async () => {
  const world = new ErasureWorld();
  world.charge('1', SMITH, '2026-03-10', '5');
  const order = await world.look();
  world.progress.length = 0;
  await erase(order, world, CONTEXT);
  expect(world.progress.filter(([place]) => place === 'ledger')).toEqual(Array(3).fill(['ledger', 1]));
});

test('policies that are held since somebody looked are found before anything else is changed', async () => {
  const world = aYearOfAlice();
  const order = await world.look();
  world.backupRows.push({ target: 'AIDALICE', state: 'current', principalId: SMITH });
  await expect(erase(order, world, CONTEXT)).rejects.toThrow('are removed and not back yet');
  // The note alone was written.
  expect(world.writes).toBe(1);
  expect(world.items.get(SMITH)).toBeDefined();
});

test('rows without a budget have one under the pseudonym, which restricts nobody', async () => {
  const world = new ErasureWorld();
  world.charge('1', SMITH, '2026-03-10', '5');
  world.items.delete(SMITH);
  const { pseudonym } = await world.erase();
  expect(world.items.get(pseudonym)).toMatchObject({ kind: 'iam-user', status: 'deleted', enforcement: 'observe', labels: {} });
});

test('the holder of an API key stays one under the pseudonym', async () => {
  const world = new ErasureWorld();
  world.budget(SMITH, { kind: 'api-key-user' });
  const { pseudonym } = await world.erase();
  expect(world.items.get(pseudonym)).toMatchObject({ kind: 'api-key-user' });
});

test('only reports are looked into, and of a former version only the latest is told of', async () => {
  const world = new ErasureWorld();
  world.budget(SMITH);
  const keys = ['reports/2026-02/chargeback.html', 'reports/2026-02/chargeback.html.bak', 'reports/2026-02/xchargeback.html', 'chargeback.html', 'reports/2026-02/chargeback.txt'];
  keys.forEach(key => world.object(key, `<td>${SMITH}</td>`));
  world.object('reports/2026-01/chargeback.html', `<td>${SMITH}</td>`);
  world.object('reports/2026-01/chargeback.html', '<td>nobody</td>');
  const { pages } = await world.erase();
  expect([...pages]).toEqual(['reports/2026-02/chargeback.html']);
  expect(world.objects.map(({ key }) => key)).toEqual([...keys.slice(1), 'reports/2026-01/chargeback.html']);
});

test('a world without backups and reports is erased as well', async () => {
  const world = new ErasureWorld();
  world.charge('1', SMITH, '2026-03-10', '5');
  const ports = Object.assign(Object.create(world) as ErasureWorld, { backups: undefined, reports: undefined });
  expect((await erase(await world.look(), ports, CONTEXT)).isDone).toBe(true);
});

test('an id of an event that names nobody stays, and one that does becomes a random one at the same time', async () => {
  const world = aYearOfAlice();
  await world.erase();
  const ids = world.trail.map(({ eventId }) => String(eventId));
  expect(ids.map(id => id.replace(/[0-9a-f]{32}$/, '…'))).toEqual(['erased/…', 'erased/…', 'erased/…', 'e-4', 'e-5', expect.stringContaining('mantle-deny/failed/'), 'erased/…']);
  expect(new Set(ids).size).toBe(ids.length);
  expect(world.trail.map(({ eventKey, eventId }) => String(eventKey).endsWith(`#${String(eventId)}`))).toEqual(Array(7).fill(true));
});

test('an erasure that finds something every time gives up after six rounds, and tells the sum of all that it found', async () => {
  const world = new ErasureWorld();
  world.budget(SMITH);
  let settled = 0;
  world.settle = async () => {
    settled += 1;
    world.budget(SMITH, { status: 'active' });
  };
  const { isDone, erased } = await world.erase();
  expect([isDone, settled]).toEqual([false, 5]);
  expect(erased.find(({ place }) => place === 'budget')).toEqual({ place: 'budget', found: 6 });
  expect([world.announced, await world.budgets.note(SMITH) !== undefined]).toEqual([[], true]);
});
