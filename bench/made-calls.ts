import { gzipSync } from 'node:zlib';

/** Made calls of Bedrock, the same at every run: what the invocation log says of them. */
export interface MadeCalls {
  readonly count: number;
  /** ARNs of those who call, in turn. */
  readonly callers: readonly string[];
  readonly account: string;
  /** Epoch milliseconds of the first; the others follow a second apart. */
  readonly from: number;
  /** Characters of prompt and answer in each record. @default - none, as the product has the log written */
  readonly bodyCharacters?: number;
}

const MODELS = [
  'anthropic.claude-3-haiku-20240307-v1:0', 'eu.amazon.nova-lite-v1:0', 'amazon.nova-pro-v1:0', 'amazon.titan-embed-text-v2:0', 'meta.llama3-1-8b-instruct-v1:0',
];

export function madeRecords({ count, callers, account, from, bodyCharacters = 0 }: MadeCalls): string[] {
  const body = bodyCharacters > 0 ? 'lorem ipsum '.repeat(Math.ceil(bodyCharacters / 24)) : undefined;
  return Array.from({ length: count }, (_, index) => JSON.stringify({
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: new Date(from + index * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
    accountId: account,
    region: 'us-east-1',
    requestId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    operation: 'Converse',
    modelId: MODELS[index % MODELS.length],
    // 7 and the number of callers have no common divisor: neither batches nor models favour anybody.
    identity: { arn: callers[(index * 7) % callers.length] },
    input: { inputContentType: 'application/json', inputTokenCount: 200 + (index % 97), ...(body ? { inputBodyJson: { messages: [{ role: 'user', content: body }] } } : {}) },
    output: { outputContentType: 'application/json', outputTokenCount: 50 + (index % 31), ...(body ? { outputBodyJson: { output: { message: { content: body } } } } : {}) },
  }));
}

/** The records in deliveries of so many, as a subscription of CloudWatch Logs makes them. */
export function deliveries(records: readonly string[], size: number, loggedAt: number): object[] {
  return Array.from({ length: Math.ceil(records.length / size) }, (_, delivery) => {
    const messages = records.slice(delivery * size, (delivery + 1) * size);
    return {
      awslogs: {
        data: gzipSync(JSON.stringify({
          messageType: 'DATA_MESSAGE',
          owner: '111122223333',
          logGroup: 'invocations',
          logStream: 'aws/bedrock/modelinvocations',
          subscriptionFilters: ['all'],
          logEvents: messages.map((message, index) => ({ id: String(delivery * size + index).padStart(56, '3'), timestamp: loggedAt, message })),
        })).toString('base64'),
      },
    };
  });
}
