import { randomBytes } from 'node:crypto';
import { Env, EVENT_SOURCE, Handler } from '../../contract';
import { erase, ErasureContext, ErasureOrder, ErasureResult, Survey, survey } from '../../lambdas/core/erasure/erase';
import { PersonText } from '../../lambdas/core/erasure/person-text';
import { ErasurePorts } from '../../lambdas/core/erasure/ports';
import { erasable, ErasureRefusedError } from '../../lambdas/core/erasure/pseudonym';
import { refuseReserved } from '../../lambdas/core/erasure/reserved-words';
import { labelText } from '../../lambdas/core/label-text';
import { UnsummableError } from '../../lambdas/core/ledger/rebuild';
import { asking } from '../aws-clients';
import { principalIdOf } from '../budget/arguments/principal';
import { Command, CommandContext, ExitCode } from '../command';
import { CommandFailure } from '../command-failure';
import { confirmed, requireTerminal } from '../confirmation';
import { connectToInstance, INSTANCE_HELP, INSTANCE_OPTIONS, InstanceConnection } from '../dead-letters/connection';
import { namedFunctions } from '../dead-letters/deployment';
import { helpOf } from '../help';
import { OptionSpecs, OptionValues, readArguments } from '../options';
import { bucketClient, logsClient } from '../simulate/sources/clients';
import { GrowingTable } from '../table';
import { TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { ReportsOfInstance } from './erasable-reports';
import { AuditOfInstance, BackupsOfInstance, BudgetsOfInstance, LedgerOfInstance, TableAccess } from './erasable-tables';
import { naming } from './queues';
import { Remainder, remainders } from './remains';

const OPTIONS = {
  'also': { value: '<text>', repeatable: true },
  'keep-label': { value: '<key>', repeatable: true },
  'erase-label': { value: '<key>', repeatable: true },
  'dry-run': {},
  'yes': {},
  'format': { value: '<table or json>', choices: ['table', 'json'], default: 'table' },
  ...INSTANCE_OPTIONS,
} satisfies OptionSpecs;
type Options = OptionValues<typeof OPTIONS>;

const SUMMARY = 'take a person\'s data out of everything that is kept';

export const eraseCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer erase',
    summary: SUMMARY,
    usage: ['<principal> [options]'],
    about: 'Replaces the id, ARNs and labels of a user, role or federated user by a random pseudonym in ledger, budgets, audit trail, policy backups and reports. Every sum stays what it '
      + 'is, and nothing leads back. Refuses whoever is suspended or held: restore first. Says what it cannot reach, and until when that is kept. Whoever calls afterwards has a new '
      + 'budget: delete the user or role first. It can be stopped, and started again at any time; it cannot be undone. Asks before it begins.',
    options: [
      ['--also <text>', 'another text that names the person, such as an address: replaced in labels and free text, where it is a word of its own; may be given more than once'],
      ['--keep-label <key>', 'keep this label, although no other budget has the same; may be given more than once'],
      ['--erase-label <key>', 'replace this label, although other budgets have the same; may be given more than once'],
      ['--dry-run', 'look and count, and change nothing'],
      ['--yes', 'do not ask; without a terminal, the command is refused without it'],
      ['--format', 'table (the default), or json'],
      ...INSTANCE_HELP,
    ],
    examples: [
      'budgeteer erase iam-user/123456789012/alice --stack spend --dry-run',
      'budgeteer erase iam-user/123456789012/alice --stack spend \\',
      '  --also "Alice Example" --also alice@example.com',
    ],
  }),
  run,
};

/** Shorter words stand in too many texts. */
const SHORTEST_TEXT = 3;

/** The bus, the stream and their functions take some seconds. */
const SETTLE_MS = 15_000;

async function run(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, OPTIONS, ['<principal>']);
  const order = orderOf(principal, options);
  const dryRun = options['dry-run'] !== undefined;
  const asks = !dryRun && options.yes === undefined;
  if (asks) {
    requireTerminal('erasing a principal', context);
  }
  const connection = await connectToInstance(options, context);
  const work = await Work.of(connection, options, context);
  const found = await work.doing(() => survey(order, work.ports, context.now()));
  const remains = await asking('what is kept elsewhere cannot be found', () => work.remains(found));
  const isNothing = !found.isUnderWay && found.places.every(({ found: number }) => number === 0);
  if (isNothing || dryRun) {
    await show({ deployment: connection.instance.id, dryRun, principalId: order.principalId, survey: found, remains }, options.format!, context);
    return ExitCode.OK;
  }
  const stderr = new TextOutput(context.stderr);
  if (asks) {
    await stderr.write(namedFunctions(connection.instance));
    await stderr.write(table(found.places));
  }
  const question = `Erasing ${order.principalId} from ${connection.instance.id} for good${found.isUnderWay ? ', which was begun already' : ''}: go on?`;
  if (asks && !await confirmed(question, context, work.interrupted).catch(() => false)) {
    await stderr.write('Nothing was changed.\n');
    return ExitCode.INCOMPLETE;
  }
  const result = await work.doing(async () => erase(found, work.ports, await work.context()));
  await show({ deployment: connection.instance.id, dryRun, principalId: order.principalId, survey: found, result, remains }, options.format!, context);
  if (!result.isDone) {
    await stderr.write('Something about the principal was written whenever it was looked at: is it still in use? Take its access away, and run the same command again.\n');
  }
  return result.isDone ? ExitCode.OK : ExitCode.INCOMPLETE;
}

