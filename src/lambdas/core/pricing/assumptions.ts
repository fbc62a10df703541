/**
 * Everything that pricing may have to assume, by the code that stands in the ledger row. Codes are stable: ledgers keep
 * them for years. A code stands in a row only where the assumption can have changed the cost.
 */
export const PRICING_ASSUMPTIONS = {
  // the model
  'unknown-model':
    'No price of the model is known: charged at the dearest current text model of its provider, or of all.',
  'model-behind-arn-unknown':
    'The ARN does not tell the model, and Bedrock did not either: charged at the dearest current text model of all.',
  'not-billed-by-token':
    'Paid by the hour or by capacity, not by token: charged by token like the model behind it, or like the dearest current text model of all.',
  'custom-model-priced-as-base':
    'A model customized from another: charged like the one that it is based on.',
  'router-priced-as-dearest':
    'The record does not tell which model of the prompt router answered: charged at the dearest of them.',
  'no-tokens-in-record':
    'No price of the model is known and the record counts no tokens: charged as one image of the dearest current image model of its provider, or of all.',
  // the place
  'regional-price-unknown':
    'No price of the model is known for the region of the call: charged at its price in us-east-1.',
  // tokens
  'cache-write-priced-as-5m':
    'The record does not tell for how long the cache was written: charged at the price of five minutes.',
  'cache-write-priced-as-1h':
    'The record does not tell for how long the cache was written: charged at the price of an hour.',
  'cache-write-1h-priced-as-5m':
    'No price of cache writes for an hour is known: charged at that of five minutes.',
  'cache-write-priced-as-input':
    'No price of cache writes is known for the model: charged as input tokens.',
  'cache-read-priced-as-input':
    'No price of cache reads is known for the model: charged as input tokens.',
  // how it was served
  'service-tier-priced-by-ratio':
    'Batch and flex are charged at half and priority at 1.75 times the standard price, not at a price of their own.',
  'service-tier-assumed-standard':
    'The model is served in tiers, and the record does not tell which: charged at the standard price.',
  'service-tier-unknown':
    'The service tier is not one we know: charged like the dearest one, priority.',
  'latency-optimized-priced-by-ratio':
    'Latency-optimized inference is charged at 1.25 times the standard price, not at a price of its own.',
  // other units
  'image-count-assumed':
    'The record does not tell how many images were made: charged for one.',
  'size-assumed':
    'The record does not tell the size or quality on which the price depends: charged at the dearest.',
  'video-length-assumed':
    'The record does not tell how long the video is: charged for the shortest that the model makes.',
  'input-media-assumed':
    'The record does not tell which pictures and recordings went in: charged for none beside counted text, else for one of the usual length.',
  'query-count-assumed':
    'The record does not tell how many documents were reranked: charged as one query.',
  'nothing-counted':
    'The call succeeded, and its record counts nothing that could be charged: a guardrail may have stopped it.',
  'guardrail-price-unknown':
    'The record counts units of a guardrail policy that no price is known of: they are not charged.',
} as const;

export type PricingAssumption = keyof typeof PRICING_ASSUMPTIONS;
