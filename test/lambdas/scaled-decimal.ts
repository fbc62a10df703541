/** Decimals as DynamoDB adds them: exactly. A reckoning of its own, so that tests do not judge the product's money by the product's money. */
export const ScaledDecimal = { sum, compare, product } as const;

const DIGITS = 20;
const SCALE = 10n ** BigInt(DIGITS);

function sum(...texts: readonly string[]): string {
  return formatted(texts.map(scaled).reduce((total, amount) => total + amount, 0n));
}

function compare(a: string, b: string): number {
  const difference = scaled(a) - scaled(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function product(text: string, times: number): string {
  return formatted(scaled(text) * BigInt(times));
}

function scaled(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,20}))?$/.exec(text);
  if (!match) {
    throw new TypeError(`${text} is no plain decimal`);
  }
  const [, sign, whole, fraction = ''] = match;
  const amount = BigInt(whole) * SCALE + BigInt(fraction.padEnd(DIGITS, '0'));
  return sign ? -amount : amount;
}

function formatted(amount: bigint): string {
  const absolute = amount < 0n ? -amount : amount;
  const fraction = (absolute % SCALE).toString().padStart(DIGITS, '0').replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${absolute / SCALE}${fraction && `.${fraction}`}`;
}
