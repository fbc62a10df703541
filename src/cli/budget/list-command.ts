import { PrincipalKindName } from '../../contract';
import { STATUSES } from '../../lambdas/core/budget';
import { Command, CommandContext, ExitCode } from '../command';
import { helpOf } from '../help';
import { OptionSpecs, OptionValues, readOptions } from '../options';
import { ListedBudget, readBudgets } from './answers';
import { percentOf } from './arguments/amounts';
import { BudgetTable } from './budget-views';
import { BudgetsCsv } from './budgets-csv';
import { connect, CONNECTION_HELP, CONNECTION_OPTIONS } from './connection';
import { JsonPages, maxOf, Page, Paged, PageFormat, pagesOf, writePages } from './pages';

const OPTIONS = {
  'kind': { value: '<kind>', choices: Object.values(PrincipalKindName) },
  'status': { value: '<status>', choices: STATUSES },
  'label': { value: '<key=value or key>' },
  'min-share': { value: '<percent>' },
  'max-share': { value: '<percent>' },
  'max': { value: '<number>' },
  'format': { value: '<table, json or csv>', choices: ['table', 'json', 'csv'], default: 'table' },
  ...CONNECTION_OPTIONS,
} satisfies OptionSpecs;

/** Pages of budgets. */
export const BUDGETS: Paged<ListedBudget> = {
  operation: 'listBudgets',
  field: 'budgets',
  read: answer => {
    const { budgets, nextToken } = readBudgets(answer);
    return { items: budgets, nextToken };
  },
};

const SUMMARY = 'show budgets, all or some';

export const listCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer budget list',
    summary: SUMMARY,
    usage: ['[options]'],
    about: 'Budgets are written as they come, page by page. All filters that are given must hold.',
    options: [
      ['--kind <kind>', Object.values(PrincipalKindName).join(', ')],
      ['--status <status>', STATUSES.join(', ')],
      ['--label <label>', 'team=data, or team for any value; an = in a name is written %3D'],
      ['--min-share <percent>', 'of a limit that is spent, at least'],
      ['--max-share <percent>', 'of a limit that is spent, at most'],
      ['--max <number>', 'so many budgets at most; all without it'],
      ['--format', 'table (the default; times in UTC), json (one object a line, with exact amounts), or csv (a row for each limit)'],
      ...CONNECTION_HELP,
    ],
    examples: [
      'budgeteer budget list --min-share 80',
      'budgeteer budget list --kind iam-role --label team=data --format csv',
      'budgeteer budget list --status suspended --format json | jq -r .principalId',
    ],
  }),
  run: list,
};

async function list(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, OPTIONS);
  const max = maxOf(options.max);
  const filters = filtersOf(options);
  const { client } = await connect(options, context);
  return writePages(pagesOf(client, BUDGETS, filters, max), formatOf(options.format), context);
}

function filtersOf({ kind, status, label, 'min-share': min, 'max-share': max }: OptionValues<typeof OPTIONS>) {
  return {
    kind,
    status,
    label,
    minSharePercent: min === undefined ? undefined : percentOf('--min-share', min),
    maxSharePercent: max === undefined ? undefined : percentOf('--max-share', max),
  };
}

function formatOf(format: string | undefined): PageFormat<ListedBudget> {
  switch (format) {
    case 'json': return new JsonPages();
    case 'csv': return new BudgetsCsv();
    default: return new TablePages();
  }
}

class TablePages implements PageFormat<ListedBudget> {
  private readonly table = new BudgetTable();

  public write({ items }: Page<ListedBudget>): string {
    return items.length > 0 ? this.table.write(items) : '';
  }

  public foot(count: number): string {
    return count === 0 ? 'no budgets\n' : '';
  }
}
