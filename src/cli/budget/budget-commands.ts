import { CommandGroup } from '../command';
import { entriesOf } from '../help';
import { endExemptionCommand, exemptCommand, topUpCommand } from './allowance-commands';
import { exportCommand } from './bulk/export-command';
import { importCommand } from './bulk/import-command';
import { CONNECTION_HELP } from './connection';
import { getCommand } from './get-command';
import { historyCommand } from './history-command';
import { removeCommand, setCommand, thresholdsCommand } from './limits-commands';
import { listCommand } from './list-command';
import { restoreCommand, suspendCommand } from './suspension-commands';

const COMMANDS = {
  'get': getCommand,
  'list': listCommand,
  'set': setCommand,
  'remove': removeCommand,
  'top-up': topUpCommand,
  'exempt': exemptCommand,
  'end-exemption': endExemptionCommand,
  'suspend': suspendCommand,
  'restore': restoreCommand,
  'thresholds': thresholdsCommand,
  'history': historyCommand,
  'export': exportCommand,
  'import': importCommand,
};

const SUMMARY = 'look at budgets, and change them';

/** Administration from a terminal. */
export const budgetCommands: CommandGroup = {
  summary: SUMMARY,
  help: [
    `budgeteer budget: ${SUMMARY}`,
    '',
    '  budgeteer budget <command> [options]',
    '',
    ...entriesOf(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary])),
    '',
    'Principals are given by their ids or ARNs:',
    '  iam-user/<account>/<name>, iam-role/<account>/<name>,',
    '  agent-runtime/<account>/<region>/<id>, agent-role/<account>/<region>/<role>,',
    '  federated-user/<account>/<name>, root/<account>',
    '',
    'Everywhere:',
    ...entriesOf([...CONNECTION_HELP, ['--help, -h', 'behind a command, its own text, with examples']]),
    '',
    'Ends with 0 if all went well, 1 if something did not, 2 if the arguments are',
    'wrong or a yes is missing. Ctrl-C stops between requests.',
    '',
    'Examples:',
    '  export BUDGETEER_URL=https://<id>.lambda-url.<region>.on.aws/',
    '  budgeteer budget list --min-share 80',
    '  budgeteer budget set iam-user/123456789012/alice --limit 100/month',
    '  budgeteer budget suspend --help',
    '',
  ].join('\n'),
  commands: COMMANDS,
};
