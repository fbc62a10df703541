import { usd } from '../../../../src/lambdas/core/money';
import { GUARDRAILS_ID } from '../../../../src/lambdas/core/pricing/units';
import { ALL_MODELS, compareCosts, DayComparison } from '../../../../src/lambdas/core/reconciliation/compare-costs';
import { comparePrincipals } from '../../../../src/lambdas/core/reconciliation/compare-principals';
import { driftFound, ratioOf, reconciliationUnavailable } from '../../../../src/lambdas/core/reconciliation/reconciliation-events';
import { at } from '../builders';

/** Every event of the reconciler, as consumers of the bus get it: the snapshot is to be read like `docs/events.md`. */
const DEPLOYMENT = { deploymentId: 'dep-1', environmentName: 'test' };
const NOW = at('2026-11-21T11:20:00Z');
const NOVA = 'amazon.nova-pro-v1:0';
const amounts = (costs: Readonly<Record<string, string>>) => new Map(Object.entries(costs).map(([name, cost]) => [name, usd(cost)]));
const charge = (service: string, usageType: string, cost: string) => ({ service, usageType, unblended: usd(cost), net: usd(cost) });
const keyed = (count: number, cost: string) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`acme.model-${String(index).padStart(2, '0')}`, cost]));
const told = (comparison: DayComparison, final = false) => driftFound('2026-11-18', comparison, final, NOW, DEPLOYMENT);

test('a day that differs in models and principals, with all that was billed beside', () => {
  const comparison = compareCosts(amounts({ [NOVA]: '60', [GUARDRAILS_ID]: '9', 'us.anthropic.claude-opus-4-7': '12.345', 'meta.llama3-70b-instruct-v1:0': '3' }), [
    charge('Amazon Bedrock', 'USE1-NovaPro-input-tokens', '100'),
    charge('Amazon Bedrock', 'USE1-NovaPro-input-tokens-batch', '7'),
    charge('Amazon Bedrock', 'USE1-NovaPro-ProvisionedThroughput-NoCommit-ModelUnits', '700.005'),
    charge('Amazon Bedrock', 'USE1-Guardrail-ContentPolicyUnitsConsumed', '11'),
    charge('Claude Opus 4.7 (Amazon Bedrock Edition)', 'USE1-MP:USE1_input_tokens_standard-Units', '3'),
    charge(`Claude ${'X'.repeat(130)} (Amazon Bedrock Edition)`, 'USE1-MP:USE1_input_tokens_standard-Units', '4'),
  ], 'us-east-1');
  const { principals } = comparePrincipals(
    amounts({ 'iam-user/111122223333/alice': '40', 'iam-role/111122223333/writer': '10' }),
    [{ value: 'alice', usageType: 'USE1-NovaPro-input-tokens', unblended: usd('80'), net: usd('80') }, { value: 'writer', usageType: 'USE1-NovaPro-input-tokens', unblended: usd('1'), net: usd('1') }],
    'us-east-1',
  );
  expect(told({ ...comparison, drift: [...comparison.drift, ...principals] }, true)).toMatchSnapshot();
});

test('a total that differs, and no model', () => {
  const comparison = compareCosts(amounts({ 'anthropic.claude-opus-9': '20' }), [charge('Claude Opus 9 (Amazon Bedrock Edition)', 'USE1-MP:USE1_input_tokens_standard-Units', '50')], 'us-east-1');
  expect(told(comparison)).toMatchSnapshot();
});

test('one principal alone, and the first of those that differ as much', () => {
  const [one, another] = ['iam-user/111122223333/alice', 'iam-user/111122223333/bob'].map(model =>
    ({ model, metered: usd('1'), billed: usd('2'), difference: usd('-1'), percent: 50, verdict: 'differs' as const }));
  const none = compareCosts(new Map(), [], 'us-east-1');
  expect(told({ ...none, drift: [one] }).detail.reason)
    .toBe('2026-11-18 (UTC): iam-user/111122223333/alice was metered at $1.00 and is billed at $2.00; 1 principal differs by more than 5 %');
  expect(told({ ...none, drift: [one, another] }).detail.reason).toMatch(/: iam-user\/111122223333\/alice was .*; 2 principals differ/);
  expect(told({ ...none, drift: [one, { ...another, percent: 51 }] }).detail.reason).toContain('iam-user/111122223333/bob was');
});

test('of each list twenty are told, in order, and the total in any case', () => {
  const comparison = compareCosts(amounts(keyed(25, '5')), [], 'us-east-1');
  const many = { ...comparison, other: amounts(keyed(21, '2')), unknownModels: amounts(keyed(22, '3')) };
  const { reason, before, after } = told(many).detail;
  const first = Object.keys(keyed(20, ''));
  expect(reason).toBe('2026-11-18 (UTC): acme.model-00 was metered at $5.00 and is billed at $0.00; 25 of 25 models differ by more than 5 %');
  const withTotal = [...first, ALL_MODELS];
  const namesIn = (...lists: unknown[]) => lists.map(list => Object.keys(list as object));
  expect(namesIn(before!.meteredUsd, after!.billedUsd, after!.ratio)).toEqual([withTotal, withTotal, withTotal]);
  expect(namesIn(after!.otherUsd, after!.unknownModelsUsd)).toEqual([first, first]);
  expect(before!.meteredUsd).toMatchObject({ [ALL_MODELS]: '$125.00' });
});

test.each([['0', '0', 'nothing billed'], ['5', '0', 'nothing billed'], ['0', '5', '0.000'], ['1', '3', '0.333'], ['2', '3', '0.666'], ['3', '3', '1.000'], ['30', '3', '10.000']])(
  '%s USD metered of %s USD billed is a ratio of %s', (metered, billed, ratio) => {
    expect(ratioOf({ model: NOVA, metered: usd(metered), billed: usd(billed), difference: usd('0'), percent: 0, verdict: 'agrees' })).toBe(ratio);
  });

test('a bill that cannot be read', () => {
  expect(reconciliationUnavailable('Cost Explorer is not enabled', '2026-11-21', NOW, DEPLOYMENT)).toMatchSnapshot();
});
