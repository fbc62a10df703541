import { formatUsd, usd } from '../../../../src/lambdas/core/money';
import { comparePrincipals } from '../../../../src/lambdas/core/reconciliation/compare-principals';

const ACCOUNT = '111122223333';
const ALICE = `iam-user/${ACCOUNT}/alice`;
const ROLE = `iam-role/${ACCOUNT}/alice`;
const RUNTIME = `agent-runtime/${ACCOUNT}/us-east-1/support-Ab12Cd34Ef`;

const charge = (value: string, cost: string, usageType = 'USE1-NovaPro-input-tokens', net = cost) => ({ value, usageType, unblended: usd(cost), net: usd(net) });
const compare = (costs: Readonly<Record<string, string>>, ...charges: ReturnType<typeof charge>[]) => {
  const { principals, billedToNobody, meteredOfOthers } = comparePrincipals(new Map(Object.entries(costs).map(([id, cost]) => [id, usd(cost)])), charges, 'us-east-1');
  return {
    principals: principals.map(({ model, metered, billed, verdict }) => [model, formatUsd(metered), formatUsd(billed), verdict]),
    billedToNobody: formatUsd(billedToNobody),
    meteredOfOthers: formatUsd(meteredOfOthers),
  };
};

test('whoever carries their name is compared, with all that they called', () => {
  expect(compare({ [ALICE]: '10' }, charge('alice', '6'), charge('alice', '4', 'USE1-MP:USE1_output_tokens_standard-Units'))).toEqual({
    principals: [[ALICE, '10', '10', 'agrees']], billedToNobody: '0', meteredOfOthers: '0',
  });
  expect(compare({ [ALICE]: '10' }, charge('alice', '20')).principals).toEqual([[ALICE, '10', '20', 'differs']]);
  expect(compare({ [ALICE]: '18' }, charge('alice', '20', undefined, '18')).principals).toEqual([[ALICE, '18', '18', 'agrees']]);
});

test('whoever only one side tells is no difference', () => {
  expect(compare({ [ALICE]: '10', [RUNTIME]: '7', [`root/${ACCOUNT}`]: '1' }, charge('', '30'), charge('batch-runner', '5'))).toEqual({
    principals: [], billedToNobody: '35', meteredOfOthers: '18',
  });
});

test('a user and a role of one name are compared together', () => {
  expect(compare({ [ALICE]: '10', [ROLE]: '5' }, charge('alice', '15')).principals).toEqual([[`${ROLE} and ${ALICE}`, '15', '15', 'agrees']]);
});

test.each([
  ['a batch job', 'USE1-NovaPro-input-tokens-batch'],
  ['another region', 'EUC1-NovaPro-input-tokens'],
  ['capacity', 'USE1-NovaPro-ProvisionedThroughput-NoCommit-ModelUnits'],
  ['a guardrail', 'USE1-Guardrail-ContentPolicyUnitsConsumed'],
  ['mantle', 'USE1-zai.glm5-mantle-input-tokens-standard'],
  ['a runtime of AgentCore', 'USE1-Runtime-vCPU-Hours'],
])('what is billed for %s is no call', (_, usageType) => {
  expect(compare({ [ALICE]: '10' }, charge('alice', '10'), charge('alice', '100', usageType)).principals).toEqual([[ALICE, '10', '10', 'agrees']]);
});
