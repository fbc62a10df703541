import * as fc from 'fast-check';
import { formatUsd, usd, Usd } from '../../../../src/lambdas/core/money';
import { GUARDRAILS_ID } from '../../../../src/lambdas/core/pricing/units';
import { ALL_MODELS, compareCosts, OTHER_GUARDRAILS, worstPercent } from '../../../../src/lambdas/core/reconciliation/compare-costs';
import { BilledCharge } from '../../../../src/lambdas/core/reconciliation/ports';

const NOVA = 'amazon.nova-pro-v1:0';
const OPUS = 'anthropic.claude-opus-4-7';
const REGION = 'us-east-1';

const opus = (unblended: string, net = unblended): BilledCharge =>
  ({ service: 'Claude Opus 4.7 (Amazon Bedrock Edition)', usageType: 'USE1-MP:USE1_input_tokens_standard-Units', unblended: usd(unblended), net: usd(net) });
const nova = (unblended: string, usageType = 'USE1-NovaPro-input-tokens'): BilledCharge =>
  ({ service: 'Amazon Bedrock', usageType, unblended: usd(unblended), net: usd(unblended) });
const metered = (costs: Readonly<Record<string, string>>) => new Map(Object.entries(costs).map(([model, cost]) => [model, usd(cost)]));
const compare = (costs: Readonly<Record<string, string>>, ...charges: BilledCharge[]) => compareCosts(metered(costs), charges, REGION);
const verdicts = (...parameters: Parameters<typeof compare>) => Object.fromEntries(compare(...parameters).models.map(({ model, verdict }) => [model, verdict]));

test('kinds of token, geographies and services of one model are added up', () => {
  const { models, drift } = compare(
    { [`us.${OPUS}`]: '30', [`global.${OPUS}`]: '12', [NOVA]: '5' },
    opus('20'), { ...opus('22'), usageType: 'USE1-MP:USE1_output_tokens_standard-Units' }, nova('2'), nova('3', 'USE1-NovaPro-output-tokens'),
  );
  expect(models.map(({ model, metered: cost, billed, verdict }) => [model, formatUsd(cost), formatUsd(billed), verdict])).toEqual([
    [NOVA, '5', '5', 'agrees'], [OPUS, '42', '42', 'agrees'],
  ]);
  expect(drift).toEqual([]);
});

test('up to five percent is no difference, and neither is less than a dollar', () => {
  expect(verdicts({ [OPUS]: '95' }, opus('100'))).toEqual({ [OPUS]: 'agrees' });
  expect(verdicts({ [OPUS]: '94.999999999999' }, opus('100'))).toEqual({ [OPUS]: 'differs' });
  expect(verdicts({ [OPUS]: '105' }, opus('100'))).toEqual({ [OPUS]: 'agrees' });
  expect(verdicts({ [OPUS]: '105.000000000001' }, opus('100'))).toEqual({ [OPUS]: 'differs' });
  expect(verdicts({ [OPUS]: '0' }, opus('0.999999999999'))).toEqual({ [OPUS]: 'agrees' });
  expect(verdicts({ [OPUS]: '0' }, opus('1'))).toEqual({ [OPUS]: 'differs' });
});

test('a difference is told with its share of the bill', () => {
  const { drift: [found] } = compare({ [OPUS]: '60' }, opus('100'));
  expect(found).toMatchObject({ model: OPUS, percent: 40, verdict: 'differs' });
  expect(formatUsd(found.difference)).toBe('-40');
  expect(compare({ [OPUS]: '9' }).drift[0].percent).toBe(100);
  expect(compare({ [OPUS]: '30' }, opus('10')).drift[0].percent).toBe(200);
});

test('whoever has set a discount is compared with what is paid, whoever has not with what is charged', () => {
  expect(verdicts({ [OPUS]: '90' }, opus('100', '90'))).toEqual({ [OPUS]: 'agrees' });
  expect(verdicts({ [OPUS]: '100' }, opus('100', '90'))).toEqual({ [OPUS]: 'agrees' });
  expect(verdicts({ [OPUS]: '80' }, opus('100', '90'))).toEqual({ [OPUS]: 'differs' });
});

describe('what is not metered', () => {
  test('is told, and no difference', () => {
    const { models, other, drift, total } = compare(
      { [NOVA]: '5' }, nova('5'), nova('700', 'USE1-NovaPro-ProvisionedThroughput-NoCommit-ModelUnits'), nova('8', 'USE1-NovaPro-input-tokens-batch'), nova('90', 'EUC1-NovaPro-input-tokens'),
    );
    expect(models).toHaveLength(1);
    expect([...other].map(([name, amount]) => [name, formatUsd(amount)])).toEqual([['capacity, customization and other features', '700'], ['batch jobs', '8']]);
    expect(drift).toEqual([]);
    expect(total).toMatchObject({ model: ALL_MODELS, verdict: 'agrees' });
  });
});

