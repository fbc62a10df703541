import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ClientSettings } from '../../deployed/deployed-budgeteer';
import { until } from '../../deployed/until';

export interface Mail {
  readonly subject: string;
  readonly body: string;
}

/** What people get who subscribed to a topic. */
export class Inbox {
  private readonly received: Mail[] = [];
  private readonly sqs: SQSClient;

  constructor(settings: ClientSettings, private readonly queueUrl: string) {
    this.sqs = new SQSClient(settings);
  }

  /** All that has come so far. */
  public async mails(): Promise<readonly Mail[]> {
    for (const message of await takeAll(this.sqs, this.queueUrl)) {
      const { Subject: subject = '', Message: body } = JSON.parse(message) as { readonly Subject?: string; readonly Message: string };
      this.received.push({ subject, body });
    }
    return this.received;
  }

  /** Waits for a mail with these words in its subject. */
  public mail(...words: readonly string[]): Promise<Mail> {
    return until(`a mail about "${words.join('" and "')}"`, async () => {
      const mails = await this.mails();
      return mails.find(({ subject }) => words.every(word => subject.includes(word)))
        ?? `these have come: ${mails.map(({ subject }) => subject).join(' | ') || 'none'}`;
    });
  }
}

/** Takes every message out of a queue. */
export async function takeAll(sqs: SQSClient, queueUrl: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
    if (messages.length === 0) {
      return bodies;
    }
    for (const { Body: body = '', ReceiptHandle: receipt } of messages) {
      bodies.push(body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    }
  }
}
