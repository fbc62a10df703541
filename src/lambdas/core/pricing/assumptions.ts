/**
 * Everything that pricing may have to assume, by the code that stands in the ledger row. Codes are stable: ledgers keep
 * them for years. A code stands in a row only where the assumption can have changed the cost.
 */
export const PRICING_ASSUMPTIONS = {
  'unknown-model':
    'The catalog does not have the model: charged at the dearest current text model of its provider, or of all.',
  'model-behind-arn-unknown':
    'The ARN does not tell the model: charged at the dearest current text model of all.',
  'not-billed-by-token':
    'Paid by the hour or by capacity, not by token: charged by token at the dearest current text model of all.',
  'no-tokens-in-record':
    'The record counts no tokens and the model is unknown, so the cost came out as zero: it may be billed by image, second or query, or have failed.',
  'regional-price-unknown':
    'The catalog has no price of the model for the region of the call: charged at its price in us-east-1.',
  'cache-write-priced-as-5m':
    'The record does not tell for how long the cache was written: charged at the price of five minutes.',
  'cache-write-1h-priced-as-5m':
    'The catalog has no price of cache writes for an hour: charged at that of five minutes.',
  'cache-write-priced-as-input':
    'The catalog has no price of cache writes for the model: charged as input tokens.',
  'cache-read-priced-as-input':
    'The catalog has no price of cache reads for the model: charged as input tokens.',
  'service-tier-priced-by-ratio':
    'Flex and priority are charged at half and 1.75 times the standard price, not at rows of their own.',
  'service-tier-unknown':
    'The service tier is not one we know: charged like the dearest one, priority.',
  'latency-optimized-priced-as-standard':
    'The catalog has no prices of latency-optimized inference: charged at the standard price, which is lower.',
} as const;

export type PricingAssumption = keyof typeof PRICING_ASSUMPTIONS;
