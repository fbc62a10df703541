import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import { mockClient } from 'aws-sdk-client-mock';
import { CostExplorerBill, costExplorerRegion } from '../../../src/lambdas/adapters/cost-explorer-bill';
import { formatUsd } from '../../../src/lambdas/core/money';
import { billOf } from '../reconciliation';
import { awsError } from './aws-error';

const costExplorer = mockClient(CostExplorerClient);
const bill = new CostExplorerBill(new CostExplorerClient({ region: 'us-east-1' }), '111122223333');
const inputs = () => costExplorer.commandCalls(GetCostAndUsageCommand).map(({ args: [{ input }] }) => input);
const OPUS = 'Claude Opus 4.7 (Amazon Bedrock Edition)';

beforeEach(() => costExplorer.reset());

test('asks for the services of the days, and then for what has to do with Bedrock, of this account, without credits and taxes', async () => {
  costExplorer.on(GetCostAndUsageCommand).resolves(billOf(
    { day: '2026-11-18', usd: '3.25' }, { day: '2026-11-18', usd: '10', net: '9', service: OPUS, usageType: 'USE1-MP:USE1_input_tokens_standard-Units' }, { day: '2026-11-18', usd: '0.1', service: 'AWS Lambda' },
  ));
  await bill.read('2026-11-18', '2026-11-19');
  const [services, charges] = inputs();
  expect(services).toEqual({
    TimePeriod: { Start: '2026-11-18', End: '2026-11-19' },
    Granularity: 'DAILY',
    Metrics: ['UnblendedCost', 'NetUnblendedCost'],
    GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
    Filter: { And: [{ Dimensions: { Key: 'LINKED_ACCOUNT', Values: ['111122223333'] } }, { Dimensions: { Key: 'RECORD_TYPE', Values: ['Usage'] } }] },
  });
  expect(charges.GroupBy).toEqual([{ Type: 'DIMENSION', Key: 'SERVICE' }, { Type: 'DIMENSION', Key: 'USAGE_TYPE' }]);
  expect(charges.Filter?.And?.[2]).toEqual({ Dimensions: { Key: 'SERVICE', Values: ['Amazon Bedrock', OPUS] } });
  expect(inputs()).toHaveLength(2);
});

test('tells what is billed before and after discounts', async () => {
  costExplorer.on(GetCostAndUsageCommand).resolves(billOf({ day: '2026-11-18', usd: '10', net: '9.5' }));
  const [day] = await bill.read('2026-11-18', '2026-11-19');
  expect(day).toMatchObject({ day: '2026-11-18', estimated: true, arrived: true });
  expect(day.charges.map(({ service, usageType, unblended, net }) => [service, usageType, formatUsd(unblended), formatUsd(net)]))
    .toEqual([['Amazon Bedrock', 'EUC1-NovaPro-output-tokens', '10', '9.5']]);
});

test('where principals carry a tag, the bill is asked for its values as well', async () => {
  costExplorer.on(GetCostAndUsageCommand)
    .resolvesOnce(billOf({ day: '2026-11-18', usd: '5' }))
    .resolvesOnce(billOf({ day: '2026-11-18', usd: '5' }))
    .resolvesOnce(billOf(
      { day: '2026-11-18', usd: '4', service: 'iamPrincipal/principal$alice' }, { day: '2026-11-18', usd: '1', service: 'iamPrincipal/principal$' },
    ));
  const [{ tagged }] = await new CostExplorerBill(new CostExplorerClient({ region: 'us-east-1' }), '111122223333', 'principal').read('2026-11-18', '2026-11-19');
  expect(tagged.map(({ value, usageType, unblended }) => [value, usageType, formatUsd(unblended)]))
    .toEqual([['alice', 'EUC1-NovaPro-output-tokens', '4'], ['', 'EUC1-NovaPro-output-tokens', '1']]);
  expect(inputs()[2]).toMatchObject({
    GroupBy: [{ Type: 'TAG', Key: 'iamPrincipal/principal' }, { Type: 'DIMENSION', Key: 'USAGE_TYPE' }],
    Filter: { And: [{}, {}, { Dimensions: { Key: 'SERVICE', Values: ['Amazon Bedrock'] } }] },
  });
});

