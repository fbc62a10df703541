import { Command, CommandContext, ExitCode } from '../command';
import { INSTANCE_HELP } from '../dead-letters/connection';
import { helpOf } from '../help';
import { readOptions } from '../options';
import { compareInstance, COMPARISON_OPTIONS, showComparison } from './comparison';

const SUMMARY = 'say where budgets and the ledger differ';

export const checkCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer ledger check',
    summary: SUMMARY,
    usage: ['[options]'],
    about: 'Adds up the rows of the ledger by principal and day, and compares the sums with the budgets, to the last digit. Days of which the ledger has forgotten '
      + 'rows already are left out. The system may go on charging meanwhile. Reads the whole ledger, which costs read capacity: twice where something differs.',
    options: [['--format', 'table (the default), or json'], ...INSTANCE_HELP],
    examples: ['budgeteer ledger check --stack spend --region eu-central-1'],
  }),
  run: check,
};

async function check(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, COMPARISON_OPTIONS);
  const compared = await compareInstance(options, context);
  await showComparison(compared, options.format!, context);
  const { differences, undecided } = compared.comparison;
  return differences.length + undecided.length === 0 ? ExitCode.OK : ExitCode.INCOMPLETE;
}
