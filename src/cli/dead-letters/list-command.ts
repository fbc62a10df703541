import type { SQSClient } from '@aws-sdk/client-sqs';
import { asking } from '../aws-clients';
import { Command, CommandContext, ExitCode } from '../command';
import { helpOf } from '../help';
import { OptionSpecs, readOptions } from '../options';
import { GrowingTable } from '../table';
import { TextOutput } from '../text-output';
import { connectToInstance, INSTANCE_HELP, INSTANCE_OPTIONS } from './connection';
import { FailureQueue } from './deployment';

const OPTIONS = { format: { value: '<table or json>', choices: ['table', 'json'], default: 'table' }, ...INSTANCE_OPTIONS } satisfies OptionSpecs;

const SUMMARY = 'show the queues for what could not be processed';

export const listCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer dead-letters list',
    summary: SUMMARY,
    usage: ['[options]'],
    about: 'Every queue of the deployment with how many messages it has, about. Nothing is taken out of them.',
    options: [['--format', 'table (the default), or json'], ...INSTANCE_HELP],
    examples: ['budgeteer dead-letters list --stack spend --region eu-central-1'],
  }),
  run: list,
};

/** As SQS counts them, which may be a moment late: those that wait, and those that somebody is working on. */
export interface Depth {
  readonly waiting: number;
  readonly taken: number;
}

export async function depthOf({ url }: FailureQueue, sqs: SQSClient): Promise<Depth> {
  const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  const { Attributes: attributes } = await sqs.send(new GetQueueAttributesCommand({
    QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  }));
  return { waiting: Number(attributes?.ApproximateNumberOfMessages ?? 0), taken: Number(attributes?.ApproximateNumberOfMessagesNotVisible ?? 0) };
}

async function list(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, OPTIONS);
  const { instance, clients } = await connectToInstance(options, context);
  const queues = await asking('the queues cannot be read', () => Promise.all(instance.queues.map(async queue => ({ ...queue, ...await depthOf(queue, clients.sqs) }))));
  const stdout = new TextOutput(context.stdout);
  if (options.format === 'json') {
    await stdout.write(`${JSON.stringify({ deployment: instance.id, queues }, undefined, 2)}\n`);
  } else {
    const table = new GrowingTable([{ title: 'HOLDS' }, { title: 'WAITING', right: true }, { title: 'TAKEN', right: true }, { title: 'QUEUE' }]);
    await stdout.write(table.write(queues.map(({ holds, waiting, taken, name }) => [holds, String(waiting), String(taken), name])));
  }
  return ExitCode.OK;
}
