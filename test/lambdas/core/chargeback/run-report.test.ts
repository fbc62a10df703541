import { EventType, ReportAction } from '../../../../src/contract';
import { LedgerSumsError } from '../../../../src/lambdas/core/chargeback/ledger-sums';
import { ReportPeriodError } from '../../../../src/lambdas/core/chargeback/report-period';
import { reportRequest, ReportRequestError, SegmentWork } from '../../../../src/lambdas/core/chargeback/report-request';
import { ReportPlan, ReportPorts, ReportStore, runReport, WrittenReport } from '../../../../src/lambdas/core/chargeback/run-report';
import { BudgetEvent } from '../../../../src/lambdas/core/events';
import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { budget, InMemoryTables, OPTIONS, ROLE, row, USER } from './ledger';

const RUN = { run: 'a-run', startedAt: '2026-12-02T06:00:00Z' };

class InMemoryStore implements ReportStore {
  public readonly parts = new Map<string, string>();
  public readonly reports = new Map<string, string>();

  public async keepPart(run: string, name: string, text: string): Promise<void> {
    this.parts.set(`${run}/${name}`, text);
  }

  public async part(run: string, name: string): Promise<string> {
    return this.parts.get(`${run}/${name}`)!;
  }

  public async write({ key }: { readonly key: string }, format: string, text: string): Promise<string> {
    this.reports.set(`${key}.${format}`, text);
    return `s3://bucket/${key}.${format}`;
  }
}

class World {
  public readonly store = new InMemoryStore();
  public readonly events: BudgetEvent[] = [];
  /** Pages that a step reads before its time is up. */
  public pagesAtATime = 1;
  private attempts = 0;

  constructor(public readonly tables: InMemoryTables) {}

  /** One step, as the state machine asks for it: JSON in, JSON out. */
  public async step<T>(request: object): Promise<T> {
    this.attempts += 1;
    let left = this.pagesAtATime;
    const ports: ReportPorts = {
      tables: this.tables,
      store: this.store,
      events: { publish: async events => void this.events.push(...events) },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      renderPage: ({ title }) => `<h1>${title}</h1>`,
      attempt: String(this.attempts),
      timeIsLeft: () => (left -= 1) > 0,
    };
    return JSON.parse(JSON.stringify(await runReport(reportRequest(JSON.parse(JSON.stringify(request))), ports, OPTIONS)));
  }

  /** A whole run, the steps of all segments one after the other. */
  public async run(asked: object = {}, of = RUN): Promise<WrittenReport> {
    const { period, work } = await this.step<ReportPlan>({ action: ReportAction.PLAN, asked, ...of });
    const read: SegmentWork[] = [];
    for (let each of work) {
      while (!each.done) {
        each = await this.step<SegmentWork>({ action: ReportAction.READ, work: each });
      }
      read.push(each);
    }
    return this.step<WrittenReport>({ action: ReportAction.WRITE, ...of, period, read });
  }
}

const ledger = () => Array.from({ length: 50 }, (_, index) => row({ costUsd: new NumberText(`0.${String(index + 1).padStart(12, '0')}`), principalId: index % 2 ? USER : ROLE }));
const worldOf = (rows = ledger()) => new World(new InMemoryTables(rows, [budget(USER, { team: 'search' }), budget(ROLE, { team: '' })]));

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
      period: '2026-11', from: '2026-11-01', to: '2026-11-30', totalUsd: '0.000000001275', estimatedUsd: '0', differences: 0,
      uris: { csv: 's3://bucket/2026-11.csv' },
      largest: [{ name: 'search', costUsd: '0.00000000065' }, { name: 'no team', costUsd: '0.000000000625' }],
    },
  });
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
