import { Command, CommandContext, ExitCode } from '../command';
import { BrokenInputError, openInput } from '../input';
import { openCatalog } from '../invocation-logs/catalog';
import { Explainer } from '../invocation-logs/explainer';
import { gunzipped } from '../invocation-logs/gzip';
import { linesOf } from '../invocation-logs/lines';
import { readOptions } from '../options';
import { OutputClosedError, TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { Format } from './format';
import { EXPLAIN_HELP, EXPLAIN_OPTIONS } from './help';
import { JsonFormat } from './json-format';
import { Summary } from './summary';
import { TableFormat } from './table-format';

export const explainCommand: Command = {
  summary: 'say what recorded calls cost, and why',
  help: EXPLAIN_HELP,
  run: explain,
};

async function explain(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, EXPLAIN_OPTIONS);
  if (options.logs === undefined) {
    throw new UsageError('--logs is missing: write --logs <file>, or --logs - for standard input');
  }
  if (options.format === 'table' && options.details !== undefined) {
    throw new UsageError('--details is for --format json: leave out one of them');
  }
  const { catalog, doubts } = await openCatalog(options.catalog);
  const bytes = await openInput(options.logs, context.stdin);
  const explainer = new Explainer({ catalog, assumedCacheWriteTtl: options['assume-cache-write-ttl'] === '1h' ? '1h' : '5m', now: context.now });
  const format = options.format === 'table' ? new TableFormat() : new JsonFormat(options.details !== undefined);
  const summary = new Summary(`prices of ${catalog.version}${options.catalog === undefined ? '' : ` and of ${options.catalog}`}`, doubts);
  try {
    await explainLines(bytes, explainer, format, summary, new TextOutput(context.stdout));
    await new TextOutput(context.stderr).write(summary.text());
  } catch (error) {
    if (!(error instanceof OutputClosedError)) {
      throw error;
    }
    // Whoever read has seen enough: the rest is not read, and there is nothing to sum up.
  }
  return summary.unreadable > 0 ? ExitCode.INCOMPLETE : ExitCode.OK;
}

/** Reads, explains and writes chunk by chunk, so that a file of any size takes the same memory. */
async function explainLines(bytes: AsyncIterable<Buffer>, explainer: Explainer, format: Format, summary: Summary, output: TextOutput): Promise<void> {
  let lastLine = 0;
  await output.write(format.head);
  try {
    for await (const lines of linesOf(gunzipped(bytes))) {
      const outcomes = lines.flatMap(line => explainer.explain(line));
      outcomes.forEach(outcome => summary.add(outcome));
      lastLine = lines.at(-1)?.number ?? lastLine;
      await output.write(outcomes.map(outcome => format.write(outcome)).join(''));
    }
  } catch (error) {
    if (!(error instanceof BrokenInputError)) {
      throw error;
    }
    const outcome = { kind: 'unreadable', line: lastLine + 1, error: error.message } as const;
    summary.add(outcome);
    await output.write(format.write(outcome));
  }
  await output.write(format.foot(summary.total));
}
