import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlertChannel, BedrockBudgeteer, BudgetPrincipal, InvocationLogs, ModelPrice, RefreshPeriod } from '../../src';
import { KNOWN_STRUCTS, optionsOf } from '../../src/known-options';
import { nameBundlesByPath, newStack } from './support/synthesize';

/** What jsii says the API takes: the names here are held against what is compiled, not against a list. */
interface TypeReference {
  readonly fqn?: string;
  readonly collection?: { readonly elementtype: TypeReference };
}

interface Member {
  readonly name?: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
  readonly parameters?: readonly { readonly type: TypeReference }[];
}

interface Type {
  readonly fqn: string;
  readonly name: string;
  readonly datatype?: boolean;
  readonly interfaces?: readonly string[];
  readonly initializer?: Member;
  readonly methods?: readonly Member[];
  readonly properties?: readonly Member[];
}

const TYPES = (JSON.parse(readFileSync(join(__dirname, '../../.jsii'), 'utf8')) as { readonly types: Readonly<Record<string, Type>> }).types;
const STRUCTS = Object.values(TYPES).filter(({ datatype }) => datatype);

function membersOf({ properties = [], interfaces = [] }: Type): readonly Member[] {
  return [...properties, ...interfaces.flatMap(fqn => membersOf(TYPES[fqn]))];
}

/** The struct of ours that a value of a type is or holds. */
function structIn({ fqn, collection }: TypeReference): Type | undefined {
  return collection ? structIn(collection.elementtype) : STRUCTS.find(struct => struct.fqn === fqn);
}

/** Every place where the API takes a struct: parameters of constructors and functions, and options within options. */
function placesOfStructs(): readonly string[] {
  return Object.values(TYPES).flatMap(type => [
    ...(type.initializer?.parameters ?? []).flatMap(({ type: taken }) => (structIn(taken) ? [`new ${type.name}`] : [])),
    ...(type.methods ?? []).flatMap(({ name, parameters = [] }) => (parameters.some(({ type: taken }) => structIn(taken)) ? [`${type.name}.${name}`] : [])),
    ...(type.datatype ? type.properties ?? [] : []).flatMap(({ name, type: taken }) => (structIn(taken) ? [`${type.name}.${name}`] : [])),
  ]).sort();
}

interface Place {
  readonly struct: string;
  /** Where messages say that it is. */
  readonly at: string;
  readonly valid: (scope: Construct) => object;
  readonly take: (scope: Construct, options: any) => unknown;
}

const make = (scope: Construct, props: object) => new BedrockBudgeteer(scope, 'Budgeteer', props);
const budget = () => ({ principal: BudgetPrincipal.roleName('writer'), limitUsd: 5 });
const price = () => ({ input: 1, output: 2 });

