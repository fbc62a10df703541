/**
 * What AWS bills for the parts of the system: list prices of us-east-1 in US dollars, without free tiers. Other regions differ by some percent; an estimate
 * needs no more.
 */
export const LIST_PRICE_USD = {
  LAMBDA_REQUEST: 0.20e-6,
  /** arm64, first tier. */
  LAMBDA_GB_SECOND: 0.0000133334,
  /** On demand. */
  DYNAMODB_WRITE_UNIT: 0.625e-6,
  DYNAMODB_READ_UNIT: 0.125e-6,
  /** Ingestion, class Standard. */
  LOGS_BYTE: 0.50 / 2 ** 30,
  STATE_TRANSITION: 25e-6,
} as const;
