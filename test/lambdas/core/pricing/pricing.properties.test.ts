import * as fc from 'fast-check';
import { TokenCounts } from '../../../../src/lambdas/core/invocation-record';
import { addUsd } from '../../../../src/lambdas/core/money';
import { EMBEDDED_PRICES, embeddedCatalog } from '../../../../src/lambdas/core/pricing/embedded-catalog';
import { usage } from './usage';

const catalog = embeddedCatalog();
const ids = [...EMBEDDED_PRICES.models.keys()];

const anyId = fc.constantFrom(...ids);
/** Billed by the token alone, whatever their number. */
const flatId = fc.constantFrom(...[...EMBEDDED_PRICES.models.values()]
  .filter(({ longContextAbove, list }) => longContextAbove === undefined && list?.units === undefined)
  .map(({ id }) => id));
const geography = fc.constantFrom('', 'global.', 'us.', 'eu.', 'apac.', 'jp.', 'au.', 'ca.', 'in.', 'us-gov.', 'sa.');
const region = fc.constantFrom('us-east-1', 'us-west-2', 'eu-west-2', 'ap-northeast-1', 'sa-east-1', 'ca-central-1', 'us-gov-west-1');
const serviceTier = fc.constantFrom(undefined, 'default', 'flex', 'priority', 'reserved', 'novel');
const tokens: fc.Arbitrary<TokenCounts> = fc.record({
  input: fc.nat(2_000_000), output: fc.nat(200_000), cacheRead: fc.nat(2_000_000), cacheWrite5m: fc.nat(500_000), cacheWrite1h: fc.nat(500_000),
});
const unknownId = fc.oneof(
  fc.string(),
  fc.stringMatching(/^(us\.|global\.)?[a-z]{2,9}\.[a-z0-9.:-]{1,30}$/),
  fc.stringMatching(/^[a-z-]{1,20}\/[a-z0-9]{1,12}$/).map(resource => `arn:aws:bedrock:us-east-1:111122223333:${resource}`),
);

test('the parts of a call cost together what the whole costs', () => {
  fc.assert(fc.property(flatId, geography, region, serviceTier, fc.array(tokens, { minLength: 1, maxLength: 5 }), (id, prefix, where, tier, parts) => {
    const cost = (part: TokenCounts) => catalog.priceOf(usage(prefix + id, part, { region: where, serviceTier: tier })).cost;
    expect(cost(parts.reduce(sum))).toBe(addUsd(...parts.map(cost)));
  }));
});

test('no call has a negative price, and more tokens never cost less', () => {
  fc.assert(fc.property(fc.oneof(anyId, unknownId), region, serviceTier, tokens, tokens, (id, where, tier, some, more) => {
    // A call without any tokens may be one that is billed by other units.
    fc.pre(some.input > 0);
    const cost = (counts: TokenCounts) => catalog.priceOf(usage(id, counts, { region: where, serviceTier: tier })).cost;
    expect(cost(some)).toBeGreaterThanOrEqual(0n);
    expect(cost(sum(some, more))).toBeGreaterThanOrEqual(cost(some));
  }));
});

test('what is not in the catalog is never free', () => {
  fc.assert(fc.property(unknownId, region, serviceTier, fc.constantFrom('input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'),
    (id, where, tier, kind) => {
      const charge = catalog.priceOf(usage(id, { [kind]: 1 }, { region: where, serviceTier: tier }));
      fc.pre(!charge.known);
      expect(charge.cost).toBeGreaterThan(0n);
      expect(charge.source).toBe('conservative-default');
      expect(charge.assumptions).not.toEqual([]);
    }));
});

test('ARNs cost what their ids cost, in every partition', () => {
  const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-eusc');
  fc.assert(fc.property(anyId, geography, region, partition, tokens, (id, prefix, where, part, counts) => {
    const price = (modelId: string) => catalog.priceOf(usage(modelId, counts, { region: where }));
    expect(price(`arn:${part}:bedrock:${where}::foundation-model/${id}`)).toEqual(price(id));
    expect(price(`arn:${part}:bedrock:${where}:111122223333:inference-profile/${prefix}${id}`)).toEqual(price(`${prefix}${id}`));
  }));
});

test('a profile is priced as the model that it names', () => {
  fc.assert(fc.property(anyId, geography, region, (id, prefix, where) => {
    expect(catalog.priceOf(usage(prefix + id, { input: 1 }, { region: where }))).toMatchObject({ pricedAs: id, known: true });
  }));
});

test('look-alikes of an id are other models', () => {
  const noise = fc.stringMatching(/^[a-z0-9:-]{1,6}$/);
  const lookAlike = fc.oneof(
    fc.tuple(anyId, noise).map(([id, more]) => id + more),
    fc.tuple(anyId, noise).map(([id, more]) => `${id}.${more}`),
    fc.tuple(anyId, noise).map(([id, more]) => more + id),
    anyId.map(id => id.slice(0, -1)),
    anyId.map(id => id.toUpperCase()),
    anyId.map(id => `us.us.${id}`),
    anyId.map(id => ` ${id}`),
  ).filter(id => !EMBEDDED_PRICES.models.has(id.replace(/:\d{1,4}k$/, '')));
  fc.assert(fc.property(lookAlike, id => {
    expect(catalog.priceOf(usage(id, { input: 1 })).known).toBe(false);
  }));
});

function sum(a: TokenCounts, b: TokenCounts): TokenCounts {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
  };
}
