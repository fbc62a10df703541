import { EventType, ReportAction } from '../../../contract';
import { isoInstant } from '../budget-item';
import { BudgetEvent, eventOf } from '../events';
import { formatUsd } from '../money';
import { EventPublisher, Log } from '../ports';
import { Chargeback, ChargebackOptions, chargebackOf } from './chargeback';
import { LedgerSums } from './ledger-sums';
import { ChargebackTables, readPrincipals, readSegment } from './read-tables';
import { daysOf, ReportPeriod, reportPeriod } from './report-period';
import { ReportRequest, SegmentWork } from './report-request';
import { dollars, labelName, trustNotes } from './report-words';
import { PageRenderer, REPORT_FORMATS, ReportFormat, reportText } from './written-report';

/** Where reports are kept, and what is needed until they are written. */
export interface ReportStore {
  /** Keeps the sums of a part of the ledger until the report is written. */
  keepPart(run: string, name: string, text: string): Promise<void>;
  part(run: string, name: string): Promise<string>;
  /** @returns its URI */
  write(period: ReportPeriod, format: ReportFormat, text: string): Promise<string>;
}

export interface ReportPorts {
  readonly tables: ChargebackTables;
  readonly store: ReportStore;
  readonly events: EventPublisher;
  readonly log: Log;
  readonly renderPage: PageRenderer;
  /** Unlike that of any other attempt at the same step: two that run at once must not write to the same name. */
  readonly attempt: string;
  /** Whether there is time to read another page. */
  timeIsLeft(): boolean;
}

/** What a step tells the state machine. */
export type ReportAnswer = ReportPlan | SegmentWork | WrittenReport;

export interface ReportPlan {
  readonly period: ReportPeriod;
  readonly work: readonly SegmentWork[];
}

export interface WrittenReport {
  readonly period: ReportPeriod;
  readonly totalUsd: string;
  readonly calls: number;
  readonly uris: Readonly<Record<ReportFormat, string>>;
}

/** Some are read side by side, page after page; how many at once is the state machine's to say. */
const SEGMENTS = 8;

/** How many values of a label an event names: a message is read on a telephone. */
const MAX_NAMED = 10;

/**
 * One step of a report: what is to be read, a part of the ledger, or the report itself. Each may be repeated: sums are added up by the names that the state
 * machine was told, so that what an attempt that was given up has kept is in no report.
 *
 * @throws ReportPeriodError, TooManyGroupsError, LedgerSumsError
 */
export async function runReport(request: ReportRequest, ports: ReportPorts, options: ChargebackOptions): Promise<ReportAnswer> {
  switch (request.action) {
    case ReportAction.PLAN: {
      const period = reportPeriod(request.asked, request.startedAt, options.timeZone);
      return {
        period,
        work: Array.from({ length: SEGMENTS }, (_, index) => (
          { run: request.run, period, segment: { index, of: SEGMENTS }, parts: [], after: '', done: false }
        )),
      };
    }
    case ReportAction.READ:
      return readOn(request.work, ports);
    case ReportAction.WRITE:
      return writeReport(request, ports, options);
  }
}

async function readOn(work: SegmentWork, ports: ReportPorts): Promise<SegmentWork> {
  const { run, period, segment, parts, after } = work;
  const { sums, next } = await readSegment(segment, period, after || undefined, ports.tables, ports.timeIsLeft);
  const name = `${segment.index}-${parts.length}-${ports.attempt}`;
  await ports.store.keepPart(run, name, sums.toText());
  return { ...work, parts: [...parts, name], after: next ?? '', done: next === undefined };
}

async function writeReport(
  { run, startedAt, period, read }: Extract<ReportRequest, { action: typeof ReportAction.WRITE }>, ports: ReportPorts, options: ChargebackOptions,
): Promise<WrittenReport> {
  const { store, events, log } = ports;
  const sums = new LedgerSums();
  for (const name of read.flatMap(({ parts }) => parts)) {
    sums.addAll(LedgerSums.fromText(await store.part(run, name)));
  }
  const report = chargebackOf(period, sums, await readPrincipals(daysOf(period), ports.tables), startedAt, options);
  const uris: Partial<Record<ReportFormat, string>> = {};
  for (const format of REPORT_FORMATS) {
    uris[format] = await store.write(period, format, reportText(report, format, ports.renderPage));
  }
  const written = { period, totalUsd: formatUsd(report.total.cost), calls: report.total.calls, uris: uris as WrittenReport['uris'] };
  log.info('chargeback report written', { ...written, run, lines: report.lines.length, differences: report.trust.differences.length });
  await events.publish([reportWritten(report, written, run, startedAt)]);
  return written;
}

/** Its time is that of the run and its id follows from the run's name: a step that is repeated tells nothing new. */
function reportWritten(report: Chargeback, { uris, calls, totalUsd, period }: WrittenReport, run: string, startedAt: number): BudgetEvent {
  const { total, byLabel, trust } = report;
  return eventOf(EventType.CHARGEBACK_REPORT_WRITTEN, report, {
    eventId: `chargeback/${period.key}/${run}`,
    occurredAt: isoInstant(startedAt),
    actor: 'chargeback-reporter',
    reason: `chargeback report of ${period.from} to ${period.to}: ${dollars(total.cost)}`,
    calls,
    after: {
      period: period.key,
      from: period.from,
      to: period.to,
      totalUsd,
      estimatedUsd: formatUsd(total.estimated),
      differences: trust.differences.length,
      uris,
      // By the first label alone, dearest first.
      largest: (byLabel[0]?.values ?? []).slice(0, MAX_NAMED).map(value => ({ name: labelName(value.name, byLabel[0].label), costUsd: formatUsd(value.cost) })),
      notes: trustNotes(report),
    },
  });
}
