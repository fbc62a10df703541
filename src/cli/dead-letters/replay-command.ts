import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { asking } from '../aws-clients';
import { Command, CommandContext, ExitCode } from '../command';
import { confirmed, requireTerminal } from '../confirmation';
import { helpOf } from '../help';
import { OptionSpecs, OptionValues, readOptions } from '../options';
import { GrowingTable } from '../table';
import { TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { connectToInstance, INSTANCE_HELP, INSTANCE_OPTIONS, InstanceConnection } from './connection';
import { DeployedInstance, FailureQueue, namedFunctions } from './deployment';
import { giveBack } from './give-back';
import { Addressee, Letter, letterOf, QueueMessage } from './letter';
import { depthOf } from './list-command';
import { Replayer } from './replayer';

const OPTIONS = {
  'queue': { value: '<name>', repeatable: true },
  'max': { value: '<messages>', default: '1000' },
  'dry-run': {},
  'yes': {},
  'format': { value: '<table or json>', choices: ['table', 'json'], default: 'table' },
  ...INSTANCE_OPTIONS,
} satisfies OptionSpecs;

const SUMMARY = 'do again what could not be processed';

export const replayCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer dead-letters replay',
    summary: SUMMARY,
    usage: ['[options]'],
    about: 'Mend the cause first. Events go to their functions again, unreadable records to the usage meter, undelivered events of the deployment to its own bus; after evaluation '
      + 'failures the monitor decides on everybody at its next run. A message is deleted once it is done; what fails again stays, with its reason here. '
      + 'Doing something twice does no harm. Asks before it begins.',
    options: [
      ['--queue <name>', 'only this one, as "budgeteer dead-letters list" names it; may be given more than once'],
      ['--max <messages>', 'stop after so many of each queue (1000)'],
      ['--dry-run', 'look at the messages and say what would be done; they are out of sight meanwhile'],
      ['--yes', 'do not ask; without a terminal, the command is refused without it'],
      ['--format', 'table (the default), or json'],
      ...INSTANCE_HELP,
    ],
    examples: ['budgeteer dead-letters replay --stack spend --dry-run', 'budgeteer dead-letters replay --stack spend --queue <name> --yes'],
  }),
  run: replay,
};

type ReplayOptions = OptionValues<typeof OPTIONS>;

/** What became of a queue. */
interface Outcome {
  readonly queue: FailureQueue;
  done: number;
  left: number;
  /** Why messages stay, with how many of them. */
  readonly reasons: Map<string, number>;
}

/** Longer than any handler may take. */
const OUT_OF_SIGHT_SECONDS = 20 * 60;
const PER_REQUEST = 10;
/** SQS asks but some of its servers: only several empty answers mean an empty queue. */
const EMPTY_ANSWERS = 3;

async function replay(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, OPTIONS);
  const max = maxOf(options.max!);
  const dryRun = options['dry-run'] !== undefined;
  const asks = !dryRun && options.yes === undefined;
  if (asks) {
    requireTerminal('replaying dead letters', context);
  }
  const connection = await connectToInstance(options, context);
  const { instance, clients } = connection;
  const queues = chosenQueues(instance, options.queue);
  const interrupted = context.interruption();
  const waiting = await asking('the queues cannot be read', () => Promise.all(queues.map(queue => depthOf(queue, clients.sqs))));
  const total = waiting.reduce((sum, depth) => sum + depth.waiting, 0);
  const stderr = new TextOutput(context.stderr);
  if (total === 0) {
    await stderr.write(`Nothing waits in ${queues.length === 1 ? 'the queue' : `the ${queues.length} queues`} of ${instance.id}.\n`);
    return ExitCode.OK;
  }
  if (asks) {
    await stderr.write(namedFunctions(instance));
  }
  if (asks && !await confirmed(`Replaying about ${total} messages of ${instance.id}: go on?`, context, interrupted).catch(() => false)) {
    await stderr.write('Nothing was done.\n');
    return ExitCode.INCOMPLETE;
  }
  const outcomes: Outcome[] = [];
  const replayer = new Replayer(instance, clients, context.now);
  for (const [index, queue] of queues.entries()) {
    if (waiting[index].waiting > 0 && !interrupted.aborted) {
      const work = new QueueReplay(queue, connection, dryRun ? undefined : replayer, interrupted);
      outcomes.push(await asking(`${queue.name} cannot be worked on`, () => work.run(max)));
      await stderr.write(`${queue.holds}: ${outcomes.at(-1)!.done} ${dryRun ? 'can be replayed' : 'replayed'}, ${outcomes.at(-1)!.left} left\n`);
    }
  }
  await show(outcomes, dryRun, options, context);
  return interrupted.aborted || outcomes.some(({ left }) => left > 0) ? ExitCode.INCOMPLETE : ExitCode.OK;
}

