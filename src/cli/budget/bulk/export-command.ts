import { Command, CommandContext, ExitCode } from '../../command';
import { CommandFailure } from '../../command-failure';
import { helpOf } from '../../help';
import { OptionSpecs, readOptions } from '../../options';
import { toFile } from '../../output-file';
import { BudgetAnswer, ListedBudget, UnreadableAnswer } from '../answers';
import { connect, CONNECTION_HELP, CONNECTION_OPTIONS } from '../connection';
import { BUDGETS } from '../list-command';
import { Page, pagesOf, writePages } from '../pages';
import { isUnreadable, unreadableText } from '../unreadable';
import { hasOrders } from './orders';
import { OrdersCsv, ORDER_COLUMNS } from './orders-csv';
import { OrdersJson } from './orders-json';

const OPTIONS = {
  format: { value: '<csv or json>', choices: ['csv', 'json'], default: 'csv' },
  output: { value: '<file>' },
  ...CONNECTION_OPTIONS,
} satisfies OptionSpecs;

const SUMMARY = 'write what was ordered for all principals, for import';

export const exportCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer budget export',
    summary: SUMMARY,
    usage: ['[--format csv|json] [--output <file>] [options]'],
    about: `Writes limits, thresholds, enforcement and labels of every principal that has limits or thresholds of its own; the columns are ${ORDER_COLUMNS.join(', ')}. `
      + 'What ends some day (top-ups, exemptions, suspensions) is no part of it. Cells that a spreadsheet would take for a formula begin with an apostrophe, '
      + 'which the import takes off.',
    options: [
      ['--format', 'csv (the default) or json'],
      ['--output <file>', 'to write to, in place of standard output; what is in it is replaced once everything is there'],
      ...CONNECTION_HELP,
    ],
    examples: ['budgeteer budget export --output budgets.csv', 'budgeteer budget export --format json | jq .'],
  }),
  run: exportOrders,
};

async function exportOrders(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, OPTIONS);
  const { client } = await connect(options, context);
  const unreadable: UnreadableAnswer[] = [];
  const pages = withOrders(pagesOf(client, BUDGETS, {}), unreadable);
  const format = options.format === 'json' ? new OrdersJson() : new OrdersCsv();
  const code = options.output === undefined
    ? await writePages(pages, format, context)
    : await toFile(options.output, stdout => writePages(pages, format, { ...context, stdout }));
  if (unreadable.length > 0) {
    // Pruning would take away what they hold, once they are mended.
    throw new CommandFailure(unreadableText(unreadable, 'is not in the export, so do not import it with --prune', 'are not in the export, so do not import it with --prune'));
  }
  return code;
}

/** @param unreadable takes up those that cannot be read */
async function* withOrders(pages: AsyncIterable<Page<ListedBudget>>, unreadable: UnreadableAnswer[]): AsyncGenerator<Page<BudgetAnswer>> {
  for await (const { raw, items } of pages) {
    unreadable.push(...items.filter(isUnreadable));
    yield { raw, items: items.filter((item): item is BudgetAnswer => !isUnreadable(item) && hasOrders(item)) };
  }
}
