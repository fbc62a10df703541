import { AWS_HELP, clientSettings } from '../aws-clients';
import { CommandContext } from '../command';
import { CommandFailure } from '../command-failure';
import { HelpEntry } from '../help';
import { OptionSpecs, OptionValues } from '../options';
import { regionOf } from '../region';
import { UsageError } from '../usage-error';
import { NoItem, PredecessorItem } from './items';
import { budgetTables } from './predecessor';
import { Found, readFile, readTable, TableFound } from './sources';

/** Where the predecessor's items are. */
export const PREDECESSOR_OPTIONS = {
  environment: { value: '<name>' },
  table: { value: '<name>', repeatable: true },
  file: { value: '<path>', repeatable: true },
  account: { value: '<account>' },
} satisfies OptionSpecs;

export const PREDECESSOR_HELP: readonly HelpEntry[] = [
  ['--environment <name>', 'of the predecessor, such as production: reads its tables bedrock-budgeteer-<name>-user-budgets and, where it is there, '
    + 'bedrock-budgeteer-<name>-agentcore-budgets'],
  ['--table <name>', 'a table of it by its own name, as often as there are tables'],
  ['--file <path>', 'what "aws dynamodb scan --output json" wrote of a table, or - for standard input, as often as there are files'],
  ['--account <account>', 'of the predecessor; a table tells it, a file does not'],
];

const REGION_HELP: HelpEntry = ['--region <region>', 'of the predecessor; or AWS_REGION, or that of the profile'];

/** With the caller's profile, and the region of the predecessor. */
export const AWS_OF_PREDECESSOR_HELP: readonly HelpEntry[] = [REGION_HELP, ...AWS_HELP.filter(([option]) => option.startsWith('--profile'))];

type Values = OptionValues<typeof PREDECESSOR_OPTIONS & { readonly region: { readonly value: '<region>' }; readonly profile: { readonly value: '<name>' } }>;

/** Everything that was found, and whose it is. */
export interface Predecessor {
  readonly items: readonly PredecessorItem[];
  readonly unread: readonly NoItem[];
  readonly account: string;
  readonly region?: string;
}

const ACCOUNT = /^\d{12}$/;

/** @throws UsageError, CommandFailure */
export async function readPredecessor(options: Values, context: CommandContext): Promise<Predecessor> {
  const { environment, table = [], file = [], account } = options;
  if (environment === undefined && table.length === 0 && file.length === 0) {
    throw new UsageError('nothing tells where the predecessor\'s budgets are: write --environment <name>, --table <name> or --file <path>');
  }
  if (account !== undefined && !ACCOUNT.test(account)) {
    throw new UsageError(`--account "${account}" is no account: it has twelve digits`);
  }
  const tables = environment === undefined && table.length === 0 ? [] : await tablesOf(environment, table, options, context);
  const files: Found[] = [];
  for (const path of file) {
    files.push(await readFile(path, context.stdin));
  }
  const accounts = [...new Set([...tables.map(found => found.account), ...(account === undefined ? [] : [account])])];
  if (accounts.length !== 1) {
    throw new UsageError(accounts.length === 0
      ? 'a file does not tell whose it is: write --account <account>, the twelve digits of the account in which the predecessor is'
      : `the tables and --account are of several accounts (${accounts.join(', ')}): take over one after the other`);
  }
  const found = [...tables, ...files];
  const region = tables[0]?.region ?? await regionOf(options, context);
  return {
    items: found.flatMap(({ items }) => items),
    unread: found.flatMap(({ unread }) => unread),
    account: accounts[0],
    ...(region === undefined ? {} : { region }),
  };
}

async function tablesOf(environment: string | undefined, names: readonly string[], options: Values, context: CommandContext): Promise<readonly TableFound[]> {
  const settings = await clientSettings(options, context);
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(settings);
  const found: TableFound[] = [];
  const { keys, runtimes } = environment === undefined ? { keys: undefined, runtimes: undefined } : budgetTables(environment);
  for (const name of new Set([...(keys === undefined ? [] : [keys, runtimes]), ...names])) {
    const one = await readTable(client, name);
    if (one) {
      found.push(one);
    } else if (name !== runtimes) {
      throw new CommandFailure(`there is no table "${name}" in ${settings.region}: are the name, the region and the credentials right?`);
    }
  }
  return found;
}
