import { ReportAction } from '../../../../src/contract';
import { ChargebackOptions } from '../../../../src/lambdas/core/chargeback/chargeback';
import { reportRequest, SegmentWork } from '../../../../src/lambdas/core/chargeback/report-request';
import { ReportPlan, ReportPorts, ReportStore, runReport, WrittenReport } from '../../../../src/lambdas/core/chargeback/run-report';
import { BudgetEvent } from '../../../../src/lambdas/core/events';
import { InMemoryTables, OPTIONS } from './ledger';

export const RUN = { run: 'a-run', startedAt: '2026-12-02T06:00:00Z' };

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

/** What a run of the report needs, and leaves behind. */
export class ReportWorld {
  public readonly store = new InMemoryStore();
  public readonly events: BudgetEvent[] = [];
  public readonly logged: (readonly [message: string, facts?: object])[] = [];
  /** Pages that a step reads before its time is up. */
  public pagesAtATime = 1;
  private attempts = 0;

  constructor(public readonly tables: InMemoryTables, private readonly options: Partial<ChargebackOptions> = {}) {}

  /** One step, as the state machine asks for it: JSON in, JSON out. */
  public async step<T>(request: object): Promise<T> {
    this.attempts += 1;
    let left = this.pagesAtATime;
    const ports: ReportPorts = {
      tables: this.tables,
      store: this.store,
      events: { publish: async events => void this.events.push(...events) },
      log: { info: (...line) => void this.logged.push(line), warn: () => {}, error: () => {} },
      renderPage: ({ title }) => `<h1>${title}</h1>`,
      attempt: String(this.attempts),
      timeIsLeft: () => (left -= 1) > 0,
    };
    return JSON.parse(JSON.stringify(await runReport(reportRequest(JSON.parse(JSON.stringify(request))), ports, { ...OPTIONS, ...this.options })));
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
