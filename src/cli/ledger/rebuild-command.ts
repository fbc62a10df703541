import { Env, EVENT_SOURCE, EventType, Handler } from '../../contract';
import { isoInstant } from '../../lambdas/core/budget-item';
import { groupBy } from '../../lambdas/core/collections';
import { BudgetEvent, eventOf } from '../../lambdas/core/events';
import { correctionOf, Difference, isUnproven } from '../../lambdas/core/ledger/rebuild';
import { addUsd, formatUsd, subtractUsd, Usd, ZERO_USD } from '../../lambdas/core/money';
import { asking, problemOf } from '../aws-clients';
import { required } from '../budget/arguments/required';
import { Command, CommandContext, ExitCode } from '../command';
import { confirmed, requireTerminal } from '../confirmation';
import { INSTANCE_HELP, InstanceConnection } from '../dead-letters/connection';
import { namedFunctions } from '../dead-letters/deployment';
import { helpOf } from '../help';
import { OptionSpecs, readOptions } from '../options';
import { TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { compareInstance, Compared, COMPARISON_OPTIONS, showComparison } from './comparison';
import { Rebuilding } from './tables';

const OPTIONS = { 'apply': {}, 'yes': {}, 'reason': { value: '<text>' }, 'take-away': {}, ...COMPARISON_OPTIONS } satisfies OptionSpecs;

const SUMMARY = 'add to budgets what the ledger has and they lack';

export const rebuildCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer ledger rebuild',
    summary: SUMMARY,
    usage: ['[options]', '--apply --reason <text> [options]'],
    about: 'Compares as "budgeteer ledger check" does, and changes nothing without --apply. With it, the difference is added to each budget: what is charged '
      + 'meanwhile counts as well, and nobody\'s rebuilding is made twice. Then everybody is decided on as after any other charge: who is over the limit gets a '
      + 'grace period, and who is no longer is restored. Orders (limits, exemptions, labels) of a lost item do not come back. Asks before it changes anything.',
    options: [
      ['--apply', 'change budgets'],
      ['--reason <text>', 'why; it must be given with --apply, and is kept in the audit trail'],
      ['--take-away', 'also take away spend of days that the ledger has no row of, or may have forgotten: only if you know that it was never spent'],
      ['--yes', 'do not ask; without a terminal, --apply is refused without it'],
      ['--format', 'table (the default), or json'],
      ...INSTANCE_HELP,
    ],
    examples: ['budgeteer ledger rebuild --stack spend', 'budgeteer ledger rebuild --stack spend --apply --reason "item overwritten by hand"'],
  }),
  run: rebuild,
};

const MAX_REASON = 500;

async function rebuild(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, OPTIONS);
  const applies = options.apply !== undefined;
  const reason = applies ? required('reason', '<text>', options.reason) : '';
  if (reason.length > MAX_REASON) {
    throw new UsageError(`--reason has ${reason.length} characters, allowed are ${MAX_REASON}`);
  }
  const asks = applies && options.yes === undefined;
  if (asks) {
    requireTerminal('rebuilding budgets', context);
  }
  const compared = await compareInstance(options, context);
  await showComparison(compared, options.format!, context);
  const { differences: found, undecided, comparable } = compared.comparison;
  const stderr = new TextOutput(context.stderr);
  const differences = options['take-away'] === undefined ? found.filter(difference => !isUnproven(difference, comparable)) : found;
  const kept = found.length - differences.length;
  if (kept > 0) {
    await stderr.write(`${kept} days of principals are left as they are: rows of the ledger may have expired, and what they cost would be taken away. `
      + 'Write --take-away as well if you know that it was never spent.\n');
  }
  if (differences.length === 0 || !applies) {
    if (!applies && differences.length > 0) {
      await stderr.write('Nothing was changed: write --apply --reason <text> to add what is missing.\n');
    }
    return found.length + undecided.length === 0 ? ExitCode.OK : ExitCode.INCOMPLETE;
  }
  const byPrincipal = groupBy(differences, ({ principalId }) => principalId);
  if (asks) {
    await stderr.write(namedFunctions(compared.connection.instance));
  }
  if (asks && !await confirmed(questionOf(differences, byPrincipal.size), context, context.interruption()).catch(() => false)) {
    await stderr.write('Nothing was changed.\n');
    return ExitCode.INCOMPLETE;
  }
  const failed = await apply(compared, byPrincipal, reason, context, stderr);
  return failed + undecided.length + kept === 0 ? ExitCode.OK : ExitCode.INCOMPLETE;
}

