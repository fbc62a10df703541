import { Env, Handler } from '../../contract';
import { formatUsd } from '../../lambdas/core/money';
import { problemOf } from '../aws-clients';
import { YES_HELP, YES_OPTION } from '../budget/change';
import { connect, CONNECTION_OPTIONS } from '../budget/connection';
import { Command, CommandContext, ExitCode } from '../command';
import { confirmed, requireTerminal } from '../confirmation';
import { connectToInstance, INSTANCE_HELP, INSTANCE_OPTIONS } from '../dead-letters/connection';
import { namedFunctions } from '../dead-letters/deployment';
import { helpOf } from '../help';
import { OptionSpecs, readOptions } from '../options';
import { TextOutput } from '../text-output';
import { CarriedSpend, carriedSpend } from './carried-spend';
import { currentBudgets } from './current-budgets';
import { mapItems } from './mapping';
import { PREDECESSOR_HELP, PREDECESSOR_OPTIONS, readPredecessor } from './predecessor-options';
import { SpendRows } from './spend-rows';

const OPTIONS = { ...PREDECESSOR_OPTIONS, ...INSTANCE_OPTIONS, ...CONNECTION_OPTIONS, 'dry-run': {}, ...YES_OPTION } satisfies OptionSpecs;

const SUMMARY = 'take over what was spent in the running period';

export const migrateSpendCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer migrate spend',
    summary: SUMMARY,
    usage: ['--environment <name> [--dry-run] [options]'],
    about: 'Only where you trust the predecessor\'s figures: it counts other calls at other prices. Brings budgets that were taken over up to what the predecessor has counted in the '
      + 'running period, by a row in the ledger: what is metered here already is not added again, and a period is carried over once. Nobody is suspended by it: who would be is '
      + 'left alone. Shows all, and asks.',
    options: [
      ...PREDECESSOR_HELP,
      ['--dry-run', 'show what would be taken over, and change nothing'],
      YES_HELP,
      ['--url <url>', 'of budget-manager, or set BUDGETEER_URL'],
      ...INSTANCE_HELP,
    ],
    examples: ['budgeteer migrate spend --environment production --stack spend --dry-run'],
  }),
  run: carryOver,
};

async function carryOver(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, OPTIONS);
  const predecessor = await readPredecessor(options, context);
  const { readable } = await currentBudgets(await connect(options, context));
  const { instance, clients, credentials } = await connectToInstance(options, context);
  const verdicts = carriedSpend(mapItems(predecessor.items, { ...predecessor, autoCreated: true }), readable, context.now());
  const output = new TextOutput(context.stdout);
  for (const verdict of verdicts) {
    await output.write('carried' in verdict ? `+ ${lineOf(verdict.carried)}\n` : `  ${verdict.principalId}: nothing: ${verdict.why}\n`);
  }
  const spend = verdicts.flatMap(verdict => ('carried' in verdict ? [verdict.carried] : []));
  await output.write(`${spend.length} to carry over\n`);
  if (spend.length === 0 || options['dry-run'] !== undefined) {
    return ExitCode.OK;
  }
  const stderr = new TextOutput(context.stderr);
  if (options.yes === undefined) {
    requireTerminal('adding to the spend of people', context);
    await stderr.write(namedFunctions(instance));
    if (!await confirmed(`Adding to the spend of ${spend.length}: go on?`, context, context.interruption()).catch(() => false)) {
      await stderr.write('Nothing was changed.\n');
      return ExitCode.INCOMPLETE;
    }
  }
  const environment = instance.environmentOf(Handler.USAGE_METER);
  // DynamoDB does not say who writes; CloudTrail tells whose key it is.
  const by = `access key ${(await credentials()).accessKeyId}`;
  const rows = new SpendRows(clients.dynamoDb, {
    ledgerTable: environment(Env.LEDGER_TABLE),
    budgetsTable: environment(Env.BUDGETS_TABLE),
    timeZone: environment(Env.TIME_ZONE),
    retentionDays: Number(environment(Env.LEDGER_RETENTION_DAYS)),
    by,
  });
  let failed = 0;
  for (const one of spend) {
    try {
      await output.write(`${lineOf(one)} ${await rows.write(one, context.now()) ? 'carried over' : 'not: this period was carried over before'}\n`);
    } catch (error) {
      failed += 1;
      await output.write(`${lineOf(one)} not: ${problemOf(error)}\n`);
    }
  }
  return failed === 0 ? ExitCode.OK : ExitCode.INCOMPLETE;
}

function lineOf({ principalId, amount, periodStart }: CarriedSpend): string {
  return `${principalId}: $${formatUsd(amount)} spent since ${periodStart}`;
}
