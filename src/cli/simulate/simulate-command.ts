import { BackTest, BackTestResult } from '../../lambdas/core/back-test/back-test';
import { backTestPage } from '../../lambdas/core/back-test/back-test-page';
import { Surroundings } from '../../lambdas/core/back-test/report-texts';
import { Suggestion } from '../../lambdas/core/back-test/suggestion';
import { renderReportPage } from '../../lambdas/core/report-page/render-report-page';
import { Command, CommandContext, ExitCode } from '../command';
import { openCatalog } from '../invocation-logs/catalog';
import { Explainer } from '../invocation-logs/explainer';
import { logFilesOf } from '../invocation-logs/log-files';
import { readOptions } from '../options';
import { refuseToReplace, toFile } from '../output-file';
import { Progress, reachedText } from '../progress';
import { readChartsScript } from '../report-page/charts-script';
import { OutputClosedError, TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { SIMULATE_HELP, SIMULATE_OPTIONS, SIMULATE_SUMMARY } from './help';
import { rangeOf, wholeRange } from './instants';
import { observedOnly, suggestedBudgets } from './output/budgets-output';
import { jsonOf } from './output/json-output';
import { tableOf } from './output/table-output';
import { proposalOf, SimulateOptions } from './proposal-of';
import { Reader } from './reader';
import { SortedCalls } from './sorted-calls';
import { bucketOf, BucketSource } from './sources/bucket-source';
import { bucketClient, logsClient } from './sources/clients';
import { FileSource } from './sources/file-source';
import { LogGroupSource } from './sources/log-group-source';
import { LogSource, TimeRange } from './sources/source';

export const simulateCommand: Command = {
  summary: SIMULATE_SUMMARY,
  help: SIMULATE_HELP,
  run: simulate,
};

/** How many calls are replayed between two looks at the clock. */
const REPLAYED_AT_A_TIME = 20_000;

async function simulate(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, SIMULATE_OPTIONS);
  if (options.suggest !== undefined && (options.budgets ?? options['default-limit'] ?? (options.format === 'table' ? undefined : options.format)) !== undefined) {
    throw new UsageError('--suggest writes budgets from what was spent: leave --budgets, --default-limit and --format out');
  }
  await refuseToReplace(options.output, [options.budgets, options.catalog]);
  const range = rangeOf(options.from, options.to);
  const { proposal, runtimes, doubts } = await proposalOf(options);
  const { catalog, doubts: catalogDoubts } = await openCatalog(options.catalog);
  // Lines that do not tell when they were logged are taken at their word: today's clock says nothing of them.
  const explainer = new Explainer({ catalog, assumedCacheWriteTtl: options['assume-cache-write-ttl'] === '1h' ? '1h' : '5m', now: () => Infinity });
  const source = await sourceOf(options, range, explainer, context);
  const progress = new Progress(context.stderr, context.now, options.quiet !== undefined);
  const calls = new SortedCalls();
  try {
    const reader = new Reader(calls, range, runtimes);
    await readAll(source.log, reader, progress);
    if (options.suggest !== undefined) {
      const suggestion = new Suggestion(proposal);
      replayAll(calls, suggestion, progress);
      const limits = suggestion.limits();
      await write(await suggestedBudgets(limits), options.output, context);
      await tell(`${summaryOf(reader, calls, source.log)}${observedOnly(limits)}`, context.stderr);
      return codeOf(reader);
    }
    const backTest = new BackTest(proposal);
    replayAll(calls, backTest, progress);
    progress.end();
    const surroundings: Surroundings = {
      proposal,
      priceVersion: `${catalog.version}${options.catalog === undefined ? '' : ` and of ${options.catalog}`}`,
      source: source.name,
      duplicates: calls.duplicates,
      unreadable: reader.unreadable,
      doubts: [...doubts, ...catalogDoubts],
      hasRuntimes: runtimes.size > 0,
      regions: [...reader.regions].sort(),
    };
    await write(outputOf(options, backTest.result(), surroundings), options.output, context);
    await tell(summaryOf(reader, calls, source.log), context.stderr);
    return codeOf(reader);
  } finally {
    progress.end();
    calls.close();
  }
}