/** @throws UsageError */
function orderOf(principal: string, options: Options): ErasureOrder {
  const principalId = principalIdOf(principal);
  const also = options.also ?? [];
  const short = also.find(text => text.trim().length < SHORTEST_TEXT);
  if (short !== undefined) {
    throw new UsageError(`--also "${short}" has fewer than ${SHORTEST_TEXT} characters: it would be replaced in texts about others`);
  }
  const [keep, forget] = [options['keep-label'] ?? [], options['erase-label'] ?? []];
  const both = keep.find(key => forget.includes(key));
  if (both !== undefined) {
    throw new UsageError(`the label "${both}" cannot be kept and erased: leave out one of the options`);
  }
  try {
    erasable(principalId);
    refuseReserved(also);
  } catch (error) {
    throw error instanceof ErasureRefusedError ? new UsageError(error.message) : error;
  }
  return { principalId, labels: { keep, erase: forget }, also };
}

/** What an erasure is done with. */
class Work {
  public static async of(connection: InstanceConnection, options: Options, context: CommandContext): Promise<Work> {
    const [s3, logs] = [await bucketClient(options, context), await logsClient(options, context)];
    return new Work(connection, context, { s3, logs }, context.interruption());
  }

  public readonly ports: ErasurePorts;
  private readonly hasReports: boolean;

  private constructor(
    private readonly connection: InstanceConnection, private readonly outside: CommandContext,
    private readonly clients: { readonly s3: Awaited<ReturnType<typeof bucketClient>>; readonly logs: Awaited<ReturnType<typeof logsClient>> },
    public readonly interrupted: AbortSignal,
  ) {
    const { instance, clients: { dynamoDb } } = connection;
    const access = new TableAccess(dynamoDb);
    const meter = instance.environmentOf(Handler.USAGE_METER);
    const tables = { ledger: meter(Env.LEDGER_TABLE), budgets: meter(Env.BUDGETS_TABLE) };
    const backups = instance.functions.has(Handler.POLICY_DETACHER) ? instance.environmentOf(Handler.POLICY_DETACHER)(Env.POLICY_BACKUPS_TABLE) : undefined;
    this.hasReports = instance.functions.has(Handler.CHARGEBACK_REPORTER);
    const progress = new TextOutput(outside.stderr);
    const isTerminal = 'isTTY' in outside.stderr && outside.stderr.isTTY === true;
    let looked = 0;
    this.ports = {
      ledger: new LedgerOfInstance(access, tables),
      budgets: new BudgetsOfInstance(access, tables.budgets),
      audit: new AuditOfInstance(access, instance.environmentOf(Handler.AUDIT_RECORDER)(Env.AUDIT_TABLE)),
      ...(backups === undefined ? {} : { backups: new BackupsOfInstance(access, backups) }),
      ...(this.hasReports ? { reports: this.reports() } : {}),
      announce: event => this.announce(event),
      random: () => randomBytes(16).toString('hex'),
      settle: () => outside.pause(SETTLE_MS, interrupted).catch(() => this.refuseToGoOn()),
      onProgress: async (place, number) => {
        this.refuseToGoOn();
        looked += number;
        if (isTerminal) {
          await progress.write(`\r${looked} rows and files looked at (${place})\u001b[K`);
        }
      },
    };
  }

