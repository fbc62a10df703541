import { parsePriceOverrides } from '../../../../src/lambdas/core/pricing/price-overrides';

test('reads prices and discounts', () => {
  const { models, discount, providerDiscounts } = parsePriceOverrides(`
    # our private offer
    discount 5 %
    discount anthropic 12.5%
    anthropic.claude-opus-5 in=4 out=20
    unknown in=10 out=50
  `);
  expect([...models.keys()]).toEqual(['anthropic.claude-opus-5', 'unknown']);
  expect(Number(discount.numerator * 100n / discount.denominator)).toBe(95);
  expect([...providerDiscounts.keys()]).toEqual(['anthropic']);
  expect(Number(providerDiscounts.get('anthropic')!.numerator * 1000n / providerDiscounts.get('anthropic')!.denominator)).toBe(875);
});

test.each(['', 'none', '\n none \n'])('%j overrides nothing', text => {
  const { models, discount, providerDiscounts } = parsePriceOverrides(text);
  expect([models.size, discount.numerator === discount.denominator, providerDiscounts.size]).toEqual([0, true, 0]);
});

test.each(['discount', 'discount 100%', 'discount -5%', 'discount 5', 'discount 1.234%', 'discount Anthropic 5%', 'discount anthropic', 'discount anthropic five%'])(
  'refuses %j', line => {
    expect(() => parsePriceOverrides(`acme.small in=1 out=1\n${line}`)).toThrow(`price row "${line}": a discount is a percentage from 0 to below 100`);
  });

test.each([
  ['discount 5%\ndiscount 6%', 'price row "discount 6%": the discount is given twice'],
  ['discount acme 5%\ndiscount acme 5%', 'price row "discount acme 5%": the discount is given twice'],
  ['acme.small in=1 out=2 in=3', '"in" is given twice'],
  ['unknown image=3', 'price row "unknown": needs prices of tokens, in and out, that hold everywhere'],
  ['unknown eu in=3 out=4', 'price row "unknown": needs prices of tokens'],
  ['acme.small \u001b[2J=1', 'price row "acme.small ?[2J=1"'],
])('refuses %j', (text, problem) => {
  expect(() => parsePriceOverrides(text)).toThrow(problem);
});

test('names the row that cannot be read', () => {
  expect(() => parsePriceOverrides('discount 5%\nacme.small in=1')).toThrow('price row "acme.small in=1": has a price of tokens without in and out');
});

test.each([['0%', 100], ['0.01%', 99.99], ['99.99%', 0.01], ['99%', 1], ['5   %', 95], ['12.5%', 87.5]])('a discount of %s leaves %d percent', (percent, left) => {
  for (const [text, of] of [[`discount ${percent}`, undefined], [`discount acme1 ${percent}`, 'acme1']] as const) {
    const { discount, providerDiscounts, models } = parsePriceOverrides(text);
    const { numerator, denominator } = of === undefined ? discount : providerDiscounts.get(of)!;
    expect([Number(numerator * 100_000_000n / denominator) / 1_000_000, models.size]).toEqual([left, 0]);
  }
});

test.each(['discount 100.00%', 'discount 123%', 'discount 5.%', 'discount .5%', 'discount 5% 6%', 'discount 1acme 5%', `discount ${'a'.repeat(31)} 5%`, 'discount acme_x 5%', 'discount acme 5% off'])(
  'refuses %j with all that may be written', line => {
    expect(() => parsePriceOverrides(line)).toThrow(new Error(
      `price row "${line}": a discount is a percentage from 0 to below 100 with at most 2 decimals, such as "discount 5%" or "discount anthropic 12.5%"`,
    ));
  });

test('the longest name of a provider is thirty letters', () => {
  expect([...parsePriceOverrides(`discount ${'a'.repeat(30)} 5%`).providerDiscounts.keys()]).toEqual(['a'.repeat(30)]);
});

test('discounts of 0 percent are given once, too', () => {
  expect(() => parsePriceOverrides('discount 0%\ndiscount 5%')).toThrow('the discount is given twice');
});
