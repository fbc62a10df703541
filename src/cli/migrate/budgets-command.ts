import type { IAMClient } from '@aws-sdk/client-iam';
import { PrincipalKindName } from '../../contract';
import { isAgentKind, principalFromId } from '../../lambdas/core/principal';
import { clientSettings } from '../aws-clients';
import { periodOf } from '../budget/arguments/amounts';
import { ThresholdPercents, thresholdsOf } from '../budget/arguments/thresholds';
import { apply } from '../budget/bulk/apply';
import { digestOf } from '../budget/bulk/digest';
import { Plan, planOf } from '../budget/bulk/plan';
import { countsText, planText } from '../budget/bulk/plan-text';
import { confirmedOrStopped, YES_HELP, YES_OPTION } from '../budget/change';
import { connect, CONNECTION_HELP, CONNECTION_OPTIONS, Connection } from '../budget/connection';
import { Command, CommandContext, ExitCode } from '../command';
import { CommandFailure } from '../command-failure';
import { requireTerminal } from '../confirmation';
import { helpOf } from '../help';
import { OptionSpecs, readOptions } from '../options';
import { TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { requireCallerIn } from './caller-account';
import { Current, currentBudgets } from './current-budgets';
import { exists, identityOf } from './identities';
import { Mapped } from './mapped';
import { mapItems } from './mapping';
import { mappedText } from './mapping-text';
import { HeldBack, overspending } from './overspending';
import { Predecessor, PREDECESSOR_HELP, PREDECESSOR_OPTIONS, readPredecessor } from './predecessor-options';
import { settled } from './settling';

const OPTIONS = {
  ...PREDECESSOR_OPTIONS,
  'period': { value: '<period>' },
  'thresholds': { value: '<warning>/<critical>' },
  'enforce': {},
  'auto-created': {},
  'no-check': {},
  'dry-run': {},
  'reason': { value: '<text>' },
  ...YES_OPTION,
  ...CONNECTION_OPTIONS,
} satisfies OptionSpecs;

const SUMMARY = 'take the predecessor\'s limits and labels over';

export const migrateBudgetsCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer migrate budgets',
    summary: SUMMARY,
    usage: ['--environment <name> [--dry-run] [options]', '--file <path> --account <account> [options]'],
    about: 'Reads the budgets of the Python application bedrock-budgeteer, says for each of its items what it becomes and what is not carried over, shows what is different from '
      + 'what is there, asks, and makes the changes. It only reads the predecessor. Nobody is suspended by it: new budgets only observe, unless --enforce is given, and whoever '
      + 'would be over the limit at once is left alone. It may be repeated: what is the same already is left alone, and so is the enforcement that somebody ordered. Spend is '
      + 'not carried over: it was counted in another way; whoever wants it all the same uses "budgeteer migrate spend".',
    options: [
      ...PREDECESSOR_HELP,
      ['--period <period>', 'month, week, day or "<number> days", in place of the days of the predecessor\'s items'],
      ['--thresholds <percents>', 'own thresholds for all that is taken over, as 75/90; without it those of the deployment hold'],
      ['--enforce', 'suspend over the limit, from now on; without it they are only told of'],
      ['--auto-created', 'also limits that nobody ordered: the predecessor gave them at the first call, and never enforced them'],
      ['--no-check', 'do not ask IAM whether the principals are still there'],
      ['--dry-run', 'show what is different, and change nothing'],
      ['--reason <text>', 'why, for the history'],
      YES_HELP,
      ...CONNECTION_HELP,
    ],
    examples: [
      'budgeteer migrate budgets --environment production --dry-run',
      'budgeteer migrate budgets --file user-budgets.json --account 123456789012 \\',
      '  --period month --yes',
      'budgeteer migrate budgets --environment production --enforce',
    ],
  }),
  run: migrate,
};

