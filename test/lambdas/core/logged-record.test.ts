import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { checkLoggedRecord } from '../../../src/lambdas/core/logged-record';
import { UnreadableRecordError } from '../../../src/lambdas/core/unreadable-record';
import { aRecord, errorOf } from './builders';

/** The same shape in the words of a library, which is too slow for every call and just right as a second opinion. */
const Count = z.nullish(z.int().check(z.nonnegative(), z.maximum(100_000_000)));
const name = (maxLength: number) => z.string().check(z.regex(new RegExp(`^[\\x21-\\x7e]{1,${maxLength}}$`)));
const region = z.string().check(z.regex(/^[a-z0-9-]{1,30}$/));
const Config = z.nullish(z.object({ latency: z.nullish(z.string()) }));
const Shape = z.object({
  timestamp: z.iso.datetime({ offset: true }),
  accountId: z.string().check(z.regex(/^\d{12}$/)),
  region,
  requestId: name(128),
  operation: name(128),
  modelId: name(2048),
  inferenceRegion: z.nullish(region),
  identity: z.object({ arn: z.string() }),
  errorCode: z.nullish(z.string().check(z.maxLength(256))),
  performanceConfig: Config,
  input: z.nullish(z.object({ inputTokenCount: Count, cacheReadInputTokenCount: Count, cacheWriteInputTokenCount: Count })),
  output: z.nullish(z.object({ outputTokenCount: Count, performanceConfig: Config })),
});

