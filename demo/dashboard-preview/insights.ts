/**
 * As much of CloudWatch Logs Insights as the queries of the dashboard use: `filter`, `fields`, `stats`, `sort` and `limit`. What is not understood is an error,
 * so that a query cannot pass by being skipped.
 */
export type Line = Readonly<Record<string, unknown>>;

/** Thrown for what is not understood. */
export class QueryError extends Error {
  public readonly name = 'QueryError';
}

export function runQuery(query: string, lines: readonly Line[]): readonly Line[] {
  return splitOutside(query, '|').map(command => command.trim()).filter(Boolean).reduce<readonly Line[]>((rows, command) => {
    const [, verb, rest] = /^(\w+)\s+(.*)$/s.exec(command) ?? [];
    const run = COMMANDS[verb];
    if (!run) {
      throw new QueryError(`not understood: ${command}`);
    }
    return run(rest, rows);
  }, lines);
}

const COMMANDS: Readonly<Record<string, (rest: string, rows: readonly Line[]) => readonly Line[]>> = {
  // which log groups: those whose lines are given
  SOURCE: (_, rows) => rows,
  filter: filter_,
  fields: (rest, rows) => {
    const named = splitOutside(rest, ',').map(aliased);
    return rows.map(row => ({ ...row, ...Object.fromEntries(named.map(({ expression, name }) => [name, row[unquoted(expression)]])) }));
  },
  stats,
  sort: (rest, rows) => {
    const [, field, direction] = /^(`[^`]+`|\S+)\s+(asc|desc)$/.exec(rest.trim()) ?? [];
    if (!field) {
      throw new QueryError(`not understood: sort ${rest}`);
    }
    const sign = direction === 'asc' ? 1 : -1;
    return [...rows].sort((a, b) => sign * compare(a[unquoted(field)], b[unquoted(field)]));
  },
  limit: (rest, rows) => rows.slice(0, Number(rest)),
};

function filter_(rest: string, rows: readonly Line[]): readonly Line[] {
  const [, equals, text] = /^(\w+) = "([^"]*)"$/.exec(rest) ?? [];
  if (equals) {
    return rows.filter(row => row[equals] === text);
  }
  const [, within, list] = /^(\w+) in (\[.*\])$/.exec(rest) ?? [];
  if (within) {
    const allowed = JSON.parse(list) as readonly unknown[];
    return rows.filter(row => allowed.includes(row[within]));
  }
  throw new QueryError(`not understood: filter ${rest}`);
}

function stats(rest: string, rows: readonly Line[]): readonly Line[] {
  const [, aggregates, by] = /^(.*) by (\w+)$/s.exec(rest) ?? [];
  if (!by) {
    throw new QueryError(`not understood: stats ${rest}`);
  }
  const columns = splitOutside(aggregates, ',').map(aliased).map(({ expression, name }) => {
    const [, fn, field] = /^(sum|latest)\((\w+)\)$/.exec(expression) ?? [];
    if (!fn) {
      throw new QueryError(`not understood: ${expression}`);
    }
    return { fn, field, name };
  });
  const groups = new Map<unknown, Line[]>();
  rows.forEach(row => groups.set(row[by], [...groups.get(row[by]) ?? [], row]));
  return [...groups].map(([key, group]) => {
    const byTime = [...group].sort((a, b) => compare(a.timestamp, b.timestamp));
    return {
      [by]: key,
      ...Object.fromEntries(columns.map(({ fn, field, name }) => [
        name, fn === 'sum' ? group.reduce((sum, row) => sum + Number(row[field] ?? 0), 0) : byTime.at(-1)![field],
      ])),
    };
  });
}

function aliased(text: string): { readonly expression: string; readonly name: string } {
  const [, expression, name] = /^(.+?) as (`[^`]+`|\w+)$/.exec(text.trim()) ?? [];
  if (!expression) {
    throw new QueryError(`without a name: ${text}`);
  }
  return { expression, name: unquoted(name) };
}

function unquoted(name: string): string {
  return name.replaceAll('`', '');
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return a - b;
  }
  return String(a ?? '') < String(b ?? '') ? -1 : Number(String(a ?? '') > String(b ?? ''));
}

/** Splits where the separator stands outside of quotes, backticks and brackets. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote) {
      quote = character === quote ? '' : quote;
    } else if ('"\'`'.includes(character)) {
      quote = character;
    } else {
      depth += Number('([{'.includes(character)) - Number(')]}'.includes(character));
    }
    if (character === separator && depth === 0 && !quote) {
      parts.push('');
    } else {
      parts[parts.length - 1] += character;
    }
  }
  return parts;
}
