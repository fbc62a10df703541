import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parseInvocationRecord, UsageRecord } from '../../../src/lambdas/core/invocation-record';
import { UnreadableCode, UnreadableRecordError } from '../../../src/lambdas/core/unreadable-record';
import { ACCOUNT, aRecord, aRecordLine, at, DAY, LogRecord, NOON, REGION } from './builders';

const FIXTURE = readFileSync(join(__dirname, '../../fixtures/invocation-records.jsonl'), 'utf8').trimEnd().split('\n');

/** In the order of the file: who pays, and for how many tokens (in, out, read, written for 5 minutes, written for an hour). */
const EXPECTED: readonly (readonly [string, string, readonly [number, number, number, number, number], Partial<UsageRecord>])[] = [
  ['a call served in another region', 'iam-user/BedrockAPIKey-q7r8', [255, 113, 0, 0, 0], { inferenceRegion: 'us-east-2', cacheWriteSplit: 'none' }],
  ['cache writes without a lifetime', 'iam-user/BedrockAPIKey-s9t0', [3, 52, 0, 24_479, 0], { cacheWriteSplit: 'assumed' }],
  ['a prompt in S3, the model as a profile', 'iam-user/BedrockAPIKey-s9t0', [6, 167, 0, 225_913, 0], {
    modelId: `arn:aws:bedrock:us-west-2:${ACCOUNT}:inference-profile/global.anthropic.claude-opus-4-7`, cacheWriteSplit: 'assumed',
  }],
  ['an application inference profile', 'iam-role/deployer', [3, 142, 0, 28_857, 0], {
    modelId: `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/zyxwvutsrq98`, region: 'us-east-1',
  }],
  ['no bodies at all', 'iam-role/report-writer', [1, 8, 0, 0, 0], { region: 'ap-northeast-1', operation: 'Converse' }],
  ['the chunks of a stream', 'iam-user/BedrockAPIKey-q7r8', [571, 281, 0, 0, 0], { operation: 'InvokeModelWithResponseStream' }],
  ['lifetimes of cache writes in the chunks', 'iam-role/chat-backend', [20, 40, 500, 1000, 2000], { cacheWriteSplit: 'read' }],
  ['lifetimes of cache writes and a tier in the answer, metadata that names a victim', 'iam-role/AWSReservedSSO_Developer_fedcba9876543210', [100, 500, 0, 10_000, 20_000], {
    cacheWriteSplit: 'read', serviceTier: 'flex',
  }],
  ['an embedding', 'iam-role/AmazonBedrockExecutionRoleForKnowledgeBase_k2', [640, 0, 0, 0, 0], { operation: 'InvokeModel' }],
  ['a call that failed', 'iam-role/report-writer', [0, 0, 0, 0, 0], { errorCode: 'ResourceNotFoundException' }],
  ['a prompt blocked by a guardrail', 'iam-role/chat-backend', [0, 0, 0, 0, 0], {}],
  ['an answer blocked by a guardrail, which is billed', 'iam-role/chat-backend', [90, 33, 0, 0, 0], {}],
  ['look-alike keys in prompt and answer', 'iam-role/chat-backend', [12, 3, 0, 0, 0], { cacheWriteSplit: 'none' }],
  ['a user with a path', 'iam-user/indexer', [7, 11, 0, 0, 0], {}],
  ['a session of an agent', 'iam-role/AmazonBedrockAgentCoreHarnessDefaultServiceRole-a9b8', [4512, 311, 0, 0, 0], {}],
  ['an operation that is new, with nulls', 'iam-user/indexer', [5, 6, 0, 0, 0], { operation: 'CreateResponse', latencyOptimized: true }],
  ['a video made by the root user', 'root', [0, 0, 0, 0, 0], { operation: 'StartAsyncInvoke' }],
  ['a federated user in GovCloud', 'federated-user/auditor', [2, 3, 0, 0, 0], { calledAt: at('2026-03-10T09:30:00.250Z') }],
];