test('who may not see discounts is billed what is charged', async () => {
  costExplorer.on(GetCostAndUsageCommand).resolves({
    ResultsByTime: [{ TimePeriod: { Start: '2026-11-18', End: '2026-11-19' }, Groups: [{ Keys: ['Amazon Bedrock', 'x'], Metrics: { UnblendedCost: { Amount: '4', Unit: 'USD' } } }] }],
  });
  const [{ charges: [charge], estimated }] = await bill.read('2026-11-18', '2026-11-19');
  expect(formatUsd(charge.net)).toBe('4');
  expect(estimated).toBe(true);
});

test('a day without any charge has not arrived; one without Bedrock has, and Bedrock is not asked for', async () => {
  costExplorer.on(GetCostAndUsageCommand).resolves({
    ResultsByTime: [
      ...billOf({ day: '2026-11-18', usd: '1', service: 'AWS Lambda', estimated: false }).ResultsByTime,
      { TimePeriod: { Start: '2026-11-19', End: '2026-11-20' }, Estimated: true, Groups: [] },
    ],
  });
  expect(await bill.read('2026-11-18', '2026-11-20')).toEqual([
    { day: '2026-11-18', estimated: false, arrived: true, charges: [], tagged: [] }, { day: '2026-11-19', estimated: true, arrived: false, charges: [], tagged: [] },
  ]);
  expect(inputs()).toHaveLength(1);
});

test('follows pages, of which a day may fill several', async () => {
  costExplorer.on(GetCostAndUsageCommand)
    .resolvesOnce({ ...billOf({ day: '2026-11-18', usd: '1' }), NextPageToken: 'next' })
    .resolvesOnce(billOf({ day: '2026-11-18', usd: '1', service: OPUS }))
    .resolvesOnce({ ...billOf({ day: '2026-11-18', usd: '1' }), NextPageToken: 'next' })
    .resolvesOnce(billOf({ day: '2026-11-18', usd: '2', service: OPUS }));
  const [day, ...more] = await bill.read('2026-11-18', '2026-11-19');
  expect(day.charges.map(({ service }) => service)).toEqual(['Amazon Bedrock', OPUS]);
  expect(more).toEqual([]);
  expect(inputs().map(({ NextPageToken: token }) => token)).toEqual([undefined, 'next', undefined, 'next']);
});

test('is not sent in circles', async () => {
  costExplorer.on(GetCostAndUsageCommand).resolves({ ...billOf({ day: '2026-11-18', usd: '1' }), NextPageToken: 'next' });
  await expect(bill.read('2026-11-18', '2026-11-19')).rejects.toMatchObject({ name: 'BillError' });
});

test('a bill in another currency is refused', async () => {
  costExplorer.on(GetCostAndUsageCommand).resolves({
    ResultsByTime: [{ TimePeriod: { Start: '2026-11-18', End: '2026-11-19' }, Groups: [{ Keys: ['Amazon Bedrock', 'x'], Metrics: { UnblendedCost: { Amount: '4', Unit: 'CNY' } } }] }],
  });
  await expect(bill.read('2026-11-18', '2026-11-19')).rejects.toThrow('the bill of Amazon Bedrock is in CNY, not in US dollars');
});

test.each(['AccessDeniedException', 'UnauthorizedAccess', 'OptInRequired'])('%s says what to do', async name => {
  costExplorer.on(GetCostAndUsageCommand).rejects(awsError(name, { message: 'User not enabled for cost explorer access' }));
  await expect(bill.read('2026-11-18', '2026-11-19')).rejects.toMatchObject({
    name: 'BillUnavailableError', message: expect.stringMatching(/switch it on in the Billing console.*\(User not enabled for cost explorer access\)$/),
  });
});

test('without any data yet, no day has arrived', async () => {
  costExplorer.on(GetCostAndUsageCommand).rejects(awsError('DataUnavailableException'));
  expect(await bill.read('2026-11-18', '2026-11-19')).toEqual([]);
});

test('whatever else fails is for the next attempt', async () => {
  costExplorer.on(GetCostAndUsageCommand).rejects(awsError('LimitExceededException'));
  await expect(bill.read('2026-11-18', '2026-11-19')).rejects.toMatchObject({ name: 'LimitExceededException' });
});

test('there is a bill in US dollars in one partition', async () => {
  expect(['aws', 'aws-cn', 'aws-us-gov'].map(costExplorerRegion)).toEqual(['us-east-1', undefined, undefined]);
  await expect(new CostExplorerBill(undefined, '111122223333').read('2026-11-18', '2026-11-19')).rejects.toMatchObject({ name: 'BillUnavailableError' });
});
