import { Command, CommandContext, ExitCode } from '../command';
import { helpOf } from '../help';
import { OptionSpecs, readArguments } from '../options';
import { GrowingTable } from '../table';
import { HistoryEvent, readHistory } from './answers';
import { principalIdOf } from './arguments/principal';
import { connect, CONNECTION_HELP, CONNECTION_OPTIONS } from './connection';
import { JsonPages, maxOf, Page, Paged, PageFormat, pagesOf, writePages } from './pages';
import { plain, shortTime } from './texts';

const OPTIONS = {
  max: { value: '<number>' },
  format: { value: '<table or json>', choices: ['table', 'json'], default: 'table' },
  ...CONNECTION_OPTIONS,
} satisfies OptionSpecs;

const HISTORY: Paged<HistoryEvent> = {
  operation: 'getHistory',
  field: 'events',
  read: answer => {
    const { events, nextToken } = readHistory(answer);
    return { items: events, nextToken };
  },
};

const SUMMARY = 'show what was decided and done, by whom';

export const historyCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer budget history',
    summary: SUMMARY,
    usage: ['<principal> [options]'],
    about: 'The newest event comes first. Events are written as they come, page by page.',
    options: [
      ['--max <number>', 'so many events at most; all without it'],
      ['--format', 'table (the default; times in UTC), or json: one event a line, with what was before and after'],
      ...CONNECTION_HELP,
    ],
    examples: [
      'budgeteer budget history iam-user/123456789012/alice --max 20',
      'budgeteer budget history iam-user/123456789012/alice --format json',
    ],
  }),
  run: history,
};

async function history(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, OPTIONS, ['<principal>']);
  const principalId = principalIdOf(principal);
  const max = maxOf(options.max);
  const { client } = await connect(options, context);
  return writePages(pagesOf(client, HISTORY, { principalId }, max), options.format === 'json' ? new JsonPages() : new EventPages(), context);
}

class EventPages implements PageFormat<HistoryEvent> {
  private readonly table = new GrowingTable([{ title: 'time (UTC)' }, { title: 'event' }, { title: 'by' }, { title: 'reason' }]);

  public write({ items }: Page<HistoryEvent>): string {
    return items.length > 0 ? this.table.write(items.map(cellsOf)) : '';
  }

  public foot(count: number): string {
    return count === 0 ? 'no events\n' : '';
  }
}

function cellsOf({ occurredAt, type, actor, reason }: HistoryEvent): readonly string[] {
  return [shortTime(typeof occurredAt === 'string' ? occurredAt : undefined), plain(type), plain(actor), plain(reason)];
}
