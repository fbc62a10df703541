import { CommandContext, ExitCode } from '../command';
import { OutputClosedError, TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { AdministrationClient, OperationArguments } from './administration-client';

/** The most that a page may hold. */
export const PAGE_SIZE = 100;

/** One page: its items as they were answered, and as they are read. */
export interface Page<T> {
  readonly raw: readonly unknown[];
  readonly items: readonly T[];
}

interface ReadPage<T> {
  readonly items: readonly T[];
  readonly nextToken?: string | null;
}

/** How the pages of an operation are asked for and read. */
export interface Paged<T> {
  readonly operation: 'listBudgets' | 'getHistory';
  /** The field of the answer that has the items. */
  readonly field: string;
  readonly read: (answer: unknown) => ReadPage<T>;
}

/** Asks for page after page, until there are no more, or enough. */
export async function* pagesOf<T>(client: AdministrationClient, paged: Paged<T>, args: OperationArguments, max = Infinity): AsyncGenerator<Page<T>> {
  const { operation, field, read } = paged;
  let left = max;
  let nextToken: string | null | undefined;
  do {
    const answer = await client.read(operation, { ...args, limit: Math.min(left, PAGE_SIZE), ...(nextToken ? { nextToken } : {}) });
    const page = read(answer);
    nextToken = page.nextToken;
    const items = page.items.slice(0, left);
    left -= items.length;
    yield { raw: (answer as Readonly<Record<string, readonly unknown[]>>)[field].slice(0, items.length), items };
  } while (nextToken && left > 0);
}

/** How pages are written; all texts end with a newline, or are empty. */
export interface PageFormat<T> {
  write(page: Page<T>): string | Promise<string>;
  /** @param count of all items */
  foot(count: number): string;
}

/** Writes pages as they come; what is read ends where nobody reads what is written. */
export async function writePages<T>(pages: AsyncIterable<Page<T>>, format: PageFormat<T>, { stdout }: CommandContext): Promise<ExitCode> {
  const output = new TextOutput(stdout);
  let count = 0;
  try {
    for await (const page of pages) {
      count += page.items.length;
      await output.write(await format.write(page));
    }
    await output.write(format.foot(count));
  } catch (error) {
    if (!(error instanceof OutputClosedError)) {
      throw error;
    }
  }
  return ExitCode.OK;
}

/** One JSON object a line. */
export class JsonPages implements PageFormat<unknown> {
  public write({ raw }: Page<unknown>): string {
    return raw.map(item => `${JSON.stringify(item)}\n`).join('');
  }

  public foot(): string {
    return '';
  }
}

/** @throws UsageError */
export function maxOf(text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text)) {
    throw new UsageError(`--max cannot be "${text.slice(0, 40)}": write a number of 1 or more, or leave it out for all`);
  }
  return text === undefined ? undefined : Number(text);
}
