import type { SQSClient } from '@aws-sdk/client-sqs';

/** Puts messages back that were only looked at, or stay: else they would be out of sight for a while, and their alarm silent. */
export async function giveBack(queueUrl: string, receipts: readonly string[], sqs: SQSClient): Promise<void> {
  const { ChangeMessageVisibilityCommand } = await import('@aws-sdk/client-sqs');
  for (const receipt of receipts) {
    try {
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }));
    } catch {
      // It is back already, or comes back by itself, later.
    }
  }
}
