import { drawDashboard, Widget } from '../../demo/dashboard-preview/draw';
import { Line, runQuery } from '../../demo/dashboard-preview/insights';
import { madeLines } from '../../demo/dashboard-preview/made-data';
import { Handler, METRIC_NAMESPACE } from '../../src/contract';
import { SWITCHED_ON } from '../everything';
import { SynthesizedBudgeteer, synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { handlersAtWork } from './emitted-metrics';
import { isKnownToAws, sameMetric, WatchedMetric } from './watched-metrics';

/** CloudWatch's limits of a dashboard. */
const MAX_WIDGETS = 500;
const MAX_METRICS_OF_WIDGET = 500;
const MAX_METRICS = 2_500;
const MAX_ALARMS_OF_WIDGET = 100;

const everything = synthesizedBudgeteer(SWITCHED_ON);
const byDefault = synthesizedBudgeteer();
const BOTH = [['by default', byDefault], ['with everything', everything]] as const;

function widgetsOf({ stack }: SynthesizedBudgeteer): readonly Widget[] {
  return bodyOf(stack).widgets;
}

function bodyOf(stack: SynthesizedBudgeteer['stack']): { readonly widgets: readonly Widget[]; readonly start: string; readonly periodOverride: string } {
  return JSON.parse(stack.resources('AWS::CloudWatch::Dashboard')[0].properties.DashboardBody);
}

/** An entry of a widget's metrics: a metric with its options, or an expression. */
interface Entry {
  readonly id?: string;
  readonly label?: string;
  readonly period?: number;
  readonly expression?: string;
  readonly metric?: WatchedMetric;
}

function entriesOf({ properties: { metrics = [] } }: Widget): readonly Entry[] {
  return (metrics as any[][]).map(parts => {
    const options = typeof parts.at(-1) === 'object' ? parts.at(-1) : {};
    const [namespace, name, ...dimensions] = parts.filter(part => typeof part === 'string');
    const pairs = dimensions.flatMap((key, index) => (index % 2 === 0 ? [[key, dimensions[index + 1]]] : []));
    return { ...options, ...(namespace ? { metric: { namespace, name, dimensions: Object.fromEntries(pairs) } } : {}) };
  });
}

let atWork: Awaited<ReturnType<typeof handlersAtWork>>;
beforeAll(async () => {
  atWork = await handlersAtWork(everything);
});

describe.each(BOTH)('the layout %s', (_, synthesized) => {
  const widgets = widgetsOf(synthesized);

  test('fits the grid, and no widget covers another', () => {
    const taken = new Map<string, string>();
    for (const { x, y, width, height, properties: { title, markdown } } of widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column += 1) {
        for (let row = y; row < y + height; row += 1) {
          expect({ cell: `${column}/${row}`, takenBy: taken.get(`${column}/${row}`) }).toEqual({ cell: `${column}/${row}`, takenBy: undefined });
          taken.set(`${column}/${row}`, title ?? markdown);
        }
      }
    }
  });

  test('stays below the limits of CloudWatch', () => {
    const metrics = widgets.map(widget => entriesOf(widget).filter(({ metric }) => metric).length);
    expect(widgets.length).toBeLessThanOrEqual(MAX_WIDGETS);
    expect(Math.max(...metrics)).toBeLessThanOrEqual(MAX_METRICS_OF_WIDGET);
    expect(metrics.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MAX_METRICS);
    for (const { properties: { alarms = [] } } of widgets) {
      expect(alarms.length).toBeLessThanOrEqual(MAX_ALARMS_OF_WIDGET);
    }
  });

  test('has a title on everything, none twice, and says in which unit and from where an axis begins', () => {
    const titled = widgets.filter(({ type }) => type !== 'text');
    expect(titled.filter(({ properties: { title } }) => !title)).toEqual([]);
    expect(new Set(titled.map(({ properties: { title } }) => title)).size).toBe(titled.length);
    for (const { properties: { view, yAxis, title } } of widgets.filter(({ type }) => type === 'metric')) {
      expect({ title, axis: view === 'singleValue' ? undefined : yAxis }).toEqual({
        title, axis: view === 'singleValue' ? undefined : { left: { label: expect.stringMatching(/\w/), showUnits: false, min: 0 } },
      });
    }
  });

  test('answers the questions in their order', () => {
    expect(widgets.filter(({ type }) => type === 'text').map(({ properties: { markdown } }) => markdown.split('\n')[0])).toEqual([
      '# Bedrock budgets, production', '## What are we spending?', '## Who is close to a limit, or over it?', '## Who is suspended, and why?',
      '## How fast is spend stopped, and how much slips past?', '## Is metering healthy?', '## What does this system itself cost?',
    ]);
  });

  test('names everything in words', () => {
    const labels = widgets.flatMap(widget => entriesOf(widget)).filter(entry => !('visible' in entry) && !('hidden' in entry));
    expect(labels.filter(({ label }) => !label || /^[A-Z]\w*[a-z][A-Z]\w*$/.test(label))).toEqual([]);
  });
});