  /** Failures as those of the command: of whatever was done, nothing has to be taken back. */
  public doing<T>(work: () => Promise<T>): Promise<T> {
    return asking('the erasure did not get to its end; start it again', async () => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof ErasureRefusedError || error instanceof UnsummableError) {
          throw new CommandFailure(error.message, { cause: error });
        }
        throw error;
      }
    });
  }

  public async context(): Promise<ErasureContext> {
    const { instance, credentials } = this.connection;
    const meter = instance.environmentOf(Handler.USAGE_METER);
    // DynamoDB does not say who writes; CloudTrail tells whose key it is.
    const { accessKeyId } = await credentials();
    return {
      deploymentId: instance.id, environmentName: meter(Env.ENVIRONMENT_NAME), timeZone: meter(Env.TIME_ZONE), now: this.outside.now(), actor: `access key ${accessKeyId}`,
    };
  }

  public async remains({ note }: Survey): Promise<readonly Remainder[]> {
    const { instance, clients } = this.connection;
    const names = new PersonText({ ...note, principal: erasable(note.principalId) });
    const watches = instance.functions.has(Handler.COVERAGE_CHECKER);
    const queues = [];
    for (const queue of instance.queues) {
      queues.push(await naming(queue, names, clients.sqs, this.outside.now()));
    }
    return remainders({
      now: this.outside.now(),
      logGroups: instance.logGroups,
      ...(watches ? { invocationLogGroup: instance.environmentOf(Handler.COVERAGE_CHECKER)(Env.INVOCATION_LOG_GROUP) } : {}),
      queues,
      hasReports: this.hasReports,
    }, this.clients.logs);
  }

  private reports(): ReportsOfInstance {
    const reporter = this.connection.instance.environmentOf(Handler.CHARGEBACK_REPORTER);
    return new ReportsOfInstance(this.clients.s3, reporter(Env.REPORTS_BUCKET), this.prefixOf(reporter));
  }

  /** A variable that is not there is an empty prefix. */
  private prefixOf(reporter: (key: string) => string): string {
    try {
      return reporter(Env.REPORTS_PREFIX);
    } catch (error) {
      if (!(error instanceof CommandFailure)) {
        throw error;
      }
      return '';
    }
  }

  private async announce({ type, detail }: Parameters<ErasurePorts['announce']>[0]): Promise<void> {
    const { instance, clients } = this.connection;
    const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    const entry = { Source: EVENT_SOURCE, DetailType: type, Detail: JSON.stringify(detail), Time: new Date(detail.occurredAt), EventBusName: instance.bus };
    const { FailedEntryCount: refused } = await clients.events.send(new PutEventsCommand({ Entries: [entry] }));
    if (refused) {
      throw new CommandFailure('everything was erased, but the bus refused the event for the audit trail: run the same command again');
    }
  }

  private refuseToGoOn(): void {
    if (this.interrupted.aborted) {
      throw new CommandFailure('stopped: run the same command again to go on');
    }
  }
}

interface Told {
  readonly deployment: string;
  readonly dryRun: boolean;
  readonly principalId: string;
  readonly survey: Survey;
  readonly result?: ErasureResult;
  readonly remains: readonly Remainder[];
}

async function show({ deployment, dryRun, principalId, survey: found, result, remains }: Told, format: string, context: CommandContext): Promise<void> {
  const stdout = new TextOutput(context.stdout);
  const places = result?.erased ?? found.places;
  const { keptLabels } = found.note;
  const pages = result?.pages ?? found.pages;
  if (format === 'json') {
    await stdout.write(`${JSON.stringify({
      deployment,
      dryRun,
      principalId,
      places,
      labels: { kept: keptLabels, replaced: Object.keys(found.labels).filter(key => !Object.hasOwn(keptLabels, key)) },
      deletedPages: [...pages],
      ...(result ? { pseudonym: result.pseudonym, kept: result.kept, done: result.isDone } : {}),
      remains,
    }, undefined, 2)}\n`);
    return;
  }
  await stdout.write(table(places));
  await stdout.write(`\nSTAYS, AND UNTIL WHEN\n${new GrowingTable([{ title: 'WHERE' }, { title: 'UNTIL' }, { title: 'WHY' }]).write(remains.map(({ where, until, why }) => [where, until, why]))}`);
  if (pages.size > 0) {
    await stdout.write(`\nPages ${result ? 'deleted' : 'to be deleted'}, since they cannot be rewritten; a delete marker keeps former versions from coming back, and "budgeteer report --format html" `
      + `makes them again:\n${[...pages].map(key => `  ${key}\n`).join('')}`);
  }
  const labels = Object.keys(keptLabels).length > 0 ? `; these labels stay: ${Object.entries(keptLabels).map(([key, value]) => labelText(key, value)).join(', ')}` : '';
  const nothing = places.every(({ found: number }) => number === 0);
  const outcome = result ? `${principalId} is ${result.isDone ? '' : 'not yet '}erased from ${deployment}; its spend stands under ${result.pseudonym}`
    : nothing ? `Nothing names ${principalId} in ${deployment}` : `Nothing was changed${labels}`;
  await new TextOutput(context.stderr).write(`${outcome}.\n`);
}

function table(places: Survey['places']): string {
  return new GrowingTable([{ title: 'PLACE' }, { title: 'ROWS OR FILES', right: true }]).write(places.map(({ place, found }) => [place, String(found)]));
}
