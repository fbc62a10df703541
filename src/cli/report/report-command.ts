import { dayOf } from '../../lambdas/core/calendar';
import { Chargeback, ChargebackOptions } from '../../lambdas/core/chargeback/chargeback';
import { chargebackTable } from '../../lambdas/core/chargeback/chargeback-table';
import { ReportPeriod, reportPeriod, ReportPeriodError } from '../../lambdas/core/chargeback/report-period';
import { count, trustNotes } from '../../lambdas/core/chargeback/report-words';
import { ReportFormat, reportText } from '../../lambdas/core/chargeback/written-report';
import { renderReportPage } from '../../lambdas/core/report-page/render-report-page';
import { AWS_OPTIONS, clientSettings } from '../aws-clients';
import { Command, CommandContext, ExitCode } from '../command';
import { helpOf } from '../help';
import { OptionSpecs, OptionValues, readOptions } from '../options';
import { toFile } from '../output-file';
import { Progress } from '../progress';
import { readChartsScript } from '../report-page/charts-script';
import { OutputClosedError, TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { DeploymentEnvironment, deploymentOfStack } from './deployment-of-stack';
import { readReport } from './read-report';

const FORMATS = ['table', 'csv', 'json', 'html'];

const OPTIONS = {
  'month': { value: '<yyyy-mm>' },
  'from': { value: '<yyyy-mm-dd>' },
  'to': { value: '<yyyy-mm-dd>' },
  'stack': { value: '<name>' },
  'deployment': { value: '<id>' },
  'ledger-table': { value: '<name>' },
  'budgets-table': { value: '<name>' },
  'time-zone': { value: '<zone>' },
  'ledger-retention-days': { value: '<number>' },
  'group-by': { value: '<labels>' },
  'environment': { value: '<name>' },
  'format': { value: '<table, csv, json or html>', choices: FORMATS, default: 'table' },
  'output': { value: '<file>' },
  ...AWS_OPTIONS,
} satisfies OptionSpecs;
type Options = OptionValues<typeof OPTIONS>;

/** As the construct has them by default. */
const DEFAULTS = { timeZone: 'UTC', ledgerRetentionDays: '62', groupBy: ['team', 'purpose'], environmentName: 'production' } as const;

const SUMMARY = 'add the ledger up: who is charged what';

export const reportCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer report',
    summary: SUMMARY,
    usage: ['--stack <name> [options]', '--ledger-table <name> --budgets-table <name> [options]'],
    about: 'Reads the whole ledger with your AWS credentials, and writes what each principal, team, purpose and model cost: of the last closed month, if nothing else is asked for. '
      + 'The totals are those of the ledger to the last digit. It is the same report, byte by byte, as the one that "reports" of the construct has written every month. '
      + 'Reading a million rows costs about a cent.',
    options: [
      ['--month <yyyy-mm>', 'the month to report on'],
      ['--from, --to <day>', 'the first and the last day to report on, in place of a month; a single day with --from alone'],
      ['--stack <name>', 'the stack with the BedrockBudgeteer: tells everything that stands below'],
      ['--deployment <id>', 'which of several in the stack'],
      ['--ledger-table <name>', 'in place of a stack'],
      ['--budgets-table <name>', 'in place of a stack'],
      ['--time-zone <zone>', `in which the deployment counts days; ${DEFAULTS.timeZone} if no stack tells`],
      ['--ledger-retention-days', `after which rows expire; ${DEFAULTS.ledgerRetentionDays} if no stack tells`],
      ['--group-by <labels>', `by which the cost is shared out, with commas between them; ${DEFAULTS.groupBy.join(',')} if no stack tells`],
      ['--environment <name>', `stands in the report; ${DEFAULTS.environmentName} if no stack tells`],
      ['--format', 'table (the default, for reading), csv (a line for each day, principal and model), json, or html (a page that works offline)'],
      ['--output <file>', 'to write to, in place of standard output; what is in it is replaced once everything is there'],
      ['--region <region>', 'of the tables; or AWS_REGION, or that of the profile'],
      ['--profile <name>', 'whose credentials are used; or AWS_PROFILE'],
    ],
    examples: [
      'budgeteer report --stack spend --month 2026-11',
      'budgeteer report --stack spend --format html --output november.html',
      'budgeteer report --stack spend --from 2026-11-03 --to 2026-11-09 --format csv',
    ],
  }),
  run: report,
};