describe.each(BOTH)('the metrics %s', (_, synthesized) => {
  const entries = () => widgetsOf(synthesized).flatMap(entriesOf);

  test('of our own are emitted by a handler', () => {
    const own = entries().flatMap(({ metric }) => (metric?.namespace === METRIC_NAMESPACE ? [metric] : []));
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter(watched => !atWork.emitted.some(metric => sameMetric(metric, watched)))).toEqual([]);
  });

  test('of AWS are metrics that it has, of resources of this template', () => {
    const foreign = entries().flatMap(({ metric }) => (metric && metric.namespace !== METRIC_NAMESPACE ? [metric] : []));
    expect(foreign.length).toBeGreaterThan(20);
    expect(foreign.filter(metric => !isKnownToAws(metric, synthesized.stack))).toEqual([]);
  });

  test('of an expression are there, each under one id, and nothing else is summed up with them', () => {
    for (const widget of widgetsOf(synthesized)) {
      const ids = entriesOf(widget).flatMap(({ id }) => id ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { expression = '' } of entriesOf(widget)) {
        // `METRICS("x")` means every id with an x anywhere in it
        const groups = [...expression.matchAll(/METRICS\("(\w+)"\)/g)].map(([, part]) => ids.filter(id => id.includes(part)));
        expect(groups.filter(group => group.length === 0)).toEqual([]);
        expect(groups.flat().length).toBe(new Set(groups.flat()).size);
        const named = expression.replaceAll(/"\w+"/g, '').match(/\b[a-z]\w*/g) ?? [];
        expect(named.filter(id => !ids.includes(id))).toEqual([]);
        // metric math has no exponents
        expect(expression).not.toMatch(/\de-?\d/);
      }
    }
  });

  test('told as one value over a range have no period of their own', () => {
    const overRange = widgetsOf(synthesized).filter(({ properties: { setPeriodToTimeRange: whole } }) => whole);
    expect(overRange.length).toBeGreaterThan(8);
    for (const widget of overRange) {
      expect(widget.properties.start).toMatch(/^-P/);
      expect(entriesOf(widget).filter(({ period }) => period !== undefined)).toEqual([]);
    }
  });
});

describe('the estimate of what the system costs', () => {
  test('has every function, table, index and log once', () => {
    const [widget] = widgetsOf(everything).filter(({ properties: { title } }) => title === 'For a million calls');
    const named = (name: string, dimension: string) => (
      entriesOf(widget).flatMap(({ metric }) => (metric?.name === name ? [metric.dimensions[dimension]] : [])).sort()
    );
    // the function that declares budgets comes with the first of them, which is after the dashboard was made
    const all = everything.stack.resources('AWS::Lambda::Function').map(fn => everything.stack.attribute(fn, 'Ref'));
    const functions = all.filter(name => !name.includes('BudgetsHandler'));
    expect(named('Invocations', 'FunctionName')).toEqual(functions.sort());
    expect(named('Duration', 'FunctionName')).toEqual(functions.sort());
    const tables = everything.stack.resources('AWS::DynamoDB::Table');
    const parts = tables.flatMap(table => [undefined, ...(table.properties.GlobalSecondaryIndexes ?? [])].map(() => everything.stack.attribute(table, 'Ref')));
    expect(named('ConsumedWriteCapacityUnits', 'TableName')).toEqual(parts.sort());
  });
});