describe('every shape of the log is read', () => {
  test('the notice that Bedrock writes at the beginning is no record', () => {
    expect(parseInvocationRecord(FIXTURE[0], NOON)).toBeUndefined();
    expect(parseInvocationRecord(`${FIXTURE[0]}\n`, NOON)).toBeUndefined();
  });

  test('no record of the file is left untested', () => {
    expect(EXPECTED).toHaveLength(FIXTURE.length - 1);
  });

  test.each(EXPECTED.map((expected, index) => [...expected, FIXTURE[index + 1]] as const))('%s', (_, payer, [input, output, cacheRead, cacheWrite5m, cacheWrite1h], more, line) => {
    const [kind, ...name] = payer.split('/');
    const usage = read(line);
    expect(usage.principal.id).toBe([kind, ACCOUNT, ...name].join('/'));
    expect(usage.tokens).toEqual({ input, output, cacheRead, cacheWrite5m, cacheWrite1h });
    expect(usage).toMatchObject(more);
  });

  test('nothing of prompts, answers and metadata is carried on', () => {
    for (const line of FIXTURE.slice(1)) {
      expect(Object.keys(read(line))).not.toEqual(expect.arrayContaining([expect.stringMatching(/body|metadata|input|output/i)]));
      expect(JSON.stringify(read(line))).not.toContain('victim');
    }
  });
});

