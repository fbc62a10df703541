import { CommandContext, ExitCode } from '../command';
import { CommandFailure } from '../command-failure';
import { confirmed, requireTerminal } from '../confirmation';
import { HelpEntry } from '../help';
import { OptionSpecs, OptionValues } from '../options';
import { TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { AdministrationClient, ChangeOperation, InterruptedError, NotReachedError, OperationArguments, UnreachableError } from './administration-client';
import { readChange } from './answers';
import { changeText, jsonText } from './change-views';
import { connect, CONNECTION_HELP, CONNECTION_OPTIONS } from './connection';

export const CHANGE_OPTIONS = {
  'if-version': { value: '<version>' },
  'idempotency-key': { value: '<key>' },
  'dry-run': {},
  'format': { value: '<table or json>', choices: ['table', 'json'], default: 'table' },
  ...CONNECTION_OPTIONS,
} satisfies OptionSpecs;

export const YES_OPTION = { yes: {} } satisfies OptionSpecs;

export const YES_HELP: HelpEntry = ['--yes', 'do not ask; without a terminal, the command is refused without it'];

export const CHANGE_HELP: readonly HelpEntry[] = [
  ['--dry-run', 'show what would change, and change nothing'],
  ['--if-version <version>', 'only if this still is the version of the budget, as "budgeteer budget get" shows it; none: only if nothing was ordered for the principal yet'],
  ['--idempotency-key <key>', 'of your own, in place of a random one: the same command with the same key makes the change once'],
  ['--format', 'table (the default), or json for the answer as it is'],
  ...CONNECTION_HELP,
];

type ChangeOptions = OptionValues<typeof CHANGE_OPTIONS & typeof YES_OPTION>;

/** A change that somebody ordered. */
export interface Change {
  readonly operation: ChangeOperation;
  readonly args: OperationArguments & { readonly principalId: string };
  /** What it does, as in "suspending iam-user/… at once"; absent where nobody needs to be asked. */
  readonly effect?: string;
  /** Options that say the same at another time, where those that were given do not. */
  readonly repeatedBy?: readonly string[];
}

/** In place of the version of somebody for whom nothing was ordered yet. */
const NO_VERSION = 'none';

const KEY = /^[\x20-\x7e]{1,64}$/;

/** Carries a change out, or shows what it would do, and asks before it where that is due. */
export async function carryOut(change: Change, options: ChangeOptions, context: CommandContext): Promise<ExitCode> {
  const key = options['idempotency-key'] ?? crypto.randomUUID();
  if (!KEY.test(key)) {
    throw new UsageError('--idempotency-key has 1 to 64 printable characters of ASCII: give another one');
  }
  const { operation, effect } = change;
  const version = options['if-version'] === NO_VERSION ? null : options['if-version'];
  const args = { ...change.args, ...(version === undefined ? {} : { ifVersion: version }) };
  const dryRun = options['dry-run'] !== undefined;
  const asks = effect !== undefined && options.yes === undefined && !dryRun;
  if (asks) {
    requireTerminal(effect, context);
  }
  const { client, interrupted } = await connect(options, context);
  if (!asks) {
    const answer = dryRun ? await client.change(operation, { ...args, dryRun }) : await send(client, change, { ...args, idempotencyKey: key });
    return show(args.principalId, answer, options, context);
  }
  const preview = readChange(await client.change(operation, { ...args, dryRun: true }));
  await new TextOutput(context.stderr).write(changeText(args.principalId, preview));
  if (!preview.changed) {
    return ExitCode.OK;
  }
  if (!await confirmedOrStopped(`${capitalized(effect)}: go on?`, context, interrupted)) {
    await new TextOutput(context.stderr).write('Nothing was changed.\n');
    return ExitCode.INCOMPLETE;
  }
  // What is done is what was shown: not where somebody changed the budget meanwhile, or gave the first orders.
  const seen = version !== undefined ? version : preview.before ? preview.before.version : null;
  const answer = await send(client, change, { ...args, ...(seen === undefined ? {} : { ifVersion: seen }), idempotencyKey: key });
  return show(args.principalId, answer, options, context);
}

/** Asks; Ctrl-C is a no of its own. */
export async function confirmedOrStopped(question: string, context: CommandContext, interrupted: AbortSignal): Promise<boolean> {
  try {
    return await confirmed(question, context, interrupted);
  } catch (error) {
    throw interrupted.aborted ? new InterruptedError(false) : error;
  }
}

async function show(principalId: string, answer: unknown, { format }: ChangeOptions, { stdout }: CommandContext): Promise<ExitCode> {
  const text = changeText(principalId, readChange(answer));
  await new TextOutput(stdout).write(format === 'json' ? jsonText(answer) : text);
  return ExitCode.OK;
}

async function send(client: AdministrationClient, { operation, effect, repeatedBy = [] }: Change, args: OperationArguments): Promise<unknown> {
  try {
    return await client.change(operation, args);
  } catch (error) {
    if (error instanceof NotReachedError) {
      throw new CommandFailure(`${error.message}\nNothing was sent: this run has changed nothing.`, { cause: error });
    }
    if (error instanceof UnreachableError || (error instanceof InterruptedError && error.attempted)) {
      const version = args.ifVersion === undefined ? [] : ['--if-version', String(args.ifVersion ?? NO_VERSION)];
      const options = [...(effect === undefined ? [] : ['--yes']), ...version, ...repeatedBy, '--idempotency-key', String(args.idempotencyKey)];
      throw new CommandFailure(
        `${error.message}\nIt is not known whether the change was made. The same command makes it once, whatever happened, with ${options.join(' ')}`,
        { cause: error },
      );
    }
    throw error;
  }
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