async function report(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, OPTIONS);
  // What can be refused without asking AWS, is; the region is asked for last.
  checkTables(options);
  const asOf = context.now();
  periodOf(options, asOf, options['time-zone'] ?? DEFAULTS.timeZone);
  const client = await clientSettings(options, context);
  const environment = options.stack === undefined ? {} : await deploymentOfStack(options.stack, options.deployment, client);
  const settings = settingsOf(options, environment);
  const tables = {
    ledgerTable: options['ledger-table'] ?? environment.LEDGER_TABLE ?? '',
    budgetsTable: options['budgets-table'] ?? environment.BUDGETS_TABLE ?? '',
  };
  const { stderr } = context;
  // A table is read in minutes: a log that nobody looks at needs nothing of it.
  const progress = new Progress(stderr, context.now, !('isTTY' in stderr && stderr.isTTY));
  const period = periodOf(options, asOf, settings.timeZone);
  const chargeback = await readReport(period, asOf, {
    ...client, ...tables, interrupted: context.interruption(), onProgress: rows => progress.tell(() => `${count(rows)} rows read`),
  }, settings).finally(() => progress.end());
  await write(textOf(chargeback, options.format), options.output, context);
  return ended(chargeback, options.format === 'table', context);
}

function checkTables(options: Options): void {
  const tables = [options['ledger-table'], options['budgets-table']].filter(table => table !== undefined);
  if (options.stack === undefined && tables.length < 2) {
    throw new UsageError('it is not said what to read: write --stack <name>, or --ledger-table <name> and --budgets-table <name>');
  }
  if (options.stack !== undefined && tables.length > 0) {
    throw new UsageError('--stack tells the tables: leave out --ledger-table and --budgets-table, or the stack');
  }
}

function periodOf({ month, from, to }: Options, asOf: number, timeZone: string): ReportPeriod {
  try {
    dayOf(asOf, timeZone);
  } catch {
    throw new UsageError(`"${timeZone.slice(0, 60)}" is no time zone: write it like Europe/Berlin`);
  }
  try {
    return reportPeriod({ month, from, to }, asOf, timeZone);
  } catch (error) {
    throw error instanceof ReportPeriodError ? new UsageError(error.message) : error;
  }
}

/** What was given comes before what the stack tells, and that before the defaults of the construct. */
function settingsOf(options: Options, environment: DeploymentEnvironment): ChargebackOptions {
  const days = options['ledger-retention-days'] ?? environment.LEDGER_RETENTION_DAYS ?? DEFAULTS.ledgerRetentionDays;
  if (!/^[1-9]\d{0,5}$/.test(days)) {
    throw new UsageError(`--ledger-retention-days cannot be "${days.slice(0, 40)}": write a whole number of 1 or more`);
  }
  const told: readonly string[] | undefined = environment.REPORTS_GROUP_BY === undefined ? undefined : JSON.parse(environment.REPORTS_GROUP_BY);
  return {
    deploymentId: options.deployment ?? environment.DEPLOYMENT_ID ?? options['ledger-table'] ?? '',
    environmentName: options.environment ?? environment.ENVIRONMENT_NAME ?? DEFAULTS.environmentName,
    timeZone: options['time-zone'] ?? environment.TIME_ZONE ?? DEFAULTS.timeZone,
    ledgerRetentionDays: Number(days),
    groupBy: options['group-by']?.split(',').map(label => label.trim()).filter(Boolean) ?? told ?? DEFAULTS.groupBy,
  };
}

function textOf(chargeback: Chargeback, format: string | undefined): string {
  return format === 'table'
    ? chargebackTable(chargeback)
    : reportText(chargeback, format as ReportFormat, page => renderReportPage(page, { chartsScript: readChartsScript() }));
}

async function write(text: string, output: string | undefined, context: CommandContext): Promise<void> {
  if (output !== undefined) {
    await toFile(output, file => new TextOutput(file).write(text));
    return;
  }
  try {
    await new TextOutput(context.stdout).write(text);
  } catch (error) {
    if (!(error instanceof OutputClosedError)) {
      throw error;
    }
  }
}

/** The table has its notes at its foot; beside the others they are told here, and a report that is known to be too low is told to the shell as well. */
async function ended(chargeback: Chargeback, hasNotes: boolean, context: CommandContext): Promise<ExitCode> {
  const { trust } = chargeback;
  await new TextOutput(context.stderr).write(hasNotes ? '' : trustNotes(chargeback).map(note => `budgeteer: ${note}\n`).join(''));
  return trust.unreadableRows > 0 || trust.expired ? ExitCode.INCOMPLETE : ExitCode.OK;
}