describe('guardrails', () => {
  const guarded = (unblended: string, net = unblended) => ({ ...nova(unblended, 'USE1-Guardrail-ContentPolicyUnitsConsumed'), net: usd(net) });
  const amounts = (...parameters: Parameters<typeof compare>) => {
    const { models, other, total } = compare(...parameters);
    return {
      models: models.map(({ model, metered: cost, billed }) => [model, formatUsd(cost), formatUsd(billed)]),
      other: [...other].map(([name, amount]) => [name, formatUsd(amount)]),
      total: [formatUsd(total.metered), formatUsd(total.billed)],
    };
  };

  test('that are as dear as the model that they guard are no difference of the model', () => {
    expect(verdicts({ [NOVA]: '10', [GUARDRAILS_ID]: '10' }, nova('10'), guarded('10'))).toEqual({ [NOVA]: 'agrees', [GUARDRAILS_ID]: 'agrees' });
  });

  test('that are metered higher than they are billed differ', () => {
    expect(compare({ [NOVA]: '10', [GUARDRAILS_ID]: '10' }, nova('10'), guarded('5')).drift).toMatchObject([{ model: GUARDRAILS_ID, percent: 100 }]);
    expect(compare({ [NOVA]: '10', [GUARDRAILS_ID]: '10' }, nova('10'))).toMatchObject({ drift: [{ model: GUARDRAILS_ID }], incomplete: true });
  });

  test('that no record of a call tells of are other charges', () => {
    expect(amounts({ [NOVA]: '10', [GUARDRAILS_ID]: '10' }, nova('10'), guarded('30'))).toEqual({
      models: [[GUARDRAILS_ID, '10', '10'], [NOVA, '10', '10']], other: [[OTHER_GUARDRAILS, '20']], total: ['20', '20'],
    });
    expect(amounts({ [NOVA]: '10' }, nova('10'), guarded('30', '27'))).toEqual({
      models: [[GUARDRAILS_ID, '0', '0'], [NOVA, '10', '10']], other: [[OTHER_GUARDRAILS, '30']], total: ['10', '10'],
    });
    expect(verdicts({ [GUARDRAILS_ID]: '27' }, guarded('30', '27'))).toEqual({ [GUARDRAILS_ID]: 'agrees' });
  });
});

describe('a name on the bill that nobody knows', () => {
  const unknown: BilledCharge = { ...opus('50'), service: 'Claude Opus 9 (Amazon Bedrock Edition)' };

  test('may be that of a model which seems not to be billed: then the total tells', () => {
    const found = compare({ 'anthropic.claude-opus-9': '50', [NOVA]: '5' }, unknown, nova('5'));
    expect(found.models.map(({ model, verdict }) => [model, verdict])).toEqual([[NOVA, 'agrees'], ['anthropic.claude-opus-9', 'not-billed']]);
    expect([...found.unknownModels.keys()]).toEqual(['Claude Opus 9']);
    expect(found.drift).toEqual([]);
    expect(found.incomplete).toBe(false);
  });

  test('does not hide that the total differs', () => {
    expect(compare({ 'anthropic.claude-opus-9': '20' }, unknown).drift).toMatchObject([{ model: ALL_MODELS, percent: 60 }]);
  });

  test('does not excuse a model that is billed otherwise', () => {
    expect(compare({ [NOVA]: '5' }, unknown, nova('9')).drift).toMatchObject([{ model: NOVA }]);
  });
});