/** One of the three places where logs are. */
async function sourceOf(
  options: SimulateOptions, range: Partial<TimeRange>, explainer: Explainer, context: CommandContext,
): Promise<{ readonly log: LogSource; readonly name: string }> {
  const { logs, 'log-group': logGroup, s3 } = options;
  if ([logs, logGroup, s3].filter(given => given !== undefined).length !== 1) {
    throw new UsageError('one source of records is needed: give --logs <file>, --log-group <name> or --s3 s3://<bucket>/<prefix>, and no two of them');
  }
  if (logGroup !== undefined) {
    const whole = wholeRange(range, '--log-group');
    return { log: new LogGroupSource(await logsClient(options, context), logGroup, whole, explainer), name: `log group ${logGroup}` };
  }
  if (s3 !== undefined) {
    const [place, whole] = [bucketOf(s3), wholeRange(range, '--s3')];
    return { log: new BucketSource(await bucketClient(options, context), place, whole, explainer), name: s3 };
  }
  const found = await logFilesOf(logs!);
  await refuseToReplace(options.output, found.files.map(({ path }) => path));
  return { log: new FileSource(found, context.stdin, explainer), name: found.files.length === 1 ? '1 file' : `${found.files.length} files` };
}

async function readAll(log: LogSource, reader: Reader, progress: Progress): Promise<void> {
  for await (const part of log.read()) {
    reader.take(part);
    progress.tell(seconds => reachedText({ what: 'reading', records: reader.records, ...(part.share === undefined ? {} : { share: part.share }) }, seconds));
  }
}

function replayAll(calls: SortedCalls, backTest: Pick<BackTest, 'add'>, progress: Progress): void {
  let replayed = 0;
  for (const call of calls.inOrder()) {
    backTest.add(call);
    replayed += 1;
    if (replayed % REPLAYED_AT_A_TIME === 0) {
      progress.tell(seconds => reachedText({ what: 'replaying', records: replayed, share: replayed / calls.size }, seconds));
    }
  }
}

function codeOf({ unreadable }: Reader): ExitCode {
  return unreadable > 0 ? ExitCode.INCOMPLETE : ExitCode.OK;
}

function outputOf({ format }: SimulateOptions, result: BackTestResult, surroundings: Surroundings): string {
  switch (format) {
    case 'json': return jsonOf(result, surroundings);
    case 'html': return renderReportPage(backTestPage(result, surroundings), { chartsScript: readChartsScript() });
    default: return tableOf(result, surroundings);
  }
}

async function write(text: string, file: string | undefined, context: CommandContext): Promise<void> {
  if (file !== undefined) {
    await toFile(file, stream => new TextOutput(stream).write(text));
    return;
  }
  await tell(text, context.stdout);
}

/** Whoever read has seen enough. */
async function tell(text: string, stream: CommandContext['stdout']): Promise<void> {
  try {
    await new TextOutput(stream).write(text);
  } catch (error) {
    if (!(error instanceof OutputClosedError)) {
      throw error;
    }
  }
}

function summaryOf({ records, outOfRange, unreadable, problems }: Reader, { duplicates }: SortedCalls, { passedOver }: LogSource): string {
  const counted = (count: number) => `${count.toLocaleString('en-US')} ${count === 1 ? 'record' : 'records'}`;
  return [
    `${counted(records)} read`,
    ...(outOfRange > 0 ? [`out of the range: ${counted(outOfRange)}`] : []),
    ...(passedOver > 0 ? [`passed over: ${passedOver.toLocaleString('en-US')} ${passedOver === 1 ? 'file' : 'files'} beside the records (bodies and the like)`] : []),
    ...(duplicates > 0 ? [`repeated: ${counted(duplicates)}; a call counts once`] : []),
    ...(unreadable > 0 ? [`not read: ${counted(unreadable)}`, ...problems.map(problem => `  ${problem}`)] : []),
    ...(unreadable > problems.length ? [`  and ${(unreadable - problems.length).toLocaleString('en-US')} more`] : []),
  ].map(line => `${line}\n`).join('');
}
