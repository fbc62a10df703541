import { Command, CommandContext, ExitCode } from '../../command';
import { CommandFailure } from '../../command-failure';
import { requireTerminal } from '../../confirmation';
import { helpOf } from '../../help';
import { BrokenInputError, openInput } from '../../input';
import { OptionSpecs, readArguments } from '../../options';
import { TextOutput } from '../../text-output';
import { UsageError } from '../../usage-error';
import { BudgetAnswer, UnreadableAnswer } from '../answers';
import { confirmedOrStopped, YES_HELP, YES_OPTION } from '../change';
import { connect, Connection, CONNECTION_HELP, CONNECTION_OPTIONS } from '../connection';
import { BUDGETS } from '../list-command';
import { pagesOf } from '../pages';
import { isUnreadable, unreadableText } from '../unreadable';
import { Applied, apply } from './apply';
import { digestOf } from './digest';
import { PlacedRow, readRows } from './ordered-rows';
import { ORDER_COLUMNS } from './orders-csv';
import { Plan, planOf } from './plan';
import { countsText, planText } from './plan-text';

const OPTIONS = {
  'dry-run': {},
  'prune': {},
  'reason': { value: '<text>' },
  ...YES_OPTION,
  ...CONNECTION_OPTIONS,
} satisfies OptionSpecs;

/** Some hundred thousand rows. */
const MAX_BYTES = 64 * 1024 * 1024;

const SUMMARY = 'order everything as a file has it';

export const importCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer budget import',
    summary: SUMMARY,
    usage: ['<file> [--dry-run] [--prune] [--yes] [options]', '- --yes [options]'],
    about: `Takes what "budgeteer budget export" writes, CSV or JSON; the columns are ${ORDER_COLUMNS.join(', ')}. Only principalId must be there: columns that are left out `
      + 'stay as they are, and empty cells mean none of its own. Limits are written as "100/month; 10/day", labels as "team=data; purpose=reports". Shows what is '
      + 'different from what is there, asks, and makes the changes one by one. A budget that somebody changes meanwhile stays as it is and is told of. '
      + 'Nothing is sent while a row is wrong.',
    options: [
      ['--dry-run', 'show what is different, and change nothing'],
      ['--prune', 'take limits and thresholds of principals away that are not in the file'],
      ['--reason <text>', 'why, for the history'],
      YES_HELP,
      ...CONNECTION_HELP,
    ],
    examples: ['budgeteer budget import budgets.csv --dry-run', 'budgeteer budget import budgets.csv --prune --yes --reason "budgets of 2027"'],
  }),
  run: importOrders,
};

async function importOrders(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [path] } = readArguments(args, OPTIONS, ['<file>']);
  const text = await textOf(path, context);
  const { rows, problems } = await readRows(text);
  refuse(path, problems);
  const prune = options.prune !== undefined;
  const connection = await connect(options, context);
  const { budgets, unreadable } = await currentBudgets(connection, rows, prune);
  const broken = new Set(unreadable.map(({ principalId }) => principalId));
  const plan = planOf(rows.filter(({ row }) => !broken.has(row.principalId)), budgets, prune);
  refuse(path, plan.problems);
  if (rows.length === 0 && plan.changes.length > 0) {
    // More often a file that was cut off than what somebody wants.
    throw new UsageError(`"${path}" has no rows, and --prune would take everybody's limits away: take single budgets away by "budgeteer budget remove"`);
  }
  const output = new TextOutput(context.stdout);
  await output.write(planText(plan));
  if (unreadable.length > 0) {
    await new TextOutput(context.stderr).write(`${unreadableText(unreadable, 'stays as it is', 'stay as they are')}\n`);
  }
  const code = unreadable.length > 0 ? ExitCode.INCOMPLETE : ExitCode.OK;
  if (plan.changes.length === 0 || options['dry-run'] !== undefined) {
    return code;
  }
  if (options.yes === undefined && !await confirmedPlan(plan, context, connection)) {
    await new TextOutput(context.stderr).write('Nothing was changed.\n');
    return ExitCode.INCOMPLETE;
  }
  const applied = await apply(plan.changes, await digestOf(text), options.reason, connection.client);
  await output.write(`done: ${countsText(applied.done)}\n`);
  failWhereIncomplete(applied);
  return code;
}

async function textOf(path: string, { stdin }: CommandContext): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of await openInput(path, stdin)) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) {
        throw new UsageError(`"${path}" has more than ${MAX_BYTES / 1024 / 1024} MB: divide it, and import its parts without --prune`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof BrokenInputError ? new CommandFailure(error.message, { cause: error }) : error;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(path: string, problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new UsageError(`"${path}" cannot be imported, and nothing was changed:\n${problems.map(problem => `  ${problem}`).join('\n')}`);
  }
}

/** What is there, as far as it matters. */
interface Current {
  readonly budgets: ReadonlyMap<string, BudgetAnswer>;
  readonly unreadable: readonly UnreadableAnswer[];
}

/** All budgets, since asking for each would be a request for each; only those that matter are kept. */
async function currentBudgets({ client }: Connection, rows: readonly PlacedRow[], all: boolean): Promise<Current> {
  const named = new Set(rows.map(({ row }) => row.principalId));
  const budgets = new Map<string, BudgetAnswer>();
  const unreadable: UnreadableAnswer[] = [];
  for await (const { items } of pagesOf(client, BUDGETS, {})) {
    for (const budget of items.filter(({ principalId }) => all || named.has(principalId))) {
      if (isUnreadable(budget)) {
        unreadable.push(budget);
      } else {
        budgets.set(budget.principalId, budget);
      }
    }
  }
  return { budgets, unreadable };
}

async function confirmedPlan({ changes }: Plan, context: CommandContext, { interrupted }: Connection): Promise<boolean> {
  const effect = `changing ${changes.length} ${changes.length === 1 ? 'budget' : 'budgets'} (${countsText(changes)})`;
  requireTerminal(effect, context);
  return confirmedOrStopped(`C${effect.slice(1)}: go on?`, context, interrupted);
}

function failWhereIncomplete({ failed, left, stopped }: Applied): void {
  if (failed.length > 0 || left.length > 0) {
    throw new CommandFailure([
      `${failed.length} failed${left.length > 0 ? `, ${left.length} not tried (${stopped})` : ''}; import the file again for what is missing`,
      ...failed.map(({ change: { place, principalId }, message }) => `  ${place}: ${principalId}: ${message}`),
    ].join('\n'));
  }
}