describe('an ordinary record', () => {
  test('is read as a whole', () => {
    expect(read(aRecordLine())).toEqual({
      callId: `${ACCOUNT}/${REGION}/0d9f7a52-6f0b-4a37-9a56-2b1c7a3e0001`,
      requestId: '0d9f7a52-6f0b-4a37-9a56-2b1c7a3e0001',
      calledAt: at('2026-03-10T11:59:30Z'),
      accountId: ACCOUNT,
      region: REGION,
      operation: 'Converse',
      modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
      principal: { id: `iam-user/${ACCOUNT}/alice`, kind: 'iam-user', accountId: ACCOUNT, name: 'alice' },
      tokens: { input: 1000, output: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
      cacheWriteSplit: 'none',
    });
  });

  test('may have fields that nobody knows yet', () => {
    expect(read(aRecordLine({ novelty: { inputTokenCount: 5 } })).tokens.input).toBe(1000);
  });

  test('may lack input and output, or have null in their place', () => {
    for (const absent of [undefined, null]) {
      expect(read(aRecordLine({ input: absent, output: absent })).tokens).toEqual({ input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 });
    }
  });

  test('is one call in one region of one account', () => {
    const other = aRecordLine({ region: 'us-east-1' });
    expect(read(other).callId).not.toBe(read(aRecordLine()).callId);
  });

  test('with an optimized latency, wherever that is said', () => {
    const performanceConfig = { latency: 'optimized' };
    expect(read(aRecordLine({ performanceConfig })).latencyOptimized).toBe(true);
    expect(read(aRecordLine({ output: { performanceConfig } })).latencyOptimized).toBe(true);
    expect(read(aRecordLine({ performanceConfig: { latency: 'standard' } })).latencyOptimized).toBeUndefined();
  });
});

describe('who pays', () => {
  test('is whom identity.arn names, whatever the caller wrote into its metadata', () => {
    const victim = `arn:aws:iam::${ACCOUNT}:user/victim`;
    const usage = read(aRecordLine({ requestMetadata: { userId: 'victim', identity: { arn: victim }, arn: victim, principalId: `iam-user/${ACCOUNT}/victim` } }));
    expect(usage.principal.name).toBe('alice');
  });

  test('is whom identity.arn names, whatever stands in the bodies', () => {
    const identity = { arn: `arn:aws:iam::${ACCOUNT}:user/victim` };
    expect(read(aRecordLine({ input: { inputTokenCount: 1, inputBodyJson: { identity } }, output: { outputBodyJson: { identity } } })).principal.name).toBe('alice');
  });
});

describe('lifetimes of cache writes', () => {
  const ONE_HOUR = { cacheDetails: [{ ttl: '1h', inputTokens: 70 }, { ttl: '5m', inputTokens: 30 }] };

  test.each<[string, unknown]>([
    ['at the top of a body', { usage: ONE_HOUR }],
    ['in the message of the first chunk', [{ message: { usage: { cache_creation: { ephemeral_1h_input_tokens: 70, ephemeral_5m_input_tokens: 30 } } } }]],
    ['in the metadata of the last chunk', [{}, { metadata: { usage: ONE_HOUR } }]],
    ['in a chunk after one that tells nothing', [{ usage: { input_tokens: 5 } }, { usage: ONE_HOUR }]],
  ])('are found %s', (_, outputBodyJson) => {
    expect(written(outputBodyJson)).toEqual({ cacheWrite5m: 30, cacheWrite1h: 70, split: 'read' });
  });

  test.each<[string, unknown]>([
    ['no body', undefined],
    ['a body that contradicts the envelope', { usage: { cacheDetails: [{ ttl: '1h', inputTokens: 1 }] } }],
    ['negative tokens that add up', { usage: { cacheDetails: [{ ttl: '1h', inputTokens: -100 }, { ttl: '5m', inputTokens: 200 }] } }],
    ['fractions that add up', { usage: { cacheDetails: [{ ttl: '1h', inputTokens: 0.5 }, { ttl: '5m', inputTokens: 99.5 }] } }],
    ['text for numbers', { usage: { cacheDetails: [{ ttl: '1h', inputTokens: '100' }] } }],
    ['a usage that is no object', { usage: [ONE_HOUR] }],
    ['details that are no list', { usage: { cacheDetails: { ttl: '1h', inputTokens: 100 } } }],
    ['a body that is text', 'usage'],
    ['a body that is null', null],
    ['chunks that are text', ['usage', null, 5]],
    ['usage where no answer has it', { output: { message: { usage: ONE_HOUR } } }],
    ['an unknown lifetime', { usage: { cacheDetails: [{ ttl: '1d', inputTokens: 100 }] } }],
  ])('are assumed to be five minutes with %s', (_, outputBodyJson) => {
    expect(written(outputBodyJson)).toEqual({ cacheWrite5m: 100, cacheWrite1h: 0, split: 'assumed' });
  });

  function written(outputBodyJson: unknown) {
    const line = aRecordLine({ input: { cacheWriteInputTokenCount: 100 }, output: { outputBodyJson } });
    const { tokens: { cacheWrite5m, cacheWrite1h }, cacheWriteSplit: split } = read(line);
    return { cacheWrite5m, cacheWrite1h, split };
  }
});

describe('the service tier', () => {
  test.each<[string, string, unknown, string | undefined]>([
    ['of a Converse answer', 'Converse', { serviceTier: { type: 'priority' } }, 'priority'],
    ['of a streamed Converse answer', 'ConverseStream', { serviceTier: { type: 'flex' } }, 'flex'],
    ['that the model itself may have written is not read', 'InvokeModel', { serviceTier: { type: 'flex' } }, undefined],
    ['that is no word is not read', 'Converse', { serviceTier: { type: 'flex tier!' } }, undefined],
    ['that is no text is not read', 'Converse', { serviceTier: { type: 5 } }, undefined],
    ['is absent from most answers', 'Converse', {}, undefined],
  ])('%s', (_, operation, outputBodyJson, tier) => {
    expect(read(aRecordLine({ operation, output: { outputBodyJson } })).serviceTier).toBe(tier);
  });
});

describe('what cannot be charged is refused with the reason', () => {
  test.each<[string, string, UnreadableCode]>([
    ['text', 'Permissions are NOT correctly set', 'not-json'],
    ['half a record', aRecordLine().slice(0, 300), 'not-json'],
    ['nothing', '', 'not-json'],
    ['a number', '5', 'wrong-shape'],
    ['null', 'null', 'wrong-shape'],
    ['a list of records', `[${aRecordLine()}]`, 'wrong-shape'],
    ['an empty object', '{}', 'wrong-shape'],
    ...(['timestamp', 'accountId', 'region', 'requestId', 'operation', 'modelId', 'identity'] as const)
      .map((field): [string, string, UnreadableCode] => [`a record without ${field}`, aRecordLine({ [field]: undefined }), 'wrong-shape']),
    ['an account that is none', aRecordLine({ accountId: '12' }), 'wrong-shape'],
    ['an account that is a number', aRecordLine({ accountId: 444455556666 }), 'wrong-shape'],
    ['a region that would break a key', aRecordLine({ region: 'us/east' }), 'wrong-shape'],
    ['a request id that would break a log', aRecordLine({ requestId: 'a\nb' }), 'wrong-shape'],
    ['a request id without end', aRecordLine({ requestId: 'a'.repeat(129) }), 'wrong-shape'],
    ['an empty model', aRecordLine({ modelId: '' }), 'wrong-shape'],
    ['a model without end', aRecordLine({ modelId: 'm'.repeat(2049) }), 'wrong-shape'],
    ['a timestamp that is none', aRecordLine({ timestamp: 'yesterday' }), 'wrong-shape'],
    ['a timestamp without zone', aRecordLine({ timestamp: '2026-03-10T11:59:30' }), 'wrong-shape'],
    ['a day that is none', aRecordLine({ timestamp: '2026-02-30T11:59:30Z' }), 'wrong-shape'],
    ['counts that are text', tokens({ inputTokenCount: '1000' }), 'wrong-shape'],
    ['counts that are fractions', tokens({ inputTokenCount: 0.5 }), 'wrong-shape'],
    ['counts that are lists', tokens({ inputTokenCount: [5] }), 'wrong-shape'],
    ['an input that is text', aRecordLine({ input: 'hello' }), 'wrong-shape'],
    ['negative input', tokens({ inputTokenCount: -1 }), 'absurd-value'],
    ['negative cache reads', tokens({ cacheReadInputTokenCount: -1 }), 'absurd-value'],
    ['negative cache writes', tokens({ cacheWriteInputTokenCount: -5 }), 'absurd-value'],
    ['negative output', aRecordLine({ output: { outputTokenCount: -1 } }), 'absurd-value'],
    ['more tokens than any model reads', tokens({ inputTokenCount: 100_000_001 }), 'absurd-value'],
    ['more tokens than a number can count', tokens({ inputTokenCount: 1e300 }), 'absurd-value'],
    ['an identity of no known form', aRecordLine({ identity: { arn: 'arn:aws:iam::1:user/x' } }), 'unknown-identity'],
    ['an empty identity', aRecordLine({ identity: { arn: '' } }), 'unknown-identity'],
    ['a call more than a day after it was logged', aRecordLine({ timestamp: '2026-03-11T12:00:00.001Z' }), 'future-timestamp'],
    ['a call in the far future', aRecordLine({ timestamp: '9999-12-31T23:59:59Z' }), 'future-timestamp'],
    ['a call before there was Bedrock', aRecordLine({ timestamp: '0000-01-01T00:00:00+14:00' }), 'absurd-value'],
  ])('%s', (_, line, code) => {
    expect(refusalOf(line).code).toBe(code);
  });

  test('a clock that is a day ahead, or a record that is months late, is no reason to refuse', () => {
    expect(read(aRecordLine({ timestamp: '2026-03-11T12:00:00Z' })).calledAt).toBe(NOON + DAY);
    expect(read(aRecordLine({ timestamp: '2025-09-10T12:00:00Z' })).calledAt).toBe(at('2025-09-10T12:00:00Z'));
  });

  test('a hundred million tokens are still believed', () => {
    expect(read(tokens({ inputTokenCount: 100_000_000 })).tokens.input).toBe(100_000_000);
  });

  test('the reason names the place', () => {
    expect(refusalOf(tokens({ inputTokenCount: -1 })).message).toBe('input.inputTokenCount: below 0');
    expect(refusalOf(tokens({ inputTokenCount: 1e12 })).message).toBe('input.inputTokenCount: above 100000000');
    expect(refusalOf(aRecordLine({ identity: 5 })).message).toBe('identity: expected object');
    expect(refusalOf(aRecordLine({ region: 'US' })).message).toBe('region: not a valid value');
    expect(refusalOf(aRecordLine({ timestamp: 'x' })).message).toBe('timestamp: not a valid datetime');
    expect(refusalOf('5').message).toBe('record: expected object');
  });

  test('the reason never repeats what a caller or a model wrote', () => {
    const secret = 'my-secret-prompt';
    const lines = [
      secret, `{"prompt":"${secret}"`, aRecordLine({ modelId: `${secret} x` }), aRecordLine({ region: secret.toUpperCase() }), aRecordLine({ identity: { arn: secret } }),
      aRecordLine({ input: secret }), aRecordLine({ errorCode: secret.repeat(20) }), aRecordLine({ requestId: `${secret}\n` }),
    ];
    for (const line of lines) {
      expect(refusalOf(line).message).not.toContain(secret);
      expect(refusalOf(line).cause).toBeUndefined();
    }
  });
});

test('whatever the line, it is read, skipped or refused, and never crashes the meter', () => {
  const lineOf = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(fc.constantFrom(...Object.keys(aRecord()), 'errorCode', 'performanceConfig', '__proto__'), fc.jsonValue()).map(changes => aRecordLine(changes as LogRecord)),
  );
  fc.assert(fc.property(lineOf, line => {
    try {
      const usage = parseInvocationRecord(line, NOON);
      if (usage) {
        expect(Object.values(usage.tokens).every(count => Number.isSafeInteger(count) && count >= 0)).toBe(true);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableRecordError);
    }
  }), { numRuns: 300 });
});

