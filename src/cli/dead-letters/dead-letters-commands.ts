import { CommandGroup } from '../command';
import { entriesOf } from '../help';
import { INSTANCE_HELP } from './connection';
import { listCommand } from './list-command';
import { replayCommand } from './replay-command';

const COMMANDS = { list: listCommand, replay: replayCommand };

const SUMMARY = 'see what could not be processed, and do it again';

/** What an operator does after the cause of a failure is mended: docs/emergencies.md. */
export const deadLettersCommands: CommandGroup = {
  summary: SUMMARY,
  help: [
    `budgeteer dead-letters: ${SUMMARY}`,
    '',
    '  budgeteer dead-letters <command> [options]',
    '',
    ...entriesOf(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary])),
    '',
    'Everywhere:',
    ...entriesOf([...INSTANCE_HELP, ['--help, -h', 'behind a command, its own text, with examples']]),
    '',
    'Ends with 0 if all went well, 1 if something did not or was left, 2 if the',
    'arguments are wrong or a yes is missing. Ctrl-C stops between messages.',
    '',
  ].join('\n'),
  commands: COMMANDS,
};
