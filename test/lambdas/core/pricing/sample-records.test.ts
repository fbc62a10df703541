import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseInvocationRecord, UsageRecord } from '../../../../src/lambdas/core/invocation-record';
import { formatUsd } from '../../../../src/lambdas/core/money';
import { embeddedCatalog } from '../../../../src/lambdas/core/pricing/embedded-catalog';

const LOGGED_AT = Date.parse('2026-03-10T10:00:00Z');
const [, ...RECORDS] = fs.readFileSync(path.join(__dirname, '../../../fixtures/invocation-records.jsonl'), 'utf8').trim().split('\n');
const catalog = embeddedCatalog();

/** What each of the records costs, by hand: tokens times USD a million. In the order of the file, by the end of their request id. */
const BY_HAND: readonly (readonly [id: string, microUsd: number, why: string, assumptions?: readonly string[]])[] = [
  ['01', 255 * 5 + 113 * 25, 'Opus 4.5 worldwide'],
  ['02', 3 * 5 + 52 * 25 + 24_479 * 6.25, 'Opus 4.6 worldwide; the body does not tell the lifetime', ['cache-write-priced-as-5m']],
  ['03', 6 * 5 + 167 * 25 + 225_913 * 6.25, 'Opus 4.7 by the ARN of its profile; more than 200,000 tokens, but no long-context tier', ['cache-write-priced-as-5m']],
  ['04', 3 * 11 + 142 * 55 + 28_857 * 13.75, 'an application profile that nobody was asked about: Fable 5 in a region', ['model-behind-arn-unknown', 'cache-write-priced-as-5m']],
  ['05', 1 * 0.042 + 8 * 0.168, 'Nova Micro, called in Tokyo'],
  ['06', 571 * 0.25 + 281 * 1.25, 'Claude 3 Haiku, streamed'],
  ['07', 20 * 3.3 + 40 * 16.5 + 500 * 0.33 + 1_000 * 4.125 + 2_000 * 6.6, 'Sonnet 4.5 of the US; the body tells both lifetimes'],
  ['08', (100 * 5 + 500 * 25 + 10_000 * 6.25 + 20_000 * 10) / 2, 'Opus 5 worldwide, flex', ['service-tier-priced-by-ratio']],
  ['09', 640 * 0.02, 'Titan Embeddings V2: no output'],
  ['10', 0, 'a failed call'],
  ['11', 0, 'stopped by a guardrail before the model', ['nothing-counted']],
  ['12', 90 * 1.1 + 33 * 5.5, 'stopped by a guardrail after the model: tokens count'],
  ['13', 12 * 1.1 + 3 * 5.5, 'look-alike counts in both bodies'],
  ['14', 7 * 0.2 + 11 * 0.6, 'Titan Text Express'],
  ['15', 4_512 * 3.3 + 311 * 16.5, 'Sonnet 4.5 of the US, by an AgentCore harness'],
  ['16', (5 * 0.15 + 6 * 0.6) * 1.25, 'gpt-oss 120b, latency-optimized', ['latency-optimized-priced-by-ratio']],
  ['17', 6 * 80_000, 'six seconds of Nova Reel at 0.08 USD'],
  ['18', 2 * 0.3 + 3 * 1.5, 'Claude 3 Haiku in GovCloud'],
];

test.each(BY_HAND.map(([id, microUsd, why, assumptions = []], index) => ({ id, microUsd, why, assumptions, line: RECORDS[index] })))(
  'record $id: $why', ({ id, microUsd, assumptions, line }) => {
    const usage = parseInvocationRecord(line, LOGGED_AT) as UsageRecord;
    expect(usage.requestId.slice(-2)).toBe(id);
    const charge = catalog.priceOf(usage);
    // The figures above have at most ten digits, which a JavaScript number holds.
    expect(Number(formatUsd(charge.cost)) * 1e6).toBeCloseTo(microUsd, 6);
    expect(charge.assumptions).toEqual(assumptions);
  });

test('every sample record is priced', () => {
  expect(BY_HAND).toHaveLength(RECORDS.length);
});
