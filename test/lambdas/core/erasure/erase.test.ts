import { EventType } from '../../../../src/contract';
import { erase } from '../../../../src/lambdas/core/erasure/erase';
import { ErasureRefusedError } from '../../../../src/lambdas/core/erasure/pseudonym';
import { refuseReserved } from '../../../../src/lambdas/core/erasure/reserved-words';
import { ACCOUNT } from '../builders';
import { ALIKE, aYearOfAlice, tracesIn } from './a-year-of-alice';
import { CONTEXT, Crash, ErasureWorld, OTHER, SMITH, SMITH_ROLE, SMITHSON } from './erasure-world';

const PSEUDONYM = new RegExp(`^iam-user/${ACCOUNT}/erased-[0-9a-f]{32}$`);

describe('looking', () => {
  test('counts what there is in every place, and changes nothing', async () => {
    const world = aYearOfAlice();
    const before = world.text;
    const { note, places, isUnderWay } = await world.look();
    expect(Object.fromEntries(places.map(({ place, found }) => [place, found]))).toEqual({
      'ledger': 6, 'budget': 1, 'other budgets': 2, 'audit trail': 3, 'audit trail of others': 3, 'policy backups': 1, 'reports': 4,
    });
    expect([note.pseudonym, isUnderWay]).toEqual([expect.stringMatching(PSEUDONYM), false]);
    expect([world.text, world.writes]).toEqual([before, 0]);
  });

  test('keeps labels that others have as well, but for those that name a person', async () => {
    const { note } = await aYearOfAlice().look();
    expect(note).toMatchObject({ keptLabels: { team: 'search' }, groupNames: ['Alice Example', 'Room 101', 'alice@example.com'] });
  });

  test('keeps and takes labels as it is told', async () => {
    const { note } = await aYearOfAlice().look({ labels: { keep: ['site'], erase: ['team'] } });
    // Of the team others are members too: their reports go on naming it.
    expect(note).toMatchObject({ keptLabels: { site: 'Room 101' }, groupNames: ['Alice Example', 'alice@example.com'] });
  });
});

