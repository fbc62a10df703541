import { CfnParameter, Duration } from 'aws-cdk-lib';
import { BedrockBudgeteer, BedrockBudgeteerProps, BilledUnit, CacheWriteTtl, ModelPrice, RefreshPeriod } from '../../src';
import { AGENT_SETTINGS, Env, SettingName } from '../../src/contract';
import { parseSettings, SettingTexts } from '../../src/lambdas/core/settings';
import { readable } from './support/intrinsics';
import { nameBundlesByPath, newStack, ofType, Resources, synthesize, synthesized, synthesizeSwitchedOn } from './support/synthesize';

beforeEach(nameBundlesByPath);

/** The values of the parameters, by the name of their setting. */
function parametersOf(resources: Resources): Record<string, any> {
  return Object.fromEntries(Object.values(ofType(resources, 'AWS::SSM::Parameter')).map(({ Properties }) => [Properties.Name.split('/').pop(), Properties.Value]));
}

/** The settings that each handler is given as its last resort. */
function deployedSettingsOf(resources: Resources): string[] {
  const variables = Object.values(ofType(resources, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Environment.Variables[Env.DEPLOYED_SETTINGS]);
  return variables.filter(value => value !== undefined).map(readable);
}

/** What is deployed without a parameter: operators create it in an emergency, so that no deployment ends what they set. */
const WITHOUT_PARAMETER = { enforcement: 'on' };

const PARAMETERS = {
  'warning-threshold-percent': '70',
  'critical-threshold-percent': '90',
  'grace-period-seconds': '300',
  'refresh-period': '30 days',
  'default-api-key-budget-usd': '25',
  'price-overrides': 'none',
  'assumed-cache-write-ttl': '5m',
};

const DEFAULTS: SettingTexts = { ...PARAMETERS, ...WITHOUT_PARAMETER };

test('without props the defaults stand in parameters, and in handlers as their last resort', () => {
  const { resources } = synthesize();
  expect(parametersOf(resources)).toEqual(PARAMETERS);
  expect(deployedSettingsOf(resources).map(json => JSON.parse(json))).toEqual([DEFAULTS, DEFAULTS, DEFAULTS, DEFAULTS, DEFAULTS]);
});

/** What agents have, where everything is as for the rest. */
const AGENT_DEFAULTS: Readonly<Record<string, string>> = {
  'agent-warning-threshold-percent': '70',
  'agent-critical-threshold-percent': '90',
  'agent-grace-period-seconds': '300',
  'agent-refresh-period': '30 days',
  'default-agent-budget-usd': '25',
};

test('with AgentCore those of agents stand beside them, for every handler that reads settings', () => {
  const { resources } = synthesizeSwitchedOn();
  expect(Object.keys(AGENT_DEFAULTS).sort()).toEqual([...AGENT_SETTINGS].sort());
  expect(parametersOf(resources)).toEqual({ ...PARAMETERS, ...AGENT_DEFAULTS });
  const deployed = deployedSettingsOf(resources).map(json => JSON.parse(json));
  expect(deployed).toEqual(Array(10).fill({ ...DEFAULTS, ...AGENT_DEFAULTS }));
  expect(() => parseSettings(deployed[0])).not.toThrow();
});

test('parameters stand under the environment and the deployment', () => {
  const { resources, budgeteer } = synthesize({ environmentName: 'team-a.staging', agentCore: true });
  expect(budgeteer.settingsPath).toBe(`/bedrock-budgeteer/team-a.staging/${budgeteer.deploymentId}`);
  const names = Object.values(ofType(resources, 'AWS::SSM::Parameter')).map(({ Properties }) => Properties.Name);
  const expected = Object.values(SettingName).filter(name => !(name in WITHOUT_PARAMETER));
  expect(names.sort()).toEqual(expected.map(name => `${budgeteer.settingsPath}/${name}`).sort());
});

test('no parameter is updated unless its value in the code changes: a release that changed anything else of it would undo what operators have set', () => {
  const { resources } = synthesizeSwitchedOn();
  const parameters = Object.values(ofType(resources, 'AWS::SSM::Parameter')).map(({ Properties }) => Properties);
  expect(new Set(parameters.map(properties => Object.keys(properties).sort().join()))).toEqual(new Set(['Description,Name,Type,Value']));
  expect(new Set(parameters.map(({ Type }) => Type))).toEqual(new Set(['String']));
  // Not to be adjusted: see DESCRIPTIONS in src/settings/settings.ts.
  expect(Object.fromEntries(parameters.map(({ Name, Description }) => [Name.split('/').pop(), Description]))).toEqual({
    'warning-threshold-percent': 'Percentage of the limit at which the first warning is given: above 0, below the critical threshold',
    'critical-threshold-percent': 'Percentage of the limit at which the second warning is given: above the first, below 100',
    'grace-period-seconds': 'Whole seconds between reaching the limit and suspension: 0 to 2592000',
    'refresh-period': 'Period of default budgets: "<1 to 366> days", "calendar day", "calendar week" or "calendar month"',
    'default-api-key-budget-usd': 'Budget in US dollars of API-key users that have none of their own: above 0, at most 1000000000',
    'price-overrides': 'Prices and discounts in place of list prices, one a line, or "none": see docs/pricing.md',
    'assumed-cache-write-ttl': 'How long prompt caches are taken to be written for where a record does not tell: "5m" or "1h"',
    'agent-warning-threshold-percent': 'Of AgentCore runtimes: percentage of the limit at which the first warning is given',
    'agent-critical-threshold-percent': 'Of AgentCore runtimes: percentage of the limit at which the second warning is given',
    'agent-grace-period-seconds': 'Of AgentCore runtimes: whole seconds between reaching the limit and suspension: 0 to 2592000',
    'agent-refresh-period': 'Of AgentCore runtimes: period of default budgets, written as refresh-period is',
    'default-agent-budget-usd': 'Budget in US dollars of AgentCore runtimes that have none of their own: above 0, at most 1000000000',
  });
});

const VALUES: [given: BedrockBudgeteerProps, setting: SettingName, text: string][] = [
  [{ warningThresholdPercent: 0.01 }, 'warning-threshold-percent', '0.01'],
  [{ warningThresholdPercent: 62.5 }, 'warning-threshold-percent', '62.5'],
  [{ criticalThresholdPercent: 99.99 }, 'critical-threshold-percent', '99.99'],
  [{ gracePeriod: Duration.seconds(0) }, 'grace-period-seconds', '0'],
  [{ gracePeriod: Duration.days(30) }, 'grace-period-seconds', '2592000'],
  [{ gracePeriod: Duration.millis(2000) }, 'grace-period-seconds', '2'],
  [{ refreshPeriod: RefreshPeriod.days(1) }, 'refresh-period', '1 days'],
  [{ refreshPeriod: RefreshPeriod.days(366) }, 'refresh-period', '366 days'],
  [{ refreshPeriod: RefreshPeriod.calendarDay() }, 'refresh-period', 'calendar day'],
  [{ refreshPeriod: RefreshPeriod.calendarWeek() }, 'refresh-period', 'calendar week'],
  [{ refreshPeriod: RefreshPeriod.calendarMonth() }, 'refresh-period', 'calendar month'],
  [{ defaultApiKeyBudgetUsd: 12.5 }, 'default-api-key-budget-usd', '12.5'],
  [{ defaultApiKeyBudgetUsd: 1e9 }, 'default-api-key-budget-usd', '1000000000'],
  [{ defaultApiKeyBudgetUsd: 1e-12 }, 'default-api-key-budget-usd', '0.000000000001'],
  [{ defaultApiKeyBudgetUsd: 1.25e-7 }, 'default-api-key-budget-usd', '0.000000125'],
  [{ assumedCacheWriteTtl: CacheWriteTtl.ONE_HOUR }, 'assumed-cache-write-ttl', '1h'],
  [{ discountPercent: 0 }, 'price-overrides', 'discount 0%'],
  [{ discountPercent: 5, providerDiscountPercents: { anthropic: 12.5, amazon: 99.99 } }, 'price-overrides', 'discount 5%\ndiscount anthropic 12.5%\ndiscount amazon 99.99%'],
  [{ modelPrices: [ModelPrice.perMillionTokens('anthropic.claude-opus-5', { input: 4, output: 20 })] }, 'price-overrides', 'anthropic.claude-opus-5 in=4 out=20'],
  [
    { modelPrices: [ModelPrice.perMillionTokens('a.b', { input: 4, output: 20, cacheRead: 0.4, cacheWrite5Minutes: 5, cacheWrite1Hour: 0.000001, regions: ['eu', 'eu-west-2'] })] },
    'price-overrides', 'a.b eu,eu-west-2 in=4 out=20 read=0.4 write5m=5 write1h=0.000001',
  ],
  [{ modelPrices: [ModelPrice.perUnit('amazon.nova-canvas-v1:0', BilledUnit.IMAGE, 0.03)] }, 'price-overrides', 'amazon.nova-canvas-v1:0 image=0.03'],
  [
    { modelPrices: [ModelPrice.likeModel('arn:aws:bedrock:eu-west-1:111122223333:prompt/ABCDEFGHIJ', 'a.b'), ModelPrice.unknownModels({ input: 10, output: 50 })] },
    'price-overrides', 'arn:aws:bedrock:eu-west-1:111122223333:prompt/ABCDEFGHIJ as=a.b\nunknown in=10 out=50',
  ],
  [{ agentCore: true, warningThresholdPercent: 62.5 }, 'agent-warning-threshold-percent', '62.5'],
  [{ agentCore: true, agentBudgets: { criticalThresholdPercent: 99.99 } }, 'agent-critical-threshold-percent', '99.99'],
  [{ agentCore: true, agentBudgets: { gracePeriod: Duration.days(30) } }, 'agent-grace-period-seconds', '2592000'],
  [{ agentCore: true, agentBudgets: { refreshPeriod: RefreshPeriod.days(366) } }, 'agent-refresh-period', '366 days'],
  [{ agentCore: true, agentBudgets: { defaultBudgetUsd: 1e-12 } }, 'default-agent-budget-usd', '0.000000000001'],
];

test.each(VALUES)('%j becomes a text that the handlers read', (props, setting, text) => {
  const { resources } = synthesize(props);
  expect(parametersOf(resources)[setting]).toBe(text);
  expect(() => parseSettings({ ...WITHOUT_PARAMETER, ...parametersOf(resources) } as SettingTexts)).not.toThrow();
});

test('values that are known at deployment only pass through', () => {
  // given
  const stack = newStack();
  const parameter = (id: string, type = 'Number') => new CfnParameter(stack, id, { type });

  // when
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', {
    warningThresholdPercent: parameter('Warning').valueAsNumber,
    criticalThresholdPercent: parameter('Critical').valueAsNumber,
    gracePeriod: Duration.seconds(parameter('Grace').valueAsNumber),
    refreshPeriod: RefreshPeriod.days(parameter('Days').valueAsNumber),
    defaultApiKeyBudgetUsd: parameter('Budget').valueAsNumber,
    ledgerRetention: Duration.days(parameter('Retention').valueAsNumber),
    discountPercent: parameter('Discount').valueAsNumber,
    modelPrices: [ModelPrice.perMillionTokens(parameter('Model', 'String').valueAsString, { input: parameter('Price').valueAsNumber, output: 1 })],
    maxPriceChangeFactor: parameter('Factor').valueAsNumber,
    timeZone: parameter('Zone', 'String').valueAsString,
    environmentName: parameter('Environment', 'String').valueAsString,
    alertEmails: [parameter('Email', 'String').valueAsString],
  });

  // then
  const { resources, template } = synthesized(stack);
  const values = Object.values(ofType(resources, 'AWS::SSM::Parameter')).map(({ Properties }) => readable(Properties.Value));
  expect(values.sort()).toEqual(['${Budget}', '${Critical}', '${Days} days', '${Grace}', '${Warning}', '5m', 'discount ${Discount}%\n${Model} in=${Price} out=1']);
  expect(JSON.parse(deployedSettingsOf(resources)[0])).toEqual({
    'warning-threshold-percent': '${Warning}',
    'critical-threshold-percent': '${Critical}',
    'grace-period-seconds': '${Grace}',
    'refresh-period': '${Days} days',
    'default-api-key-budget-usd': '${Budget}',
    'price-overrides': 'discount ${Discount}%\n${Model} in=${Price} out=1',
    'assumed-cache-write-ttl': '5m',
    'enforcement': 'on',
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { [Env.TIME_ZONE]: { Ref: 'Zone' }, [Env.ENVIRONMENT_NAME]: { Ref: 'Environment' }, [Env.LEDGER_RETENTION_DAYS]: { Ref: 'Retention' } } },
  });
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: { Ref: 'Email' } });
  expect(readable(stack.resolve(budgeteer.settingsPath))).toBe(`/bedrock-budgeteer/\${Environment}/${budgeteer.deploymentId}`);
});

test('the ledger is kept for two months of 31 days where nothing is said: the whole month before is there throughout every month', () => {
  const stack = newStack();
  new BedrockBudgeteer(stack, 'Budgeteer');
  synthesized(stack).template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { [Env.LEDGER_RETENTION_DAYS]: '62' } } });
});

test('so do those of agents', () => {
  // given
  const stack = newStack();
  const number = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;

  // when
  new BedrockBudgeteer(stack, 'Budgeteer', {
    agentCore: true,
    agentBudgets: {
      defaultBudgetUsd: number('Budget'),
      warningThresholdPercent: number('Warning'),
      criticalThresholdPercent: number('Critical'),
      gracePeriod: Duration.seconds(number('Grace')),
      refreshPeriod: RefreshPeriod.days(number('Days')),
    },
  });

  // then
  const values = readable(parametersOf(synthesized(stack).resources));
  expect(Object.fromEntries(AGENT_SETTINGS.map(name => [name, values[name]]))).toEqual({
    'agent-warning-threshold-percent': '${Warning}',
    'agent-critical-threshold-percent': '${Critical}',
    'agent-grace-period-seconds': '${Grace}',
    'agent-refresh-period': '${Days} days',
    'default-agent-budget-usd': '${Budget}',
  });
});