test('bodies never change who pays, nor how much is counted', () => {
  const lookAlike = fc.record({
    usage: fc.record({ inputTokens: fc.nat(), outputTokens: fc.nat(), input_tokens: fc.nat(), output_tokens: fc.nat(), cacheReadInputTokens: fc.nat() }),
    inputTokenCount: fc.nat(),
    outputTokenCount: fc.nat(),
    cacheReadInputTokenCount: fc.nat(),
    identity: fc.constant({ arn: `arn:aws:iam::${ACCOUNT}:user/victim` }),
  });
  const bodies = fc.oneof(fc.jsonValue(), lookAlike, fc.array(lookAlike, { maxLength: 3 }));
  fc.assert(fc.property(bodies, bodies, bodies, (inputBodyJson, outputBodyJson, requestMetadata) => {
    const { input, output } = aRecord() as { readonly input: LogRecord; readonly output: LogRecord };
    const plain = read(aRecordLine({ input: { ...input, cacheWriteInputTokenCount: 10 } }));
    const { tokens: { cacheWrite5m, cacheWrite1h, ...counted }, principal, callId } = read(aRecordLine({
      requestMetadata, input: { ...input, cacheWriteInputTokenCount: 10, inputBodyJson }, output: { ...output, outputBodyJson },
    }));
    expect(principal).toEqual(plain.principal);
    expect(callId).toBe(plain.callId);
    expect(counted).toEqual({ input: 1000, output: 100, cacheRead: 0 });
    expect(cacheWrite5m + cacheWrite1h).toBe(10);
  }), { numRuns: 300 });
});