/** How each place is reached. */
const PLACES: Record<string, Place> = {
  'new BedrockBudgeteer': { struct: 'BedrockBudgeteerProps', at: '', valid: () => ({}), take: make },
  'BedrockBudgeteer.addBudget': { struct: 'BudgetOptions', at: 'budget.', valid: budget, take: (scope, options) => make(scope, {}).addBudget(options) },
  'BedrockBudgeteerProps.agentBudgets': {
    struct: 'AgentBudgetOptions', at: 'agentBudgets.', valid: () => ({}), take: (scope, agentBudgets) => make(scope, { agentCore: true, agentBudgets }),
  },
  'BedrockBudgeteerProps.alarmActions': { struct: 'AlarmActions', at: 'alarmActions.', valid: () => ({}), take: (scope, alarmActions) => make(scope, { alarmActions }) },
  'BedrockBudgeteerProps.alarmOverrides': {
    struct: 'AlarmOverride', at: 'alarmOverrides["drift"].', valid: () => ({}), take: (scope, drift) => make(scope, { alarmOverrides: { drift } }),
  },
  'BedrockBudgeteerProps.budgets': { struct: 'BudgetOptions', at: 'budgets[0].', valid: budget, take: (scope, options) => make(scope, { budgets: [options] }) },
  'BedrockBudgeteerProps.dailyDigest': { struct: 'DailyDigestOptions', at: 'dailyDigest.', valid: () => ({}), take: (scope, dailyDigest) => make(scope, { dailyDigest }) },
  'BedrockBudgeteerProps.reports': { struct: 'ReportsOptions', at: 'reports.', valid: () => ({}), take: (scope, reports) => make(scope, { reports }) },
  'BudgetOptions.additionalLimits': {
    struct: 'BudgetLimit',
    at: 'budgets[0] (iam-role "writer"): additionalLimits[0].',
    valid: () => ({ limitUsd: 1, refreshPeriod: RefreshPeriod.calendarDay() }),
    take: (scope, limit) => make(scope, { budgets: [{ ...budget(), additionalLimits: [limit] }] }),
  },
  'AlertChannel.email': { struct: 'AlertRouting', at: 'AlertChannel.email.', valid: () => ({}), take: (_, options) => AlertChannel.email('team@example.com', options) },
  'AlertChannel.sms': { struct: 'AlertRouting', at: 'AlertChannel.sms.', valid: () => ({}), take: (_, options) => AlertChannel.sms('+4915112345678', options) },
  'AlertChannel.topic': {
    struct: 'TopicChannelOptions', at: 'AlertChannel.topic.', valid: () => ({}), take: (scope, options) => AlertChannel.topic(new Topic(scope, 'Topic'), options),
  },
  'AlertChannel.slack': {
    struct: 'SlackChannelOptions', at: 'AlertChannel.slack.', valid: () => ({ workspaceId: 'T012AB3CDE', channelId: 'C012AB3CDE' }), take: (_, options) => AlertChannel.slack(options),
  },
  'AlertChannel.microsoftTeams': {
    struct: 'MicrosoftTeamsChannelOptions',
    at: 'AlertChannel.microsoftTeams.',
    valid: () => ({ teamId: 'team', tenantId: 'tenant', channelId: 'channel' }),
    take: (_, options) => AlertChannel.microsoftTeams(options),
  },
  'AlertChannel.webhook': {
    struct: 'WebhookChannelOptions',
    at: 'AlertChannel.webhook.',
    valid: scope => ({ url: 'https://alerts.example.com', signingSecret: new Secret(scope, 'Secret') }),
    take: (_, options) => AlertChannel.webhook(options),
  },
  'InvocationLogs.managed': { struct: 'ManagedInvocationLogsOptions', at: 'InvocationLogs.managed.', valid: () => ({}), take: (_, options) => InvocationLogs.managed(options) },
  'ModelPrice.perMillionTokens': {
    struct: 'TokenPriceOptions', at: 'ModelPrice.perMillionTokens.', valid: price, take: (_, options) => ModelPrice.perMillionTokens('amazon.nova-pro-v1:0', options),
  },
  'ModelPrice.unknownModels': { struct: 'TokenPriceOptions', at: 'ModelPrice.unknownModels.', valid: price, take: (_, options) => ModelPrice.unknownModels(options) },
};

beforeEach(nameBundlesByPath);

test('every struct is known, with the names that it has', () => {
  expect(STRUCTS.length).toBeGreaterThan(10);
  expect([...KNOWN_STRUCTS].sort()).toEqual(STRUCTS.map(({ name }) => name).sort());
  for (const struct of STRUCTS) {
    expect({ struct: struct.name, options: [...optionsOf(struct.name as typeof KNOWN_STRUCTS[number])].sort() })
      .toEqual({ struct: struct.name, options: membersOf(struct).map(({ name }) => name).sort() });
  }
});

test('the places below are all that take a struct', () => {
  expect(Object.keys(PLACES).sort()).toEqual(placesOfStructs());
});

describe.each(Object.entries(PLACES))('%s', (_, { struct, at, valid, take }) => {
  const names = () => optionsOf(struct as typeof KNOWN_STRUCTS[number]);
  const lastOption = () => names()[names().length - 1];

  test('refuses a misspelt option: what was given, what is allowed, which is nearest, what to do', () => {
    const scope = newStack();
    const misspelt = `${lastOption()}x`;
    expect(() => take(scope, { ...valid(scope), [misspelt]: 1 })).toThrow(expect.objectContaining({
      name: 'BudgeteerValidationError',
      message: expect.stringContaining(
        `${at}${misspelt} is no option of ${struct} (did you mean "${lastOption()}"?), allowed is only ${names().join(', ')}: correct its name, or take it out`,
      ),
    }));
  });

  test('takes options that are there without a value', () => {
    const scope = newStack();
    const optional = membersOf(TYPES[`cdk-bedrock-budgeteer.${struct}`]).filter(member => member.optional).map(({ name }) => [name, undefined]);
    expect(() => take(scope, { ...Object.fromEntries(optional), ...valid(scope), unheardOf: undefined })).not.toThrow();
  });

  test.each([[null], ['text'], [[]], [false]])('refuses %j in place of its options', given => {
    expect(() => take(newStack(), given)).toThrow(/ is (null|"text"|a list|false), allowed is an object of options: write /);
  });
});