async function migrate(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, OPTIONS);
  const period = options.period === undefined ? undefined : periodOf(options.period);
  const thresholds = options.thresholds === undefined ? undefined : percentsOf(options.thresholds);
  const predecessor = await readPredecessor(options, context);
  const connection = await connect(options, context);
  const iam = options['no-check'] === undefined ? await iamOf(predecessor, options, context) : undefined;
  const current = await currentBudgets(connection);
  const checked = await whoIsThere(
    mapItems(predecessor.items, { ...predecessor, ...(period ? { period } : {}), ...(thresholds ? { thresholds } : {}), autoCreated: options['auto-created'] !== undefined }),
    predecessor, current, iam,
  );
  const rows = checked.filter(({ row }) => row !== undefined)
    .map(({ item, row }) => ({ place: item.place, row: settled(row!, current.readable.get(row!.principalId), options.enforce !== undefined) }));
  const wanted = planOf(rows, current.readable, false);
  const { plan, heldBack } = await holdBack(wanted, connection);
  const output = new TextOutput(context.stdout);
  await output.write(mappedText(checked, predecessor.unread, heldBack));
  await output.write(planText(plan));
  const complete = predecessor.unread.length + heldBack.length === 0 && !checked.some(({ isProblem }) => isProblem);
  const code = complete ? ExitCode.OK : ExitCode.INCOMPLETE;
  if (plan.changes.length === 0 || options['dry-run'] !== undefined) {
    return code;
  }
  if (options.yes === undefined && !await confirmedPlan(plan, context, connection)) {
    await new TextOutput(context.stderr).write('Nothing was changed.\n');
    return ExitCode.INCOMPLETE;
  }
  const reason = options.reason ?? 'taken over from the predecessor';
  const applied = await apply(plan.changes, await digestOf(JSON.stringify(rows)), reason, connection.client);
  await output.write(`done: ${countsText(applied.done)}\n`);
  if (applied.failed.length + applied.left.length > 0) {
    throw new CommandFailure([
      `${applied.failed.length} failed${applied.left.length > 0 ? `, ${applied.left.length} not tried (${applied.stopped})` : ''}; give the command again for what is missing`,
      ...applied.failed.map(({ change: { place, principalId }, message }) => `  ${place}: ${principalId}: ${message}`),
    ].join('\n'));
  }
  return code;
}

function percentsOf(text: string): ThresholdPercents {
  const [warning, critical, ...rest] = text.split('/').map(part => part.trim());
  if (!critical || rest.length > 0) {
    throw new UsageError(`--thresholds "${text.slice(0, 60)}" are no two percentages: write them like 75/90`);
  }
  return thresholdsOf(warning, critical, { warning: 'the warning', critical: 'the critical threshold' });
}

/** Of the predecessor's account. @throws UsageError, CommandFailure */
async function iamOf({ account }: Predecessor, options: Parameters<typeof clientSettings>[0], context: CommandContext): Promise<IAMClient> {
  await requireCallerIn(account, options, context, ', or do without asking IAM: --no-check');
  const settings = await clientSettings(options, context);
  const { IAMClient } = await import('@aws-sdk/client-iam');
  return new IAMClient(settings);
}

/** Leaves out who is not there any more, or not yet. */
async function whoIsThere(mapped: readonly Mapped[], { account }: Predecessor, current: Current, iam: IAMClient | undefined): Promise<readonly Mapped[]> {
  const checked: Mapped[] = [];
  for (const one of mapped) {
    const why = one.row && await whyNotThere(one, account, current, iam);
    const { row: _, ...rest } = one;
    checked.push(why === undefined ? one : { ...rest, leftOut: why, isProblem: true });
  }
  return checked;
}

async function whyNotThere(mapped: Mapped, account: string, { readable, unreadable }: Current, iam: IAMClient | undefined): Promise<string | undefined> {
  const principalId = mapped.row!.principalId;
  if (unreadable.has(principalId)) {
    return `the item of ${principalId} in the Budgets table cannot be read: mend it first`;
  }
  const { kind } = principalFromId(principalId)!;
  if (isAgentKind(kind) && !readable.has(principalId)) {
    return kind === PrincipalKindName.AGENT_ROLE
      ? `${principalId} is not registered yet: it is once two of its runtimes are, so give the command again later`
      : `${principalId} is not registered yet: with agentCore switched on it is within a day of the deployment, unless it has been deleted; give the command again later`;
  }
  const identity = identityOf(mapped);
  if (iam === undefined || identity === undefined || identity.accountId !== account || await exists(iam, identity)) {
    return undefined;
  }
  return `the ${identity.type} ${identity.name} does not exist any more`;
}

/** Without the changes that would suspend somebody. */
async function holdBack(plan: Plan, { client }: Connection): Promise<{ readonly plan: Plan; readonly heldBack: readonly HeldBack[] }> {
  const heldBack: HeldBack[] = [];
  for (const change of plan.changes) {
    const held = await overspending(change, client);
    if (held) {
      heldBack.push(held);
    }
  }
  const held = new Set(heldBack.map(({ principalId }) => principalId));
  return { plan: { ...plan, changes: plan.changes.filter(({ principalId }) => !held.has(principalId)) }, heldBack };
}

async function confirmedPlan({ changes }: Plan, context: CommandContext, { interrupted }: Connection): Promise<boolean> {
  const effect = `changing ${changes.length} ${changes.length === 1 ? 'budget' : 'budgets'} (${countsText(changes)})`;
  requireTerminal(effect, context);
  return confirmedOrStopped(`C${effect.slice(1)}: go on?`, context, interrupted);
}