const sometimes = (value: fc.Arbitrary<unknown>, odd: fc.Arbitrary<unknown>) => fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: odd });
const anything = fc.oneof(fc.constantFrom(undefined, null, '', 'x', 0, -1, 0.5, 1e12, true, [], {}), fc.jsonValue());
const count = sometimes(fc.nat({ max: 100_000_000 }), anything);
const config = sometimes(fc.record({ latency: sometimes(fc.constantFrom('optimized', 'standard'), anything) }), anything);
const timestamp = fc.oneof(
  fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }).map(date => date.toISOString()),
  fc.tuple(fc.constantFrom('2024', '2026', '1900', '2000'), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }), fc.constantFrom('Z', '+02:00', '-23:59', '+24:00', '', '+0200', 'z'))
    .map(([year, month, day, zone]) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T11:59:30${zone}`),
  fc.constantFrom('2026-03-10T24:00:00Z', '2026-03-10T11:60:00Z', '2026-03-10T11:59Z', '2026-03-10T11:59:30.Z', '2026-03-10T11:59:60Z', '2026-03-10 11:59:30Z', '2026-03-10T11:59:30Z\n'),
);
const record = fc.record({
  timestamp: sometimes(timestamp, anything),
  accountId: sometimes(fc.constantFrom('444455556666', '44445555666'), anything),
  region: sometimes(fc.constantFrom('us-east-1', 'US'), anything),
  requestId: sometimes(fc.constantFrom('r', 'a b', 'r'.repeat(128), 'r'.repeat(129)), anything),
  operation: sometimes(fc.constant('Converse'), anything),
  modelId: sometimes(fc.constantFrom('m', 'm'.repeat(2048), 'm'.repeat(2049)), anything),
  identity: sometimes(fc.record({ arn: sometimes(fc.constant('arn'), anything) }), anything),
  inferenceRegion: sometimes(fc.constant('eu-west-1'), anything),
  errorCode: sometimes(fc.constantFrom('ThrottlingException', 'e'.repeat(256), 'e'.repeat(257)), anything),
  performanceConfig: config,
  input: sometimes(fc.record({ inputTokenCount: count, cacheReadInputTokenCount: count, cacheWriteInputTokenCount: count }, { requiredKeys: [] }), anything),
  output: sometimes(fc.record({ outputTokenCount: count, performanceConfig: config }, { requiredKeys: [] }), anything),
}, { requiredKeys: [] });

/** With a few parts that may be anything. */
const ordinaryButFor = fc.tuple(record, fc.subarray(Object.keys(aRecord()).concat('inferenceRegion', 'errorCode', 'performanceConfig'), { maxLength: 2 }))
  .map(([parts, keys]) => ({ ...aRecord(), ...Object.fromEntries(keys.map(key => [key, parts[key as keyof typeof parts]])) }));

test('a record is taken where its shape in the words of a library takes it, and only there', () => {
  let taken = 0;
  fc.assert(fc.property(fc.oneof({ weight: 8, arbitrary: ordinaryButFor }, record, anything), value => {
    const expected = Shape.safeParse(value);
    taken += Number(expected.success);
    expect(isTaken(value)).toBe(expected.success);
    if (expected.success) {
      const { input, output, ...rest } = expected.data;
      expect(checkLoggedRecord(value)).toMatchObject({
        timestamp: rest.timestamp,
        identityArn: rest.identity.arn,
        inputTokens: input?.inputTokenCount ?? 0,
        outputTokens: output?.outputTokenCount ?? 0,
        cacheReadTokens: input?.cacheReadInputTokenCount ?? 0,
        cacheWriteTokens: input?.cacheWriteInputTokenCount ?? 0,
      });
      expect(checkLoggedRecord(value).latency).toBe(rest.performanceConfig?.latency ?? output?.performanceConfig?.latency ?? undefined);
    }
  }), { numRuns: 3000 });
  // Neither answer is the only one.
  expect(taken).toBeGreaterThan(100);
});

test.each<[string, object, string]>([
  ['a fraction', { input: { inputTokenCount: 0.5 } }, 'input.inputTokenCount: expected int'],
  ['a count that is text', { output: { outputTokenCount: '5' } }, 'output.outputTokenCount: expected number'],
  ['an endless error code', { errorCode: 'e'.repeat(257) }, 'errorCode: above 256'],
  ['an error code that is none', { errorCode: 5 }, 'errorCode: expected string'],
  ['a region of inference that is none', { inferenceRegion: 'EU' }, 'inferenceRegion: not a valid value'],
  ['a latency that is no text', { output: { performanceConfig: { latency: 5 } } }, 'output.performanceConfig.latency: expected string'],
  ['a latency of the output that is no text, beside one of the record that is', {
    performanceConfig: { latency: 'optimized' }, output: { performanceConfig: { latency: [] } },
  }, 'output.performanceConfig.latency: expected string'],
  ['an output that is a list', { output: [] }, 'output: expected object'],
  ['a record without a time', { timestamp: undefined }, 'timestamp: expected string'],
  ['a time that is none', { timestamp: '2026-02-30T00:00:00Z' }, 'timestamp: not a valid datetime'],
  ['an account that is none', { accountId: '4444' }, 'accountId: not a valid value'],
  ['a region that is none', { region: 'EU' }, 'region: not a valid value'],
  ['a request without an id', { requestId: '' }, 'requestId: not a valid value'],
  ['an operation that is none', { operation: 'two words' }, 'operation: not a valid value'],
  ['a model that is none', { modelId: 5 }, 'modelId: expected string'],
  ['an input that is text', { input: 'x' }, 'input: expected object'],
  ['a negative count of cache reads', { input: { cacheReadInputTokenCount: -1 } }, 'input.cacheReadInputTokenCount: below 0'],
  ['more cache writes than any model has', { input: { cacheWriteInputTokenCount: 100_000_001 } }, 'input.cacheWriteInputTokenCount: above 100000000'],
  ['a configuration that is a list', { performanceConfig: [] }, 'performanceConfig: expected object'],
  ['a latency that is a number', { performanceConfig: { latency: 5 } }, 'performanceConfig.latency: expected string'],
  ['no identity', { identity: undefined }, 'identity: expected object'],
  ['an identity without an ARN', { identity: {} }, 'identity.arn: expected string'],
])('%s is refused with its place', (_, part, message) => {
  expect(String(errorOf(() => checkLoggedRecord({ ...aRecord(), ...part })))).toBe(`UnreadableRecordError: ${message}`);
});

test('an error code may have 256 characters, and a record that is none is refused as a whole', () => {
  const errorCode = 'e'.repeat(256);
  expect(checkLoggedRecord({ ...aRecord(), errorCode }).errorCode).toBe(errorCode);
  expect(() => checkLoggedRecord([])).toThrow('record: expected object');
});

test.each([
  ['2026-02-28', true], ['2026-02-29', false], ['2028-02-29', true], ['2028-02-30', false], ['2026-04-30', true], ['2026-04-31', false], ['2026-12-31', true],
])('whether %s is a day of its month: %p', (day, isDay) => {
  expect(isTaken({ ...aRecord(), timestamp: `${day}T11:59:30Z` })).toBe(isDay);
});

function isTaken(value: unknown): boolean {
  try {
    checkLoggedRecord(value);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableRecordError);
    return false;
  }
}