/** Takes the messages of one queue, each at most once, and gives back those that stay. */
class QueueReplay {
  private readonly sqs: SQSClient;
  private readonly addressee: Addressee;
  private readonly seen = new Set<string>();
  private readonly staying: string[] = [];
  private readonly outcome: Outcome;

  /** @param replayer absent where nothing is to be done */
  constructor(
    private readonly queue: FailureQueue, { instance, clients }: InstanceConnection, private readonly replayer: Replayer | undefined,
    private readonly interrupted: AbortSignal,
  ) {
    this.sqs = clients.sqs;
    this.addressee = { deploymentId: instance.id, functionArns: new Set(instance.functions.values()), queue };
    this.outcome = { queue, done: 0, left: 0, reasons: new Map() };
  }

  public async run(max: number): Promise<Outcome> {
    try {
      for (let empty = 0; empty < EMPTY_ANSWERS && this.seen.size < max && !this.interrupted.aborted;) {
        this.replayer?.nextBatch();
        const messages = await this.receive(Math.min(PER_REQUEST, max - this.seen.size));
        const fresh = messages.filter(({ MessageId: id }) => !this.seen.has(id!));
        empty = fresh.length === 0 ? empty + 1 : 0;
        for (const message of messages) {
          await this.take(message, fresh.includes(message));
        }
      }
    } finally {
      await giveBack(this.queue.url, this.staying, this.sqs);
    }
    return this.outcome;
  }

  private async take(message: Message, isFresh: boolean): Promise<void> {
    this.seen.add(message.MessageId!);
    if (!isFresh || this.interrupted.aborted) {
      this.staying.push(message.ReceiptHandle!);
      return;
    }
    const letter = letterOf(queueMessage(message), this.addressee);
    const why = await this.attempt(letter);
    if (why === undefined) {
      this.outcome.done += 1;
    } else {
      this.outcome.left += 1;
      this.outcome.reasons.set(why, (this.outcome.reasons.get(why) ?? 0) + 1);
    }
    if (why === undefined && this.replayer) {
      await this.delete(message.ReceiptHandle!);
    } else {
      this.staying.push(message.ReceiptHandle!);
    }
  }

  private async attempt(letter: Letter): Promise<string | undefined> {
    return this.replayer ? this.replayer.replay(letter) : letter.kind === 'none' ? letter.reason : undefined;
  }

  private async receive(most: number): Promise<readonly Message[]> {
    const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
    const { Messages: messages = [] } = await this.sqs.send(new ReceiveMessageCommand({
      QueueUrl: this.queue.url,
      MaxNumberOfMessages: most,
      VisibilityTimeout: OUT_OF_SIGHT_SECONDS,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['RULE_ARN', 'TARGET_ARN'],
    }));
    return messages;
  }

  private async delete(receipt: string): Promise<void> {
    const { DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.queue.url, ReceiptHandle: receipt }));
  }
}

/** Where SQS does not tell when a message was sent, it was now. */
function queueMessage({ Body: body = '', Attributes: system, MessageAttributes: attributes }: Message): QueueMessage {
  return {
    body,
    sentAt: Number(system?.SentTimestamp ?? Infinity),
    ruleArn: attributes?.RULE_ARN?.StringValue,
    targetArn: attributes?.TARGET_ARN?.StringValue,
  };
}

function chosenQueues({ queues }: DeployedInstance, names: readonly string[] | undefined): readonly FailureQueue[] {
  const isNamed = (queue: FailureQueue, name: string) => queue.name === name || queue.url === name;
  const unknown = names?.find(name => !queues.some(queue => isNamed(queue, name)));
  if (unknown !== undefined) {
    throw new UsageError(`there is no queue "${unknown}" in the deployment: "budgeteer dead-letters list" names them`);
  }
  return names ? queues.filter(queue => names.some(name => isNamed(queue, name))) : queues;
}

function maxOf(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    throw new UsageError(`--max is "${text}": write a whole number from 1 to 9999999`);
  }
  return Number(text);
}

async function show(outcomes: readonly Outcome[], dryRun: boolean, options: ReplayOptions, context: CommandContext): Promise<void> {
  const stdout = new TextOutput(context.stdout);
  const facts = outcomes.map(({ queue, done, left, reasons }) => ({
    queue: queue.name,
    holds: queue.holds,
    ...(dryRun ? { replayable: done } : { replayed: done }),
    left,
    reasons: [...reasons].map(([reason, messages]) => ({ reason, messages })),
  }));
  if (options.format === 'json') {
    await stdout.write(`${JSON.stringify({ dryRun, queues: facts }, undefined, 2)}\n`);
    return;
  }
  const rows = facts.flatMap(({ holds, reasons }) => reasons.map(({ reason, messages }) => [holds, String(messages), reason]));
  if (rows.length > 0) {
    await stdout.write(new GrowingTable([{ title: 'LEFT IN' }, { title: 'MESSAGES', right: true }, { title: 'WHY' }]).write(rows));
  }
}
