import { StateMachine } from 'aws-local-stepfunctions';
import { EnforcerError, ReportAction } from '../../src/contract';
import { NumberText } from '../../src/lambdas/core/budget-item';
import { RetryableIamError } from '../../src/lambdas/core/ports';
import { InMemoryTables, row } from '../lambdas/core/chargeback/ledger';
import { ReportWorld } from '../lambdas/core/chargeback/report-world';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { Definition } from './execution';

const { stack, budgeteer } = synthesizedBudgeteer({ reports: {} });
const definition: Definition = JSON.parse(stack.resourceOf(budgeteer.reportStateMachine!).properties.DefinitionString);

interface Asked {
  readonly action: string;
  readonly startedAt?: string;
  readonly work?: { readonly segment: { readonly index: number } };
}

/** Runs the definition of the template, with the real reporter behind its tasks. Retry intervals are skipped. */
async function execute(world: ReportWorld, input: object = {}, before: (asked: Asked, tries: number) => void = () => {}) {
  const asked: Asked[] = [];
  const invoke = async (task: any) => {
    const payload: Asked = task.Payload;
    asked.push(payload);
    before(payload, asked.length);
    // The simulator has a clock of its own, which tells the time of this test.
    return { StatusCode: 200, Payload: await world.step<any>({ ...payload, ...(payload.startedAt ? { startedAt: '2026-12-02T06:00:00.000Z' } : {}) }) };
  };
  const names = ['Plan', 'ReadLedger', 'WriteReport'];
  const { TimeoutSeconds: _timeout, ...withoutTimeout } = definition;
  const run = new StateMachine(withoutTimeout, { validationOptions: { noValidate: true } }).run({ ...input }, {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(names.map(name => [name, invoke])),
      retryIntervalOverrides: Object.fromEntries(names.map(name => [name, 0])),
    },
    context: { Execution: { Name: 'a-run', Input: { ...input } } },
  });
  return { result: await run.result, asked };
}

const ledger = () => Array.from({ length: 100 }, (_, index) => row({ callId: `r-${index}`, costUsd: new NumberText(`1.${String(index).padStart(12, '0')}`) }));

test('a ledger is read in parts, each as often as it takes, and the report has every row once', async () => {
  const world = new ReportWorld(new InMemoryTables(ledger()));

  const { result, asked } = await execute(world);

  expect(result).toMatchObject({ totalUsd: '100.00000000495', calls: 100, period: { key: '2026-11' } });
  // eight segments of 12 or 13 rows, two on a page, one page a step
  expect(asked.filter(({ action }) => action === ReportAction.READ)).toHaveLength(4 * 7 + 4 * 6);
  expect([...world.store.reports.keys()]).toEqual(['2026-11.csv', '2026-11.json', '2026-11.html']);
  expect(world.events).toHaveLength(1);
});

test('no more parts are read at once than leave room for metering in a new account', () => {
  expect(definition.States.Parts).toMatchObject({ Type: 'Map', MaxConcurrency: 4 });
});

test('what was asked for by hand is reported on', async () => {
  const { result } = await execute(new ReportWorld(new InMemoryTables(ledger())), { from: '2026-11-04', to: '2026-11-05' });

  expect(result).toMatchObject({ calls: 0, period: { key: '2026-11-04_2026-11-05' } });
});

test('steps that meet a throttled table are tried again, and nothing counts twice', async () => {
  const world = new ReportWorld(new InMemoryTables(ledger()));
  const { result, asked } = await execute(world, {}, ({ action }, tries) => {
    if (action !== ReportAction.PLAN && tries % 3 === 0) {
      throw Object.assign(new RetryableIamError('throttled'), { name: EnforcerError.RETRYABLE });
    }
  });

  expect(asked.length).toBeGreaterThan(60);
  expect(result).toMatchObject({ totalUsd: '100.00000000495', calls: 100 });
});

test('what cannot be reported on fails the execution, which alarms', async () => {
  const world = new ReportWorld(new InMemoryTables(ledger()));

  await expect(execute(world, { month: '2027-01' })).rejects.toThrow();
  expect([world.store.reports.size, world.events.length]).toEqual([0, 0]);
});