test('calls under an ARN that nobody can tell the model of may be those that are billed: then the total tells', () => {
  const found = compare({ 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc': '40' }, opus('40'));
  expect(found.models).toMatchObject([{ model: OPUS, verdict: 'unmatched' }]);
  expect(formatUsd(found.unknownCalls)).toBe('40');
  expect(found.drift).toEqual([]);
});

test('calls of which nobody knows the model excuse nothing that is metered beyond the bill', () => {
  const found = compare({ 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc': '40', [OPUS]: '50' }, opus('30'));
  expect(found.models).toMatchObject([{ model: OPUS, verdict: 'differs' }]);
});

test('a model of which the bill has nothing at all may be late', () => {
  expect(compare({ [OPUS]: '40', [NOVA]: '5' }, nova('5')).incomplete).toBe(true);
  expect(compare({ [OPUS]: '0.5', [NOVA]: '5' }, nova('5')).incomplete).toBe(false);
  expect(compare({ [NOVA]: '5' }, nova('5'), opus('40')).incomplete).toBe(false);
});

test('everything of a day, as it is told', () => {
  const found = compare({ [NOVA]: '5', 'anthropic.claude-opus-9': '50', 'arn:aws:bedrock:us-east-1:111122223333:prompt-router/x': '2' },
    nova('9'), { ...opus('52'), service: 'Claude Opus 9 (Amazon Bedrock Edition)' }, { ...opus('1'), service: 'Claude Opus 9 (Amazon Bedrock Edition)' }, nova('3', 'USE1-NovaPro-input-tokens-batch'));
  expect(found).toEqual({
    models: [
      { model: NOVA, metered: usd('5'), billed: usd('9'), difference: usd('-4'), percent: 45, verdict: 'unmatched' },
      { model: 'anthropic.claude-opus-9', metered: usd('50'), billed: usd('0'), difference: usd('50'), percent: 100, verdict: 'not-billed' },
    ],
    total: { model: 'all models', metered: usd('57'), billed: usd('62'), difference: usd('-5'), percent: 9, verdict: 'differs' },
    drift: [{ model: 'all models', metered: usd('57'), billed: usd('62'), difference: usd('-5'), percent: 9, verdict: 'differs' }],
    other: new Map([['batch jobs', usd('3')]]),
    unknownModels: new Map([['Claude Opus 9', usd('53')]]),
    unknownCalls: usd('2'),
    incomplete: false,
  });
});

test('what AWS pays back is compared as well', () => {
  expect(compare({ [NOVA]: '5' }, nova('-5')).models).toMatchObject([{ billed: usd('-5'), difference: usd('10'), percent: 200, verdict: 'differs' }]);
  expect(compare({ [NOVA]: '0' }, nova('-5')).models).toMatchObject([{ percent: 100, verdict: 'differs' }]);
});

test.each([['0', '0', 0], ['0.000000000001', '0', 100], ['100', '100', 0], ['100.5', '100', 1], ['101', '100', 1], ['99', '100', 1], ['98.9', '100', 2]])('%s metered of %s billed is %d percent off', (cost, billed, percent) => {
  expect(compare({ [NOVA]: cost }, nova(billed)).models[0].percent).toBe(percent);
});

test('of two figures of the bill that are as near the undiscounted one counts', () => {
  expect(formatUsd(compare({ [OPUS]: '95' }, opus('100', '90')).models[0].billed)).toBe('100');
});

test('a total that differs is not told beside models that do', () => {
  const { drift, total } = compare({ [NOVA]: '5', [OPUS]: '5' }, nova('50'), opus('5'));
  expect([drift.map(({ model }) => model), total.verdict]).toEqual([[NOVA], 'differs']);
  expect(worstPercent([])).toBe(0);
});

describe('for any figures', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 16n }).map(picodollars => picodollars as Usd);
  const charge = fc.record({
    service: fc.constantFrom('Amazon Bedrock', 'Claude Opus 4.7 (Amazon Bedrock Edition)', 'Claude Opus 9 (Amazon Bedrock Edition)', 'Amazon Bedrock AgentCore'),
    usageType: fc.constantFrom('USE1-NovaPro-input-tokens', 'USE1-MP:USE1_input_tokens_standard-Units', 'USE1-Guardrail-ContentPolicyUnitsConsumed', 'EUC1-NovaPro-input-tokens', 'x'),
    unblended: amount,
    net: amount,
  });
  const costs = fc.array(fc.tuple(fc.constantFrom(NOVA, `us.${OPUS}`, OPUS, 'acme.x', GUARDRAILS_ID, 'arn:aws:bedrock:us-east-1:1:prompt-router/x'), amount)).map(entries => new Map(entries));

  test('nothing that was metered or billed is lost', () => {
    fc.assert(fc.property(costs, fc.array(charge), (cost, charges) => {
      const found = compareCosts(cost, charges.map(each => ({ ...each, net: each.unblended })), REGION);
      const sum = (amounts: Iterable<Usd>) => [...amounts].reduce<bigint>((total, each) => total + each, 0n);
      expect(sum(found.models.map(each => each.metered)) + found.unknownCalls).toBe(sum(cost.values()));
      expect(found.total.metered).toBe(sum(cost.values()));
      expect(found.total.billed).toBe(sum(found.models.map(({ billed }) => billed)) + sum(found.unknownModels.values()));
      const here = charges.filter(({ usageType }) => !usageType.startsWith('EUC1')).map(({ unblended }) => unblended);
      expect(found.total.billed + sum(found.other.values())).toBe(sum(here));
    }));
  });

  test('a bill of exactly what was metered is no difference', () => {
    fc.assert(fc.property(amount, amount, amount, (one, another, other) => {
      expect(compare({ [NOVA]: formatUsd(one), [OPUS]: formatUsd(another) }, nova(formatUsd(one)), opus(formatUsd(another)), nova(formatUsd(other), 'USE1-Guardrail-x')).drift).toEqual([]);
    }));
  });

  test('what is told as a difference is more than a dollar and more than five percent, and the share is that of the worst', () => {
    fc.assert(fc.property(costs, fc.array(charge), (cost, charges) => {
      const { drift } = compareCosts(cost, charges, REGION);
      for (const { difference, billed, percent } of drift) {
        const size = difference < 0n ? -difference : difference;
        expect(size >= usd('1') && size * 100n > billed * 5n).toBe(true);
        expect(percent).toBeGreaterThan(5);
      }
      expect(worstPercent(drift)).toBe(Math.max(0, ...drift.map(({ percent }) => percent)));
    }));
  });
});
