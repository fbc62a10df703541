import { CommandGroup } from '../command';
import { INSTANCE_HELP } from '../dead-letters/connection';
import { entriesOf } from '../help';
import { checkCommand } from './check-command';
import { rebuildCommand } from './rebuild-command';

const COMMANDS = { check: checkCommand, rebuild: rebuildCommand };

const SUMMARY = 'compare budgets with the ledger, and make good what they lost';

/** What an operator does where the Budgets table was damaged: docs/emergencies.md. */
export const ledgerCommands: CommandGroup = {
  summary: SUMMARY,
  help: [
    `budgeteer ledger: ${SUMMARY}`,
    '',
    '  budgeteer ledger <command> [options]',
    '',
    ...entriesOf(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary])),
    '',
    'Everywhere:',
    ...entriesOf([...INSTANCE_HELP, ['--help, -h', 'behind a command, its own text, with examples']]),
    '',
    'Ends with 0 if all agrees or was made good, 1 if something differs or did not',
    'work, 2 if the arguments are wrong or a yes is missing.',
    '',
  ].join('\n'),
  commands: COMMANDS,
};
