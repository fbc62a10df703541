import { EventType, ReportAction } from '../../../../src/contract';
import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { LedgerSumsError } from '../../../../src/lambdas/core/chargeback/ledger-sums';
import { ReportPeriodError } from '../../../../src/lambdas/core/chargeback/report-period';
import { reportRequest, ReportRequestError, SegmentWork } from '../../../../src/lambdas/core/chargeback/report-request';
import { ReportPlan, WrittenReport } from '../../../../src/lambdas/core/chargeback/run-report';
import { budget, InMemoryTables, ROLE, row, USER } from './ledger';
import { ReportWorld, RUN } from './report-world';

const ledger = () => Array.from({ length: 50 }, (_, index) => row({ costUsd: new NumberText(`0.${String(index + 1).padStart(12, '0')}`), principalId: index % 2 ? USER : ROLE }));
const worldOf = (rows = ledger()) => new ReportWorld(new InMemoryTables(rows, [budget(USER, { team: 'search' }), budget(ROLE, { team: '' })]));

test('writes all forms of a report, whatever time each step has', async () => {
  const world = worldOf();

  const written = await world.run();

  expect(written).toEqual({
    period: { key: '2026-11', from: '2026-11-01', to: '2026-11-30' },
    totalUsd: '0.000000001275',
    calls: 50,
    uris: { csv: 's3://bucket/2026-11.csv', json: 's3://bucket/2026-11.json', html: 's3://bucket/2026-11.html' },
  });
  expect([...world.store.reports.keys()]).toEqual(['2026-11.csv', '2026-11.json', '2026-11.html']);
  expect(world.store.reports.get('2026-11.html')).toBe('<h1>Chargeback of Amazon Bedrock, 2026-11</h1>');
});

test('writes the same bytes whenever it is run, and however it is split', async () => {
  const [once, again] = [worldOf(), worldOf()];
  again.pagesAtATime = 100;

  await once.run();
  await again.run({ month: '2026-11' }, { run: 'another-run', startedAt: '2026-12-20T15:00:00Z' });

  expect([...again.store.reports]).toEqual([...once.store.reports]);
});

test('an attempt that was given up is in no report, even if it comes to its end later', async () => {
  const world = worldOf();
  const { period, work } = await world.step<ReportPlan>({ action: ReportAction.PLAN, asked: {}, ...RUN });
  const read: SegmentWork[] = [];
  for (let each of work) {
    while (!each.done) {
      const request = { action: ReportAction.READ, work: each };
      const answer = await world.step<SegmentWork>(request);
      // the attempt of which the state machine never heard: it had more time
      world.pagesAtATime = 3;
      await world.step(request);
      world.pagesAtATime = 1;
      each = answer;
    }
    read.push(each);
  }

  expect(await world.step<WrittenReport>({ action: ReportAction.WRITE, ...RUN, period, read })).toMatchObject({ totalUsd: '0.000000001275', calls: 50 });
});

test('announces the report, by an id that a repeated step does not change', async () => {
  const world = worldOf();
  await world.run();

  const [{ type, detail }] = world.events;
  expect(type).toBe(EventType.CHARGEBACK_REPORT_WRITTEN);
  expect(detail).toMatchObject({
    eventId: 'chargeback/2026-11/a-run',
    occurredAt: '2026-12-02T06:00:00.000Z',
    actor: 'chargeback-reporter',
    reason: 'chargeback report of 2026-11-01 to 2026-11-30: $0.00',
    calls: 50,
    after: {
      period: '2026-11',
      from: '2026-11-01',
      to: '2026-11-30',
      totalUsd: '0.000000001275',
      estimatedUsd: '0',
      differences: 0,
      uris: { csv: 's3://bucket/2026-11.csv' },
      largest: [{ name: 'search', costUsd: '0.00000000065' }, { name: 'no team', costUsd: '0.000000000625' }],
    },
  });
});

test('announces and logs all that is to be known of the report', async () => {
  const teams = Array.from({ length: 11 }, (_, index) => `team-${String(index + 1).padStart(2, '0')}`);
  const rows = teams.map((team, index) => row({ principalId: `iam-user/111122223333/${team}`, costUsd: new NumberText(String(20 - index)) }));
  const budgets = teams.map((team, index) => budget(`iam-user/111122223333/${team}`, { team }, index === 1 ? { '2026-11-03': '18' } : {}));
  const world = new ReportWorld(new InMemoryTables([...rows, row({ costUsd: new NumberText('0.5'), estimate: '1' })], budgets), { groupBy: ['team'] });
  await world.run();
  expect(world.events).toMatchSnapshot();
  expect(world.logged).toMatchSnapshot();
});

test('names nobody where no label shares the cost out', async () => {
  const world = new ReportWorld(new InMemoryTables(ledger()), { groupBy: [] });
  await world.run();
  expect(world.events[0].detail.after).toMatchObject({ largest: [] });
});

test('plans eight parts of the ledger, of which nothing is read yet', async () => {
  const { period, work } = await worldOf().step<ReportPlan>({ action: ReportAction.PLAN, asked: { from: '2026-11-03' }, ...RUN });
  expect(period).toEqual({ key: '2026-11-03_2026-11-03', from: '2026-11-03', to: '2026-11-03' });
  expect(work).toEqual(Array.from({ length: 8 }, (_, index) => ({ run: 'a-run', period, segment: { index, of: 8 }, parts: [], after: '', done: false })));
});

test('a step of reading tells what it kept and where to go on, and the last one that it is done', async () => {
  const world = worldOf();
  const { work: [first] } = await world.step<ReportPlan>({ action: ReportAction.PLAN, asked: {}, ...RUN });
  const second = await world.step<SegmentWork>({ action: ReportAction.READ, work: first });
  expect(second).toEqual({ ...first, parts: ['0-0-2'], after: '2', done: false });
  world.pagesAtATime = 100;
  expect(await world.step<SegmentWork>({ action: ReportAction.READ, work: second })).toEqual({ ...first, parts: ['0-0-2', '0-1-3'], after: '', done: true });
  expect([...world.store.parts.keys()]).toEqual(['a-run/0-0-2', 'a-run/0-1-3']);
});

test('refuses what it is asked for before it reads anything', async () => {
  const world = worldOf();

  await expect(world.run({ month: '2027-01' })).rejects.toThrow(ReportPeriodError);
  await expect(world.run({ Month: '2026-11' })).rejects.toThrow(ReportRequestError);
  expect(world.tables.pagesRead).toBe(0);
});

test('refuses kept sums that cannot be read', async () => {
  const world = worldOf();
  const { period, work: [first] } = await world.step<ReportPlan>({ action: ReportAction.PLAN, asked: {}, ...RUN });
  world.store.parts.set('a-run/0-0-x', 'nonsense');

  await expect(world.step({ action: ReportAction.WRITE, ...RUN, period, read: [{ ...first, parts: ['0-0-x'], done: true }] })).rejects.toThrow(LedgerSumsError);
});

test.each([undefined, {}, { action: 'dance' }, { action: ReportAction.READ }, { action: ReportAction.PLAN, asked: {}, run: '', startedAt: 'now' }])('refuses %j', request => {
  expect(() => reportRequest(request)).toThrow(ReportRequestError);
});