async function apply(
  { tables, connection }: Compared, byPrincipal: ReadonlyMap<string, readonly Difference[]>, reason: string, context: CommandContext, stderr: TextOutput,
): Promise<number> {
  // DynamoDB does not say who writes; CloudTrail tells whose key it is.
  const { accessKeyId } = await connection.credentials();
  const rebuilding: Rebuilding = { id: crypto.randomUUID(), at: context.now(), by: `access key ${accessKeyId}`, reason };
  let done = 0;
  let failed = 0;
  for (const [principalId, differences] of byPrincipal) {
    try {
      if (await tables.rebuild(differences, rebuilding)) {
        await announce(differences, rebuilding, connection);
        done += 1;
        continue;
      }
      await stderr.write(`${principalId}: somebody has rebuilt this budget meanwhile, or it is gone: look again\n`);
    } catch (error) {
      await stderr.write(`${principalId}: ${problemOf(error)}\n`);
    }
    failed += 1;
  }
  await stderr.write(`${done} budgets rebuilt${failed > 0 ? `, ${failed} not: see above` : ''}. "budgeteer ledger check" tells whether all agrees now.\n`);
  return failed;
}

/** A rebuilding is an order like others: the audit trail has it, with what was there and what is. */
async function announce(differences: readonly Difference[], rebuilding: Rebuilding, { instance, clients }: InstanceConnection): Promise<void> {
  const [{ principalId }] = differences;
  const environment = instance.environmentOf(Handler.USAGE_METER);
  const deployment = { deploymentId: instance.id, environmentName: environment(Env.ENVIRONMENT_NAME) };
  const event: BudgetEvent = eventOf(EventType.BUDGET_CHANGED, deployment, {
    eventId: `rebuild/${rebuilding.id}/${principalId}`,
    occurredAt: isoInstant(rebuilding.at),
    actor: rebuilding.by,
    principalId,
    reason: `spend rebuilt from the ledger (${rebuilding.reason})`,
    before: { spend: Object.fromEntries(differences.map(({ day, budget }) => [day, formatUsd(budget.spend)])) },
    after: { added: Object.fromEntries(differences.map(difference => [difference.day, formatUsd(correctionOf(difference).spend)])) },
  });
  const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  const entry = { Source: EVENT_SOURCE, DetailType: event.type, Detail: JSON.stringify(event.detail), Time: new Date(rebuilding.at) };
  const command = new PutEventsCommand({ Entries: [{ ...entry, EventBusName: instance.bus }] });
  const { FailedEntryCount: refused } = await asking('the budget was rebuilt, but the audit trail could not be told', () => clients.events.send(command));
  if (refused) {
    throw new Error('the budget was rebuilt, but the bus refused the event for the audit trail');
  }
}

/** Both sums: one that is added up of the two would hide them from each other. */
function questionOf(differences: readonly Difference[], principals: number): string {
  const corrections = differences.map(difference => correctionOf(difference).spend);
  const sumOf = (which: (amount: Usd) => boolean) => addUsd(...corrections.filter(which));
  const added = sumOf(amount => amount > 0n);
  const taken = subtractUsd(ZERO_USD, sumOf(amount => amount < 0n));
  return `Adding ${formatUsd(added)} USD and taking away ${formatUsd(taken)} USD, in ${principals} ${principals === 1 ? 'budget' : 'budgets'}: go on?`;
}