describe('erasing', () => {
  test('leaves no trace of a name anywhere, and the traces of others as they are', async () => {
    const world = aYearOfAlice();
    await world.erase();
    expect(tracesIn(world)).toEqual([]);
    for (const other of ALIKE) {
      expect(world.text).toContain(other);
    }
    expect(world.objects.find(({ key }) => key.endsWith('notes.txt'))).toBeDefined();
  });

  test('leaves every sum as it is, and ledger and budgets in agreement', async () => {
    const world = aYearOfAlice();
    const [totals, rows, differences] = [world.totals(), [...world.rows.values()].map(({ callId, cost, day }) => [callId, cost, day]), world.differences()];
    const { pseudonym } = await world.erase();
    expect(world.totals()).toEqual(totals);
    expect([...world.rows.values()].map(({ callId, cost, day }) => [callId, cost, day])).toEqual(rows);
    expect(Object.fromEntries(world.differences())).toEqual({
      ...Object.fromEntries([...differences].map(([key, value]) => [key.replace(SMITH, pseudonym), value])),
    });
  });

  test('gives the spend to a budget that restricts nobody, and has the groups of reports that it had', async () => {
    const world = aYearOfAlice();
    const { pseudonym } = await world.erase();
    const label = expect.stringMatching(/^erased-[0-9a-f]{8}$/);
    expect(world.items.get(pseudonym)).toMatchObject({
      kind: 'iam-user', status: 'deleted', enforcement: 'observe', labels: { team: 'search', owner: label, contact: label, site: label },
    });
    expect(world.items.get(pseudonym)).not.toHaveProperty('watch');
    expect(world.items.has(SMITH)).toBe(false);
  });

  test('keeps what an auditor needs: what was decided when, with its figures', async () => {
    const world = aYearOfAlice();
    const { pseudonym } = await world.erase();
    const own = world.trail.filter(({ subject }) => subject === pseudonym);
    expect(own).toHaveLength(3);
    expect(own[0]).toMatchObject({
      type: 'Principal Suspended',
      principalId: pseudonym,
      occurredAt: '2026-03-09T10:00:00.000Z',
      reason: 'erased',
      budget: { spentUsd: '25.3251' },
      labels: { team: 'search' },
      eventId: expect.stringMatching(/^erased\/[0-9a-f]{32}$/),
      eventKey: expect.stringMatching(/^2026-03-09T10:00:00.000Z#erased\//),
    });
    expect(world.trail.find(({ subject }) => subject === OTHER)).toMatchObject({ reason: `changed: limits (for ${pseudonym})`, eventId: 'e-4' });
  });

  test('rewrites reports line by line with the same figures, and removes pages and former versions', async () => {
    const world = aYearOfAlice();
    const { pseudonym } = await world.erase();
    const textOf = (key: string) => world.objects.filter(object => object.key === `reports/2026-02/chargeback.${key}`).map(({ text }) => text);
    const label = `erased-${pseudonym.slice(-32, -24)}`;
    expect(textOf('csv')).toEqual([
      `day,principalId,kind,team,site,costUsd\r\n2026-02-01,${pseudonym},iam-user,search,${label},3\r\n2026-02-01,${OTHER},iam-user,search,,7.5\r\n`,
    ]);
    expect(JSON.parse(textOf('json')[0]).byLabel).toEqual({
      team: [{ value: 'search', costUsd: '10.5' }], site: [{ value: label, costUsd: '3' }, { value: null, costUsd: '7.5' }],
    });
    expect(textOf('html')).toEqual([]);
  });

  test('tells the audit trail the pseudonym and counts, and no more', async () => {
    const world = aYearOfAlice();
    const { pseudonym } = await world.erase();
    expect(world.announced.map(({ type, detail }) => [type, detail.principalId, detail.actor, detail.after])).toEqual([
      [EventType.PRINCIPAL_ERASED, pseudonym, CONTEXT.actor, { standsUnderPseudonym: { 'ledger': 6, 'audit trail': 3 } }],
    ]);
  });

  test('a second time finds nothing', async () => {
    const world = aYearOfAlice();
    await world.erase();
    expect((await world.look()).places.filter(({ found }) => found > 0)).toEqual([]);
  });

  test('replaces other texts that name the person where they are words of their own', async () => {
    const world = new ErasureWorld();
    world.budget(SMITH);
    world.budget(OTHER, { exemption: { reason: 'Al covers for Alice, not for Alicent' }, hold: { by: 'alice' } });
    await world.erase({ also: ['Alice'] });
    expect(world.items.get(OTHER)).toMatchObject({ exemption: { reason: 'Al covers for erased, not for Alicent' }, hold: { by: 'erased' } });
  });

  test('erases somebody who has rows and no budget', async () => {
    const world = new ErasureWorld();
    world.charge('1', SMITH, '2026-03-10', '5');
    world.items.delete(SMITH);
    const { pseudonym, isDone } = await world.erase();
    expect([world.rows.get('1')!.principalId, isDone, world.items.has(SMITH)]).toEqual([pseudonym, true, false]);
    // The difference between ledger and budget is what it was before.
    expect(Object.fromEntries(world.differences())).toEqual({ [`${pseudonym} spend#2026-03-10`]: '5' });
  });

  test('of a day that the budget has forgotten only the ledger tells, before and after', async () => {
    const world = new ErasureWorld();
    world.charge('1', SMITH, '2025-12-01', '5');
    world.charge('2', SMITH, '2026-03-10', '6');
    const { 'spend#2025-12-01': _, ...item } = world.items.get(SMITH)!;
    world.items.set(SMITH, item);
    const { pseudonym } = await world.erase();
    expect(Object.fromEntries(world.differences())).toEqual({ [`${pseudonym} spend#2025-12-01`]: '5' });
  });

  test('handles sessions of roles and federated users', async () => {
    const role = `iam-role/${ACCOUNT}/alice-role`;
    const world = new ErasureWorld();
    world.budget(role);
    world.budget(OTHER, { updatedBy: `arn:aws:sts::${ACCOUNT}:assumed-role/alice-role/alice@example.com`, note: `see arn:aws:iam::${ACCOUNT}:role/x/alice-role, and its session` });
    const { pseudonym } = await world.erase({ principalId: role });
    const name = pseudonym.split('/')[2];
    expect(world.items.get(OTHER)).toMatchObject({ updatedBy: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/erased`, note: `see arn:aws:iam::${ACCOUNT}:role/${name}, and its session` });
    const federated = `federated-user/${ACCOUNT}/alice`;
    world.budget(OTHER, { updatedBy: `arn:aws:sts::${ACCOUNT}:federated-user/alice`, note: `by arn:aws:sts::${ACCOUNT}:federated-user/alice.` });
    world.budget(federated);
    const second = await world.erase({ principalId: federated });
    const other = second.pseudonym.split('/')[2];
    expect(world.items.get(OTHER)).toMatchObject({ updatedBy: `arn:aws:sts::${ACCOUNT}:federated-user/${other}`, note: `by arn:aws:sts::${ACCOUNT}:federated-user/${other}.` });
  });
});

describe('words of the system', () => {
  const RUNTIME = `agent-runtime/${ACCOUNT}/eu-central-1/x`;
  const others = () => ({
    labels: { Hold: 'suspended', team: 'search of Hold' },
    hold: { by: 'Mr Hold', reason: 'suspended by Hold' },
    topUps: [{ amountUsd: '1', expiresAt: '2026-04-01T00:00:00Z', reason: 'for Hold' }],
    status: 'suspended',
    kind: 'api-key-user',
    enforcement: 'observe',
    toldRefusals: [`Hold and ${SMITH}`],
  });

  test('are attributes, statuses and kinds: only labels, free text and ids change in the budgets of others', async () => {
    const world = new ErasureWorld();
    world.budget(SMITH);
    world.budget(RUNTIME, others());
    const { pseudonym } = await world.erase({ also: ['Hold', 'suspended', 'spend', 'status'] });
    expect(world.items.get(RUNTIME)).toEqual({
      principalId: RUNTIME,
      revision: expect.anything(),
      labels: { erased: 'erased', team: 'search of erased' },
      hold: { by: 'Mr erased', reason: 'erased by erased' },
      topUps: [{ amountUsd: '1', expiresAt: '2026-04-01T00:00:00Z', reason: 'for erased' }],
      status: 'suspended',
      kind: 'api-key-user',
      enforcement: 'observe',
      toldRefusals: [`Hold and ${pseudonym}`],
    });
  });

  test('stay in the audit rows of others, of settings and of the person, whatever its name is', async () => {
    const named = `iam-user/${ACCOUNT}/api-key-user`;
    const world = new ErasureWorld();
    world.budget(named);
    const event = (principalId: string, eventId: string, more: object) => ({ principalId, principalKind: 'api-key-user', occurredAt: '2026-03-09T10:00:00.000Z', eventId, ...more });
    world.event(EventType.PRINCIPAL_SUSPENDED, event(OTHER, 'e-1', { actor: 'budget-monitor', status: 'suspended', before: { status: 'warning' }, budget: { forecast: { outcome: 'lasts' } } }));
    world.event(EventType.BUDGET_CHANGED, event(named, 'e-2', { actor: 'budget-manager', status: 'active', after: { enforcement: 'enforced' } }));
    const [before] = world.trail;
    await world.erase({ principalId: named, also: ['warning', 'lasts', 'budget-monitor'] });
    expect(world.trail[0]).toEqual(before);
    expect(world.trail[1]).toMatchObject({ principalKind: 'api-key-user', actor: 'budget-manager', status: 'active', after: { enforcement: 'enforced' }, type: 'Budget Changed' });
  });

  test('stay in reports: a text that is a kind changes no column of the report\'s own', async () => {
    const world = new ErasureWorld();
    world.budget(SMITH);
    const csv = `day,principalId,kind,owner,costUsd\r\n2026-02-01,${OTHER},iam-user,iam-user,3\r\n`;
    world.object('reports/2026-02/chargeback.csv', csv);
    await world.erase({ also: ['iam-user'] });
    expect(world.objects.map(({ text }) => text)).toEqual([csv.replace('iam-user,iam-user', 'iam-user,erased')]);
  });

  test.each(['Hold', 'SUSPENDED', 'api-key-user', 'enforcement', 'Budget Changed', 'paused', ' status '])('"%s" is refused as a text to replace', text => {
    expect(() => refuseReserved(['Alice Example', text])).toThrow(`"${text}" is a word of the system itself`);
  });

  test('what is none is not refused', () => {
    expect(() => refuseReserved(['Alice Example', 'alice@example.com', 'hold-my-beer'])).not.toThrow();
  });
});

describe('an erasure that is under way', () => {
  async function begun(order: Parameters<ErasureWorld['erase']>[0] = {}): Promise<ErasureWorld> {
    const world = aYearOfAlice();
    world.budget(OTHER, { exemption: { reason: 'covers for Ally' } });
    world.dies = { at: 3, after: true };
    await expect(world.erase(order)).rejects.toThrow(Crash);
    world.dies = undefined;
    return world;
  }

  test('takes further texts along', async () => {
    const world = await begun({ also: ['Alice Example'] });
    expect((await world.look({ also: ['Ally'] })).note.also).toEqual(['Alice Example', 'Ally']);
    await world.erase({ also: ['Ally'] });
    expect(world.items.get(OTHER)).toMatchObject({ exemption: { reason: 'covers for erased' } });
    expect([tracesIn(world), world.text.includes('Ally')]).toEqual([[], false]);
  });

  test('keeps further texts where it dies again', async () => {
    const world = await begun();
    world.writes = 0;
    world.dies = { at: 1, after: true };
    await expect(world.erase({ also: ['Ally'] })).rejects.toThrow(Crash);
    world.dies = undefined;
    expect((await world.look()).note.also).toEqual(['Ally']);
  });

  test('refuses what somebody else has added to meanwhile', async () => {
    const world = await begun();
    const mine = await world.look({ also: ['Ally'] });
    world.meanwhile = undefined;
    const before = (await world.budgets.note(SMITH))!;
    jest.spyOn(world.budgets, 'note').mockResolvedValueOnce(before);
    await world.budgets.extend(before, ['somebody else\'s']);
    await expect(erase(mine, world, CONTEXT)).rejects.toThrow('look again');
  });

  test.each([
    [{ keep: ['team'], erase: [] }, { keep: ['site'], erase: [] }, 'with --keep-label team: what becomes of its labels cannot be changed any more'],
    [{ keep: [], erase: [] }, { keep: [], erase: ['team'] }, 'with neither --keep-label nor --erase-label'],
  ])('refuses other labels than %j', async (labels, other, message) => {
    const world = await begun({ labels });
    await expect(world.look({ labels: other })).rejects.toThrow(message);
  });

  test('is gone on with by the same command, and without options', async () => {
    const labels = { keep: ['site', 'gone'], erase: [] };
    const world = await begun({ labels });
    await world.look();
    expect((await world.erase({ labels: { keep: ['gone', 'site'], erase: [] } })).isDone).toBe(true);
  });
});

test('a second erasure with another text makes no second budget, since there is no spend to move', async () => {
  const world = aYearOfAlice();
  world.budget(OTHER, { exemption: { reason: 'covers for Ally' } });
  const first = await world.erase();
  const second = await world.erase({ also: ['Ally'] });
  expect(second.isDone).toBe(true);
  expect(world.items.get(OTHER)).toMatchObject({ exemption: { reason: 'covers for erased' } });
  expect([...world.items.keys()].filter(id => id.includes('erased-'))).toEqual([first.pseudonym]);
});

describe('while the system works on', () => {
  test('takes what is charged meanwhile along, and says that nothing is done while calls go on', async () => {
    const world = aYearOfAlice();
    let calls = 0;
    world.meanwhile = () => world.charge(`late-${calls += 1}`, SMITH, '2026-03-10', '0.25');
    const { isDone } = await world.erase();
    expect(isDone).toBe(false);
    expect(world.announced).toEqual([]);

    world.meanwhile = undefined;
    const before = world.totals();
    const again = await world.erase();
    expect(again.isDone).toBe(true);
    expect(world.totals()).toEqual(before);
    expect(tracesIn(world)).toEqual([]);
    expect([...world.rows.values()].filter(({ principalId }) => principalId === again.pseudonym)).toHaveLength(5 + calls);
  });

  test('finds events that its own changes set off', async () => {
    const world = aYearOfAlice();
    let told = false;
    world.meanwhile = () => {
      if (!told) {
        told = true;
        world.event(EventType.STATUS_CHANGED, { principalId: SMITH, occurredAt: '2026-03-10T12:00:01.000Z', eventId: 'late' });
      }
    };
    expect((await world.erase()).isDone).toBe(true);
    expect(tracesIn(world)).toEqual([]);
  });

  test('stops where the principal is suspended meanwhile, and can be gone on with', async () => {
    const world = aYearOfAlice();
    const intended = await world.look();
    world.meanwhile = () => {
      if (world.items.has(SMITH)) {
        world.budget(SMITH, { status: 'suspended' });
      }
    };
    await expect(erase(intended, world, CONTEXT)).rejects.toThrow(ErasureRefusedError);
    expect(world.items.get(SMITH)).toMatchObject({ status: 'suspended' });
    world.meanwhile = undefined;
    world.budget(SMITH, { status: 'active' });
    expect((await world.erase()).pseudonym).toBe(intended.note.pseudonym);
    expect(tracesIn(world)).toEqual([]);
  });

  test('goes on with an erasure that somebody else has begun', async () => {
    const world = aYearOfAlice();
    const mine = await world.look();
    const theirs = await world.look();
    world.dies = { at: 4, after: true };
    await expect(erase(theirs, world, CONTEXT)).rejects.toThrow(Crash);
    expect((await erase(mine, world, CONTEXT)).pseudonym).toBe(theirs.note.pseudonym);
  });
});

describe('is refused', () => {
  test.each([
    ['somebody who is suspended', { status: 'suspended' }, 'status "suspended", allowed are active, warning, critical, exceeded, deleted: restore it first'],
    ['somebody in a grace period', { status: 'grace_period' }, 'status "grace_period"'],
    ['somebody who is being restored', { status: 'restoring' }, 'status "restoring"'],
    ['somebody who is held', { hold: { by: 'x' } }, 'take the hold off first'],
    ['what a stack declares', { declared: {} }, 'take it out of the stack'],
  ])('for %s', async (_, attributes, message) => {
    const world = aYearOfAlice();
    world.budget(SMITH, attributes);
    await expect(world.erase()).rejects.toThrow(message);
    expect(world.writes).toBe(0);
  });

  test('for the execution role of a runtime', async () => {
    const world = aYearOfAlice();
    world.budget('agent-runtime/111122223333/eu-central-1/x', { activeRole: SMITH });
    await expect(world.erase()).rejects.toThrow('is the execution role of agent-runtime/');
    expect(world.writes).toBe(0);
  });

  test.each([
    ['restoring', { role: SMITH_ROLE }, 'is the role of agent-runtime/'],
    ['suspended', { role: `iam-role/${ACCOUNT}/other`, formerRole: { id: SMITH_ROLE, until: '2026-03-10T00:00:00Z' } }, 'is the former role of agent-runtime/'],
  ])('for the role of a runtime that is %s, gone or not', async (status, attributes, message) => {
    const world = new ErasureWorld();
    world.budget(SMITH_ROLE);
    world.budget('agent-runtime/111122223333/eu-central-1/x', { status, ...attributes });
    await expect(world.erase({ principalId: SMITH_ROLE })).rejects.toThrow(message);
    expect(world.writes).toBe(0);
    world.budget('agent-runtime/111122223333/eu-central-1/x', { status: 'deleted' });
    expect((await world.erase({ principalId: SMITH_ROLE })).isDone).toBe(true);
  });

  test('while policies are held, before anything is changed', async () => {
    const world = aYearOfAlice();
    world.backupRows.push({ target: 'AIDALICE', state: 'current', principalId: SMITH });
    await expect(world.erase()).rejects.toThrow('not back yet: restore it first');
    expect(world.writes).toBe(0);
  });

  test.each([
    ['nonsense', 'is no principal id'],
    [`root/${ACCOUNT}`, 'the root user has no name'],
    [`agent-runtime/${ACCOUNT}/eu-central-1/support-Ab12`, 'a runtime is no person'.replace('a runtime', 'an AgentCore runtime')],
    [`iam-user/${ACCOUNT}/erased-${'0'.repeat(32)}`, 'is a pseudonym already'],
  ])('for %s', async (principalId, message) => {
    await expect(new ErasureWorld().look({ principalId })).rejects.toThrow(message);
  });
});

test('a name that is a word of its own in sentences is left to --also: it may be anything', async () => {
  const world = new ErasureWorld();
  world.budget(OTHER);
  world.budget(`iam-user/${ACCOUNT}/admin`, { reason: 'an admin did it' });
  await world.erase({ principalId: OTHER });
  expect(world.items.get(`iam-user/${ACCOUNT}/admin`)).toMatchObject({ reason: 'an admin did it' });
  expect(world.items.has(SMITHSON)).toBe(false);
});
