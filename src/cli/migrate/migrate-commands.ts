import { CommandGroup } from '../command';
import { entriesOf } from '../help';
import { migrateBudgetsCommand } from './budgets-command';
import { PREDECESSOR_HELP } from './predecessor-options';
import { migrateRestoreCommand } from './restore-command';
import { migrateSpendCommand } from './spend-command';

const COMMANDS = { budgets: migrateBudgetsCommand, spend: migrateSpendCommand, restore: migrateRestoreCommand };

const SUMMARY = 'come from the Python application bedrock-budgeteer';

/** The way from the predecessor: docs/migration.md. */
export const migrateCommands: CommandGroup = {
  summary: SUMMARY,
  help: [
    `budgeteer migrate: ${SUMMARY}`,
    '',
    '  budgeteer migrate <command> [options]',
    '',
    ...entriesOf(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary])),
    '',
    'Everywhere:',
    ...entriesOf([...PREDECESSOR_HELP, ['--help, -h', 'behind a command, its own text, with examples']]),
    '',
    'Ends with 0 if all went well, 1 if something did not or somebody has to look at',
    'something, 2 if the arguments are wrong or a yes is missing.',
    '',
  ].join('\n'),
  commands: COMMANDS,
};
