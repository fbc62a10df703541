import { Env, Handler } from '../../contract';
import { compare, Comparison, correctionOf, Difference, isUnproven, UnsummableError } from '../../lambdas/core/ledger/rebuild';
import { formatUsd } from '../../lambdas/core/money';
import { asking } from '../aws-clients';
import { CommandContext } from '../command';
import { CommandFailure } from '../command-failure';
import { connectToInstance, INSTANCE_OPTIONS, InstanceConnection } from '../dead-letters/connection';
import { OptionSpecs, OptionValues } from '../options';
import { GrowingTable } from '../table';
import { TextOutput } from '../text-output';
import { TablesOfInstance } from './tables';

export const COMPARISON_OPTIONS = {
  format: { value: '<table or json>', choices: ['table', 'json'], default: 'table' },
  ...INSTANCE_OPTIONS,
} satisfies OptionSpecs;

/** How often the ledger is read at most: what is busy every time is left for a quieter hour. */
const ROUNDS = 4;

const SECONDS_PER_DAY = 86_400;

export interface Compared {
  readonly connection: InstanceConnection;
  readonly tables: TablesOfInstance;
  readonly comparison: Comparison;
}

/** Finds the instance, and reads both of its tables. @throws UsageError, CommandFailure */
export async function compareInstance(options: OptionValues<typeof COMPARISON_OPTIONS>, context: CommandContext): Promise<Compared> {
  const connection = await connectToInstance(options, context);
  const { instance, clients } = connection;
  const environment = instance.environmentOf(Handler.USAGE_METER);
  const tables = new TablesOfInstance(clients.dynamoDb, { ledger: environment(Env.LEDGER_TABLE), budgets: environment(Env.BUDGETS_TABLE) });
  const interrupted = context.interruption();
  const progress = new TextOutput(context.stderr);
  const isTerminal = 'isTTY' in context.stderr && context.stderr.isTTY === true;
  const comparison = await asking('the tables cannot be read', async () => {
    try {
      return await compare(tables, {
        now: context.now(),
        timeZone: environment(Env.TIME_ZONE),
        retentionSeconds: Number(environment(Env.LEDGER_RETENTION_DAYS)) * SECONDS_PER_DAY,
        rounds: ROUNDS,
        onProgress: async (rows, reading) => {
          if (interrupted.aborted) {
            throw new CommandFailure('stopped; nothing was changed');
          }
          if (isTerminal) {
            await progress.write(`\r${rows} rows of the ledger${reading > 1 ? `, reading ${reading}` : ''} `);
          }
        },
      });
    } catch (error) {
      throw error instanceof UnsummableError ? new CommandFailure(`${error.message}: mend it by hand, then look again`) : error;
    }
  });
  if (isTerminal) {
    await progress.write('\n');
  }
  return { connection, tables, comparison };
}

/** Says what was found. */
export async function showComparison({ connection: { instance }, comparison }: Compared, format: string, context: CommandContext): Promise<void> {
  const { differences, undecided, rows, budgets, comparable } = comparison;
  const stdout = new TextOutput(context.stdout);
  const told = differences.map(difference => ({ ...factsOf(difference), unproven: isUnproven(difference, comparable) }));
  if (format === 'json') {
    await stdout.write(`${JSON.stringify({
      deployment: instance.id, rows, budgets, comparedFrom: comparable.wholeFrom, differences: told, undecided: undecided.map(factsOf),
    }, undefined, 2)}\n`);
    return;
  }
  if (differences.length > 0) {
    const table = new GrowingTable([
      { title: 'PRINCIPAL' }, { title: 'DAY' }, { title: 'LEDGER', right: true }, { title: 'BUDGET', right: true }, { title: 'TO ADD', right: true },
      { title: 'OF THAT ESTIMATED', right: true }, { title: '' },
    ]);
    await stdout.write(table.write(told.map(({ principalId, day, ledgerUsd, budgetUsd, missingUsd, missingEstimatedUsd, ...notes }) => [
      principalId, day, ledgerUsd, budgetUsd, missingUsd, missingEstimatedUsd, noteOf(notes),
    ])));
  }
  const busy = undecided.length > 0 ? `; ${undecided.length} days of principals were charged whenever they were read: look again when it is quieter` : '';
  await new TextOutput(context.stderr).write(
    `${rows} rows of the ledger and ${budgets} budgets of ${instance.id}, compared from ${comparable.wholeFrom} on: `
    + `${differences.length === 0 ? 'they agree' : `${differences.length} days of principals differ`}${busy}.\n`,
  );
}

function noteOf({ hasBudget, ledgerRows, unproven }: { readonly hasBudget: boolean; readonly ledgerRows: number; readonly unproven: boolean }): string {
  if (unproven) {
    return ledgerRows === 0 ? 'the ledger has no row of it: not without --take-away' : 'rows of it may have expired: not without --take-away';
  }
  return hasBudget ? '' : 'has no budget item: it would be made';
}

function factsOf(difference: Difference) {
  const { principalId, day, ledger, ledgerRows, budget, hasBudget } = difference;
  const { spend, estimated } = correctionOf(difference);
  return {
    principalId,
    day,
    ledgerUsd: formatUsd(ledger.spend),
    ledgerRows,
    budgetUsd: formatUsd(budget.spend),
    missingUsd: formatUsd(spend),
    missingEstimatedUsd: formatUsd(estimated),
    hasBudget,
  };
}