test.each<[string, string, string]>([
  ['a line that is no JSON', 'no json', 'UnreadableRecordError: not JSON (7 characters)'],
  ['a call in the future', aRecordLine({ timestamp: '2026-03-11T12:00:01Z' }), 'UnreadableRecordError: timestamp 2026-03-11T12:00:01Z lies more than a day after the time at which it was logged'],
  ['a call of before', aRecordLine({ timestamp: '2022-12-31T23:59:59Z' }), 'UnreadableRecordError: timestamp 2022-12-31T23:59:59Z lies before there was a log'],
])('whoever looks for a line that was refused is told why: %s', (_, line, told) => {
  expect(String(refusalOf(line))).toBe(told);
});

test.each(['2026-03-11T12:00:00Z', '2023-01-01T00:00:00Z'])('a call at %s, the very last and the very first that can be, is read', timestamp => {
  expect(read(aRecordLine({ timestamp })).calledAt).toBe(Date.parse(timestamp));
});

function read(line: string): UsageRecord {
  return parseInvocationRecord(line, NOON)!;
}

function tokens(input: LogRecord): string {
  return aRecordLine({ input });
}

function refusalOf(line: string): UnreadableRecordError {
  try {
    parseInvocationRecord(line, NOON);
  } catch (error) {
    return error as UnreadableRecordError;
  }
  throw new Error('the line was not refused');
}
