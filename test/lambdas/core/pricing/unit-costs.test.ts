import { formatUsd } from '../../../../src/lambdas/core/money';
import { parsePriceTable } from '../../../../src/lambdas/core/pricing/price-table';
import { rateOf } from '../../../../src/lambdas/core/pricing/rate';
import { regionalPrices } from '../../../../src/lambdas/core/pricing/regional-price';
import { ONE } from '../../../../src/lambdas/core/pricing/token-prices';
import { unitCosts } from '../../../../src/lambdas/core/pricing/unit-costs';
import { UnitCount } from '../../../../src/lambdas/core/pricing/units';
import { usage } from './usage';

/** `<key> <price> <cost>` of a model with the row that is given, and what was assumed. */
function costs(row: string, units?: readonly UnitCount[], { input = 0, errorCode }: { readonly input?: number; readonly errorCode?: string } = {}): string[] {
  const [model] = parsePriceTable('2026-01', `a.one ${row}`).models.values();
  const [regional] = regionalPrices(model, { region: 'us-east-1' });
  const found = unitCosts(usage('a.one', { input }, { ...(units ? { units } : {}), ...(errorCode ? { errorCode } : {}) }), rateOf({ model, regional, modeRatio: ONE, discount: ONE }));
  return [...found.costs.map(([key, price, cost]) => `${key} ${formatUsd(price)} ${formatUsd(cost)}`), ...found.assumptions];
}

const SIZES = 'image:512=0.01 image:2048=0.04 image:1024=0.02';

test.each<[string, () => string[], string[]]>([
  ['nothing of what has no units', () => costs('in=1 out=2', [{ unit: 'image', count: 3 }]), []],
  ['what the record tells', () => costs(SIZES, [{ unit: 'image', count: 3, variant: '1024' }]), ['image:1024 0.02 0.06']],
  ['the dearest size where it does not tell', () => costs(SIZES, [{ unit: 'image', count: 3 }]), ['image:2048 0.04 0.12', 'size-assumed']],
  ['the dearest size where nobody knows the one it tells', () => costs(SIZES, [{ unit: 'image', count: 1, variant: '4096' }]), ['image:2048 0.04 0.04', 'size-assumed']],
  ['a price of every size where there is one', () => costs('image=0.03 image:1024=0.02', [{ unit: 'image', count: 2, variant: '512' }]), ['image 0.03 0.06']],
  ['the only size without an assumption', () => costs('image:1024=0.02 second:720p=9', [{ unit: 'image', count: 2, variant: '512' }, { unit: 'second', count: 0 }]), ['image:1024 0.02 0.04']],
  ['no size of another unit', () => costs('image:1024=0.02 image-in:1024=9', [{ unit: 'image', count: 1 }, { unit: 'image-in', count: 0 }]), ['image:1024 0.02 0.02']],
  ['nothing for none', () => costs(SIZES, [{ unit: 'image', count: 0 }]), []],
  ['one image where there is no count', () => costs('image=0.03'), ['image 0.03 0.03', 'image-count-assumed']],
  ['the usual number where there is no count', () => costs('second=0.5 assumed-second=6'), ['second 0.5 3', 'video-length-assumed']],
  ['a picture and a recording where no text was counted', () => costs('image-in=0.1 second-in=0.01 assumed-second-in=60'), ['image-in 0.1 0.1', 'second-in 0.01 0.6', 'input-media-assumed']],
  ['neither beside counted text', () => costs('image-in=0.1 second-in=0.01', undefined, { input: 1 }), ['input-media-assumed']],
  ['but what was made, whatever the text', () => costs('image=0.1', undefined, { input: 1 }), ['image 0.1 0.1', 'image-count-assumed']],
  ['a query', () => costs('query=0.002', undefined, { input: 1 }), ['query 0.002 0.002', 'query-count-assumed']],
  ['no guardrail that no record tells of', () => costs('guardrail-content=1 image=0.1', [{ unit: 'image', count: 1 }]), ['image 0.1 0.1']],
  ['guardrails that it tells of', () => costs('guardrail-content=1', [{ unit: 'guardrail-content', count: 2 }]), ['guardrail-content 1 2']],
  ['nothing of a call that failed', () => costs('image=0.1 second-in=1 query=1', undefined, { errorCode: 'ThrottlingException' }), []],
  ['but what a call that failed is said to have taken', () => costs('image=0.1', [{ unit: 'image', count: 1 }], { errorCode: 'ModelErrorException' }), ['image 0.1 0.1']],
])('charges %s', (_, found, expected) => {
  expect(found()).toEqual(expected);
});
