import { Command, CommandContext, ExitCode } from '../command';
import { helpOf } from '../help';
import { OptionSpecs, readArguments } from '../options';
import { TextOutput } from '../text-output';
import { readBudget } from './answers';
import { principalIdOf } from './arguments/principal';
import { budgetDetails } from './budget-views';
import { jsonText } from './change-views';
import { connect, CONNECTION_HELP, CONNECTION_OPTIONS } from './connection';

const OPTIONS = {
  format: { value: '<table or json>', choices: ['table', 'json'], default: 'table' },
  ...CONNECTION_OPTIONS,
} satisfies OptionSpecs;

const SUMMARY = 'show one budget';

export const getCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer budget get',
    summary: SUMMARY,
    usage: ['<principal> [options]'],
    about: 'The principal is given by its id (iam-role/123456789012/report-writer) or its ARN.',
    options: [['--format', 'table (the default), or json for the answer as it is'], ...CONNECTION_HELP],
    examples: [
      'budgeteer budget get iam-user/123456789012/alice',
      'budgeteer budget get arn:aws:iam::123456789012:role/reports --format json',
    ],
  }),
  run: get,
};

async function get(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, OPTIONS, ['<principal>']);
  const principalId = principalIdOf(principal);
  const { client } = await connect(options, context);
  const answer = await client.read('getBudget', { principalId });
  const { budget } = readBudget(answer);
  await new TextOutput(context.stdout).write(options.format === 'json' ? jsonText(answer) : budgetDetails(budget));
  return ExitCode.OK;
}
