import { awsError } from '../../lambdas/adapters/aws-error';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly attributes: Readonly<Record<string, string>>;
  taken?: boolean;
}

type Request = Record<string, any>;

/** SQS: messages that stay until they are deleted. */
export class Queues {
  private readonly queues = new Map<string, Message[]>();
  private sent = 0;

  constructor(private readonly now: () => number) {}

  public send(queue: string, body: unknown, attributes: Readonly<Record<string, string>> = {}): void {
    this.sent += 1;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.queues.set(queue, [...this.messages(queue), { id: `m-${this.sent}`, body: text, sentAt: this.now(), attributes }]);
  }

  public bodies(queue: string): readonly any[] {
    return this.messages(queue).map(({ body }) => JSON.parse(body));
  }

  public names(): readonly string[] {
    return [...this.queues.keys()];
  }

  public purge(queue: string): void {
    this.queues.delete(queue);
  }

  /** Messages that somebody took, and neither deleted nor gave back in time, are there again. */
  public showAll(): void {
    [...this.queues.values()].flat().forEach(message => {
      message.taken = false;
    });
  }

  public answer(operation: string, input: Request): object {
    const name = String(input.QueueUrl ?? input.QueueName).split('/').at(-1)!;
    switch (operation) {
      case 'SendMessageBatch':
        (input.Entries as Request[]).forEach(entry => this.send(name, entry.MessageBody));
        return { Successful: (input.Entries as Request[]).map(({ Id }) => ({ Id })), Failed: [] };
      case 'GetQueueUrl':
        return { QueueUrl: `https://queue/${name}` };
      case 'GetQueueAttributes':
        return { Attributes: { ApproximateNumberOfMessages: String(this.messages(name).length), ApproximateNumberOfMessagesNotVisible: '0' } };
      case 'ReceiveMessage':
        return { Messages: this.take(name, input.MaxNumberOfMessages) };
      case 'DeleteMessage':
        this.queues.set(name, this.messages(name).filter(({ id }) => id !== input.ReceiptHandle));
        return {};
      case 'ChangeMessageVisibility':
        this.messages(name).filter(({ id }) => id === input.ReceiptHandle).forEach(message => {
          message.taken = false;
        });
        return {};
      default:
        throw awsError('UnknownOperationException', { message: `SQS.${operation} is not there` });
    }
  }

  private take(queue: string, most: number): object[] {
    const taken = this.messages(queue).filter(message => !message.taken).slice(0, most);
    return taken.map(message => {
      message.taken = true;
      const { id, body, sentAt, attributes } = message;
      return {
        MessageId: id,
        ReceiptHandle: id,
        Body: body,
        Attributes: { SentTimestamp: String(sentAt) },
        MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, text]) => [name, { StringValue: text }])),
      };
    });
  }

  private messages(queue: string): Message[] {
    return this.queues.get(queue) ?? [];
  }
}
