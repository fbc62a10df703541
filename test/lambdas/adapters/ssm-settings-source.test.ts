import { GetParameterHistoryCommand, GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { Metric, SettingName } from '../../../src/contract';
import { SsmSettingsSource } from '../../../src/lambdas/adapters/ssm-settings-source';
import { usd } from '../../../src/lambdas/core/money';
import { SettingTexts } from '../../../src/lambdas/core/settings';
import { settingTexts } from '../core/builders';
import { Observed } from '../observed';
import { awsError } from './aws-error';

const ssm = mockClient(SSMClient);
const path = '/bedrock-budgeteer/prod/dep-1';
const grace = `${path}/${SettingName.GRACE_PERIOD_SECONDS}`;

beforeEach(() => ssm.reset());

function aSource(deployed: string = JSON.stringify(settingTexts())) {
  const observed = new Observed();
  const clock = { now: 1_000_000 };
  const source = new SsmSettingsSource(new SSMClient({ region: 'eu-central-1' }), {
    path, deployed, log: observed.log, metrics: observed.metrics, clock: () => clock.now,
  });
  return { source, observed, clock };
}

function parameters(texts: Partial<SettingTexts>) {
  return Object.entries(texts).map(([name, Value]) => ({ Name: `${path}/${name}`, Value }));
}

const reads = () => ssm.commandCalls(GetParametersByPathCommand).length;

test('the values in SSM are in force, read page by page', async () => {
  ssm.on(GetParametersByPathCommand)
    .resolvesOnce({ Parameters: parameters({ [SettingName.GRACE_PERIOD_SECONDS]: '60' }), NextToken: 'next' })
    .resolvesOnce({ Parameters: parameters({ [SettingName.DEFAULT_API_KEY_BUDGET_USD]: '40' }) });
  const { source, observed } = aSource();
  expect(await source.load()).toMatchObject({
    settings: { graceSeconds: 60, defaultApiKeyBudget: usd('40'), warningPercent: usd('70') },
    texts: { [SettingName.GRACE_PERIOD_SECONDS]: '60', [SettingName.DEFAULT_API_KEY_BUDGET_USD]: '40' },
    refused: [],
  });
  expect(ssm.commandCalls(GetParametersByPathCommand).map(call => call.args[0].input)).toEqual([
    { Path: path, NextToken: undefined }, { Path: path, NextToken: 'next' },
  ]);
  expect(observed.added).toEqual([]);
});

test('parameters that are none of the settings are passed over', async () => {
  ssm.on(GetParametersByPathCommand).resolves({
    Parameters: [{ Name: `${path}/colour`, Value: 'red' }, { Name: `${path}/other/${SettingName.GRACE_PERIOD_SECONDS}`, Value: '1' }, { Name: grace }],
  });
  expect((await aSource().source.load()).texts).toEqual(settingTexts());
});

test('a setting without a parameter is as it was deployed, until an operator creates one, and again once it is deleted', async () => {
  ssm.on(GetParametersByPathCommand).resolvesOnce({ Parameters: [] })
    .resolvesOnce({ Parameters: parameters({ [SettingName.ENFORCEMENT]: 'lifted' }) })
    .resolvesOnce({ Parameters: [] });
  const { source, observed } = aSource();
  const modes = [await source.load(true), await source.load(true), await source.load(true)].map(({ settings }) => settings.enforcement);
  expect(modes).toEqual(['on', 'lifted', 'on']);
  expect(observed.added).toEqual([]);
});

describe('a value that is not allowed', () => {
  test('leaves the newest good one before it in force, and is counted and told', async () => {
    ssm.on(GetParametersByPathCommand).resolves({ Parameters: parameters({ [SettingName.GRACE_PERIOD_SECONDS]: 'five' }) });
    ssm.on(GetParameterHistoryCommand)
      .resolvesOnce({ Parameters: [{ Value: '300' }, { Value: '120' }], NextToken: 'next' })
      .resolvesOnce({ Parameters: [{ Value: '-1' }, { Value: 'five' }, {}] });
    const { source, observed } = aSource();
    const { settings, refused } = await source.load();
    expect(settings.graceSeconds).toBe(120);
    expect(refused.map(({ message }) => message.slice(0, 35))).toEqual(['grace-period-seconds is "five", all', 'grace-period-seconds is "-1", allow']);
    expect(observed.added).toEqual([[Metric.SETTINGS_INVALID, 2]]);
    expect(observed.at('warn')).toHaveLength(1);
    expect(ssm.commandCalls(GetParameterHistoryCommand).map(call => call.args[0].input)).toEqual([
      { Name: grace, NextToken: undefined }, { Name: grace, NextToken: 'next' },
    ]);
  });

  test('leaves the deployed one in force where there never was a good one', async () => {
    ssm.on(GetParametersByPathCommand).resolves({ Parameters: parameters({ [SettingName.GRACE_PERIOD_SECONDS]: 'five' }) });
    ssm.on(GetParameterHistoryCommand).resolves({ Parameters: [{ Value: 'five' }] });
    expect((await aSource().source.load()).settings.graceSeconds).toBe(300);
  });

  test('does not undo the others, and asks for no history but its own', async () => {
    ssm.on(GetParametersByPathCommand).resolves({
      Parameters: parameters({ [SettingName.GRACE_PERIOD_SECONDS]: 'five', [SettingName.WARNING_THRESHOLD_PERCENT]: '50' }),
    });
    ssm.on(GetParameterHistoryCommand).resolves({ Parameters: [{ Value: 'five' }] });
    expect((await aSource().source.load()).settings.warningPercent).toBe(usd('50'));
    expect(ssm.commandCalls(GetParameterHistoryCommand)).toHaveLength(1);
  });
});

test('thresholds that do not fit each other are refused as a pair', async () => {
  ssm.on(GetParametersByPathCommand).resolves({ Parameters: parameters({ [SettingName.WARNING_THRESHOLD_PERCENT]: '95' }) });
  ssm.on(GetParameterHistoryCommand).resolves({});
  const { settings, refused } = await aSource().source.load();
  expect(settings).toMatchObject({ warningPercent: usd('70'), criticalPercent: usd('90') });
  expect(refused).toHaveLength(1);
});

describe('what was read', () => {
  test('is trusted for a minute', async () => {
    ssm.on(GetParametersByPathCommand)
      .resolvesOnce({ Parameters: parameters({ [SettingName.GRACE_PERIOD_SECONDS]: '60' }) })
      .resolvesOnce({ Parameters: parameters({ [SettingName.GRACE_PERIOD_SECONDS]: '90' }) });
    const { source, clock } = aSource();
    await source.load();
    clock.now += 59_999;
    expect((await source.load()).settings.graceSeconds).toBe(60);
    clock.now += 1;
    expect((await source.load()).settings.graceSeconds).toBe(90);
    expect(reads()).toBe(2);
  });

  test('is read once for all who ask at the same time', async () => {
    ssm.on(GetParametersByPathCommand).resolves({});
    const { source } = aSource();
    await Promise.all([source.load(), source.load(), source.load()]);
    expect(reads()).toBe(1);
  });

  test('stays in force where SSM cannot be read any more', async () => {
    ssm.on(GetParametersByPathCommand).resolvesOnce({ Parameters: parameters({ [SettingName.GRACE_PERIOD_SECONDS]: '60' }) }).rejects(awsError('ThrottlingException'));
    const { source, clock, observed } = aSource();
    await source.load();
    clock.now += 60_000;
    expect((await source.load()).settings.graceSeconds).toBe(60);
    expect(observed.at('warn')).toEqual([expect.objectContaining({ facts: { problem: 'Throttling' } })]);
  });
});

test('where nothing was ever read, nothing is guessed; the next one tries again', async () => {
  ssm.on(GetParametersByPathCommand).rejectsOnce(awsError('ThrottlingException')).resolves({});
  const { source } = aSource();
  await expect(source.load()).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect((await source.load()).settings.graceSeconds).toBe(300);
});

test.each(['no json', '{}', '[]', JSON.stringify({ ...settingTexts(), [SettingName.GRACE_PERIOD_SECONDS]: 5 })])('deployed settings "%s" are an error of the deployment', deployed => {
  expect(() => aSource(deployed)).toThrow('the settings of the deployment are no JSON object of all settings');
});

test('whoever needs the newest settings has them read anew, and gets those known where SSM cannot be read', async () => {
  ssm.on(GetParametersByPathCommand)
    .resolvesOnce({ Parameters: parameters({ [SettingName.GRACE_PERIOD_SECONDS]: '60' }) })
    .resolvesOnce({ Parameters: parameters({ [SettingName.GRACE_PERIOD_SECONDS]: '90' }) })
    .rejects(awsError('ThrottlingException'));
  const { source } = aSource();
  expect((await source.load()).settings.graceSeconds).toBe(60);
  expect((await source.load(true)).settings.graceSeconds).toBe(90);
  expect((await source.load()).settings.graceSeconds).toBe(90);
  expect((await source.load(true)).settings.graceSeconds).toBe(90);
  expect(reads()).toBe(3);
});