describe('the tables', () => {
  const tables = () => widgetsOf(everything).filter(({ type }) => type === 'log').map(({ properties }) => properties as { readonly title: string; readonly query: string });
  const queryOf = (title: string) => tables().find(table => table.title.startsWith(title))!.query;
  const sources = (query: string) => [...query.matchAll(/SOURCE '([^']+)'/g)].map(([, group]) => group);

  test('read the logs of the functions that write their lines', () => {
    const logOf = (handler: Handler) => {
      const { stack } = everything;
      return stack.resources('AWS::Lambda::Function').filter(({ properties }) => properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === handler)
        .map(({ properties }) => properties.LoggingConfig.LogGroup)[0];
    };
    expect(tables().map(({ query }) => sources(query))).toEqual([
      [logOf(Handler.USAGE_METER)], [logOf(Handler.USAGE_METER)],
      [logOf(Handler.BUDGET_EVALUATOR), logOf(Handler.BUDGET_MONITOR)], [logOf(Handler.BUDGET_EVALUATOR), logOf(Handler.BUDGET_MONITOR)],
    ]);
  });

  test('use fields alone that the handlers really write', () => {
    for (const { query } of tables()) {
      const [, message] = /message = "(\w+)"/.exec(query)!;
      const lines = atWork.logged.filter(({ line }) => line.message === message);
      const writers = new Set(lines.map(({ handler }) => handler));
      expect([...writers].sort()).toEqual(message === 'charged' ? [Handler.USAGE_METER] : [Handler.BUDGET_EVALUATOR, Handler.BUDGET_MONITOR]);
      const fields = [...query.matchAll(/(?:sum|latest)\((\w+)\)|fields (\w+) as/g)].map(([, aggregated, plain]) => aggregated ?? plain);
      expect(fields.length).toBeGreaterThan(3);
      for (const { line } of lines) {
        expect(Object.keys(line)).toEqual(expect.arrayContaining(fields));
      }
    }
  });

  test('of spend add up what was charged, the most expensive first', () => {
    const rows = runQuery(queryOf('Who spends most'), logged());
    expect(rows[0]).toMatchObject({ 'Principal': 'iam-user/111122223333/indexer', 'Calls': 3, 'Input tokens': 3000, 'Output tokens': 300 });
    expect(rows.length).toBe(7);
    expect(runQuery(queryOf('Which models cost most'), logged()).map(({ Calls: calls }) => calls).sort()).toEqual([1, 1, 7]);
    const made = runQuery(queryOf('Who spends most'), madeLines()).map(row => Number(row['US dollars']));
    expect(made).toEqual([...made].sort((a, b) => b - a));
  });

  const standing = (principalId: string, status: string, time: string, more: Line = {}): Line => ({
    timestamp: `2026-11-26T${time}:00Z`, message: 'standing', principalId, status, sharePercent: 95, spentUsd: 95, limitUsd: 100, team: '-', reason: 'because', since: time, graceEndsAt: '-', periodEndsAt: '-', ...more,
  });

  test('of standings show the latest of each, whoever wrote it, and nobody who is free again or gone', () => {
    const lines = [
      standing('a', 'warning', '10:00'), standing('a', 'critical', '11:00', { sharePercent: 91 }),
      standing('b', 'suspended', '10:00'), standing('b', 'active', '12:00'),
      standing('c', 'grace_period', '12:00', { sharePercent: 101 }), standing('c', 'critical', '11:59'),
      standing('d', 'suspended', '09:00'), standing('e', 'restoring', '13:00'), standing('f', 'exceeded', '10:00', { sharePercent: 300 }), standing('f', 'deleted', '10:01'),
    ];
    expect(runQuery(queryOf('Close to a limit'), lines).map(row => [row.Principal, row.Status, row['Used percent']])).toEqual([['c', 'grace_period', 101], ['a', 'critical', 91]]);
    expect(runQuery(queryOf('Suspended'), lines).map(row => [row.Principal, row.Status, row.Why])).toEqual([['e', 'restoring', 'because'], ['d', 'suspended', 'because']]);
  });

  test('tell everybody between them who stands above a threshold, and nobody twice', () => {
    const shown = ['Close to a limit', 'Suspended'].flatMap(title => JSON.parse(/Status in (\[.*\])/.exec(queryOf(title))![1]));
    expect(shown.sort()).toEqual(['critical', 'exceeded', 'grace_period', 'restoring', 'suspended', 'warning']);
  });

  test('are bounded', () => {
    for (const { query } of tables()) {
      expect(query).toMatch(/\| limit \d\d$/);
    }
  });

  function logged(): readonly Line[] {
    return atWork.logged.map(({ line }) => line);
  }
});

describe('the range', () => {
  test('is a day, and what widgets say of periods is obeyed', () => {
    expect(bodyOf(byDefault.stack)).toMatchObject({ start: '-P1D', periodOverride: 'inherit' });
  });
});

test('the preview draws every widget, whether anything has happened or not', () => {
  for (const empty of [true, false]) {
    const page = drawDashboard(bodyOf(everything.stack), { lines: madeLines(), empty, alarmsOn: [] });
    expect(page.match(/<section /g)).toHaveLength(widgetsOf(everything).length);
    expect(page).not.toMatch(/NaN|undefined|NO UNIT/);
    // names are of people, who may be hostile
    expect(page).not.toContain('bob "the" builder');
    expect(page.includes('bob &quot;the&quot; builder')).toBe(!empty);
  }
});
