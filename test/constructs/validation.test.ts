import { CfnParameter, Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { IEventBus } from 'aws-cdk-lib/aws-events';
import { CfnRole, Group, IGrantable, IRole, IUser, Role, User } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  AlertChannel, BedrockBudgeteer, BedrockBudgeteerProps, BilledUnit, BudgetOptions, BudgetPrincipal,
  CacheWriteTtl, InvocationLogs, MantleUse, ModelPrice, PrincipalKind, RefreshPeriod, ReportsOptions,
  SuspensionStrategy, TokenPriceOptions,
} from '../../src';
import { nameBundlesByPath, newStack } from './support/synthesize';

beforeEach(nameBundlesByPath);

interface Refusal {
  readonly props: () => BedrockBudgeteerProps;
  /** The value, the allowed range and the remedy: whoever reads the message has to know all three. */
  readonly message: RegExp;
}

const principal = () => BudgetPrincipal.roleName('writer');
const budget = (more: object) => () => ({ budgets: [{ principal: principal(), limitUsd: 5, ...more }] });

const REFUSALS: Record<string, Refusal> = {
  'reports of a ledger that has lost the first days of a month by then': {
    props: () => ({ reports: {}, ledgerRetention: Duration.days(39) }),
    message: /ledgerRetention is 39 days, together with reports, allowed is at least 40 days where there are reports.*keep the ledger longer/,
  },
  'what is done about the mantle endpoint, without coverage': {
    props: () => ({ coverage: false, mantleUse: MantleUse.IGNORE }),
    message: /mantleUse is given while coverage is off, allowed is only together with coverage/,
  },
  'something unheard-of about the mantle endpoint': {
    props: () => ({ mantleUse: 'shrug' as MantleUse }),
    message: /mantleUse is .?shrug.?, allowed is .*alarm.*ignore/,
  },
  'coverage that is a text': {
    props: () => ({ coverage: 'yes' as unknown as boolean }),
    message: /coverage is .?yes.?, allowed is .*true.*false/,
  },
  'a budget without a principal': {
    props: () => ({ budgets: [{ limitUsd: 5 } as BudgetOptions] }),
    message: /: budgets\[0\]\.principal is left out, allowed is a BudgetPrincipal: write BudgetPrincipal\.userName\("alice"\), BudgetPrincipal\.roleName\("batch"\)/,
  },
  'a name in place of a principal': {
    props: () => ({ budgets: [{ principal: 'alice' as unknown as BudgetPrincipal, limitUsd: 5 }] }),
    message: /: budgets\[0\]\.principal is "alice", allowed is a BudgetPrincipal: write BudgetPrincipal\.userName\("alice"\), or BudgetPrincipal\.roleName\("alice"\) where it is a role$/,
  },
  'an ARN in place of a principal': {
    props: () => ({ budgets: [{ principal: 'arn:aws:iam::111122223333:role/team/batch' as unknown as BudgetPrincipal, limitUsd: 5 }] }),
    message: /allowed is a BudgetPrincipal: write BudgetPrincipal\.roleName\("batch"\)$/,
  },
  'a role in place of a principal': {
    props: () => ({ budgets: [{ principal: Role.fromRoleName(newStack(), 'Role', 'batch') as unknown as BudgetPrincipal, limitUsd: 5 }] }),
    message: /principal is an object, allowed is a BudgetPrincipal: write BudgetPrincipal\.role\(…\) around it$/,
  },
  'a user in place of a principal': {
    props: () => ({ budgets: [{ principal: User.fromUserName(newStack(), 'User', 'alice') as unknown as BudgetPrincipal, limitUsd: 5 }] }),
    message: /write BudgetPrincipal\.user\(…\) around it$/,
  },
  'nothing in place of a budget': {
    props: () => ({ budgets: [null as unknown as BudgetOptions] }),
    message: /budgets\[0\] is null, allowed is an object of options: write such as \{ principal:/,
  },
  'a budget in place of a list of them': {
    props: () => ({ budgets: { principal: principal(), limitUsd: 5 } as unknown as BudgetOptions[] }),
    message: /budgets is an object, allowed is a list: put the budget into brackets/,
  },
  'a limit of one budget among others': {
    props: () => ({ budgets: [0, 1, 2].map(index => ({ principal: BudgetPrincipal.roleName(`r${index}`), limitUsd: 2 - index })) }),
    message: /: budgets\[2\] \(iam-role "r2"\): limitUsd is 0, allowed is above 0/,
  },
  'a further limit of one budget': {
    props: budget({ additionalLimits: [{ limitUsd: -1, refreshPeriod: RefreshPeriod.calendarDay() }] }),
    message: /: budgets\[0\] \(iam-role "writer"\): additionalLimits\[0\]\.limitUsd is -1, allowed is above 0/,
  },
  'a further limit without a period': {
    props: budget({ additionalLimits: [{ limitUsd: 1 }] }),
    message: /additionalLimits\[0\]\.refreshPeriod is left out, allowed is a RefreshPeriod: write it such as RefreshPeriod\.calendarMonth/,
  },
  'a further limit that is a number': {
    props: budget({ additionalLimits: [3] }),
    message: /additionalLimits\[0\] is 3, allowed is an object of options: write such as/,
  },
  'further limits that are no list': {
    props: budget({ additionalLimits: { limitUsd: 1 } }),
    message: /additionalLimits is an object, allowed is a list: put the limit into brackets/,
  },
  'a further limit with an option that there is not': {
    props: budget({ additionalLimits: [{ limitUsd: 1, refreshPeriod: RefreshPeriod.calendarDay(), period: 3 }] }),
    message: /additionalLimits\[0\]\.period is no option of BudgetLimit, allowed is only limitUsd, refreshPeriod: correct its name, or take it out$/,
  },
  'a period that is a text': {
    props: () => ({ refreshPeriod: 'monthly' as unknown as RefreshPeriod }),
    message: /: refreshPeriod is "monthly", allowed is a RefreshPeriod: write/,
  },
  'a period of runtimes that is a text': {
    props: () => ({ agentCore: true, agentBudgets: { refreshPeriod: 'monthly' as unknown as RefreshPeriod } }),
    message: /: agentBudgets\.refreshPeriod is "monthly", allowed is a RefreshPeriod: write/,
  },
  'a log group in place of where records come from': {
    props: () => ({ invocationLogs: LogGroup.fromLogGroupName(newStack(), 'Logs', '/bedrock') as unknown as InvocationLogs }),
    message: /: invocationLogs is an object, allowed is an InvocationLogs: write InvocationLogs\.fromLogGroup\(logGroup\) or InvocationLogs\.managed\(\)$/,
  },
  'a lifetime of caches that there is not': {
    props: () => ({ assumedCacheWriteTtl: '2h' as CacheWriteTtl }),
    message: /: assumedCacheWriteTtl is "2h", allowed is "5m" or "1h": use a member of the enum$/,
  },
  'a kind of principal that there is not': {
    props: () => ({ otherTrackedPrincipals: [PrincipalKind.ROOT, 'role' as PrincipalKind] }),
    message: /: otherTrackedPrincipals\[1\] is "role", allowed is "iam-role" or "federated-user" or "root": use a member of the enum$/,
  },
  'a kind of principal that is no list': {
    props: () => ({ otherTrackedPrincipals: PrincipalKind.ROOT as unknown as PrincipalKind[] }),
    message: /: otherTrackedPrincipals is "root", allowed is a list: put the kind into brackets/,
  },
  'a tag that is a number': {
    props: () => ({ tags: { CostCenter: 4711 } as unknown as Record<string, string> }),
    message: /: tags\["CostCenter"\] is 4711, allowed is texts as values: write the value in quotes/,
  },
  'options that are a token': {
    props: () => ({ agentCore: true, agentBudgets: Token.asAny({ Ref: 'Options' }) as never }),
    message: /: agentBudgets is a token, allowed is an object of options: write such as/,
  },
  'tags that are a list': {
    props: () => ({ tags: [{ key: 'a', value: 'b' }] as unknown as Record<string, string> }),
    message: /: tags is a list, allowed is an object of options: write keys and values/,
  },
  'one discount in place of those of providers': {
    props: () => ({ providerDiscountPercents: 5 as unknown as Record<string, number> }),
    message: /: providerDiscountPercents is 5, allowed is an object of options: write such as \{ anthropic: 12\.5 \}$/,
  },
  'addresses that are a token for a list': {
    props: () => ({ alertEmails: new CfnParameter(newStack(), 'Addresses', { type: 'CommaDelimitedList' }).valueAsList }),
    message: /: alertEmails is a token for a list, allowed is a list whose length is known at synthesis: write a list, each value of which may be a token/,
  },
  'a use of mantle that is no text': {
    props: () => ({ mantleUse: true as unknown as MantleUse }),
    message: /: mantleUse is true, allowed is "alarm" or /,
  },
  'an ARN in place of a key': {
    props: () => ({ encryptionKey: 'arn:aws:kms:eu-west-1:111122223333:key/1' as unknown as IKey }),
    message: /: encryptionKey is "arn:.*", allowed is a KMS key: give a construct such as kms\.Key, or kms\.Key\.fromKeyArn/,
  },
  'a name in place of a bus': {
    props: () => ({ eventBus: 'default' as unknown as IEventBus }),
    message: /: eventBus is "default", allowed is an event bus: give a construct such as events\.EventBus, or events\.EventBus\.fromEventBusName/,
  },
  'a name in place of a bucket': {
    props: () => ({ reports: { bucket: 'reports' as unknown as IBucket } }),
    message: /: reports\.bucket is "reports", allowed is a bucket: give a construct such as s3\.Bucket, or s3\.Bucket\.fromBucketName/,
  },
  'a name of an environment that is a number': {
    props: () => ({ environmentName: 5 as unknown as string }),
    message: /: environmentName is 5, allowed is 1 to 64 letters/,
  },
  'an action of alarms that is an ARN': {
    props: () => ({ alarmActions: { critical: ['arn'] as never } }),
    message: /: alarmActions\.critical\[0\] is "arn", allowed is an action of an alarm: write such as new SnsAction\(topic\)/,
  },
  'groups of a report that are a token for a list': {
    props: () => ({ reports: { groupBy: new CfnParameter(newStack(), 'Groups', { type: 'CommaDelimitedList' }).valueAsList } }),
    message: /: reports\.groupBy is a token for a list/,
  },
  'a misspelt option': {
    props: () => ({ defaultApiKeyBudget: 5 } as BedrockBudgeteerProps),
    message: /^Stack\/Budgeteer: defaultApiKeyBudget is no option of BedrockBudgeteerProps \(did you mean "defaultApiKeyBudgetUsd"\?\), allowed is only .*: correct its name, or take it out$/,
  },
  'an option with a letter of the wrong case': {
    props: () => ({ timezone: 'UTC' } as BedrockBudgeteerProps),
    message: /: timezone is no option of BedrockBudgeteerProps \(did you mean "timeZone"\?\), /,
  },
  'a misspelt option of a budget': {
    props: budget({ observeonly: true }),
    message: /: budgets\[0\]\.observeonly is no option of BudgetOptions \(did you mean "observeOnly"\?\), allowed is only principal, limitUsd, /,
  },
  'a label whose name has a character that cannot be seen': {
    props: budget({ labels: { 'a\u202eb': 'c' } }),
    message: /budgets\[0\] \(iam-role "writer"\): labels is with the name ".*", allowed is names of 1 to 128 printable characters, values of at most 256: write another name/,
  },
  'a label with a character that cannot be seen': {
    props: budget({ labels: { team: 'a\u202eb' } }),
    message: /labels is ".*" for "team", allowed is .*printable.*: shorten the value, and leave out what cannot be seen/,
  },
  'a warning threshold of 0': {
    props: () => ({ warningThresholdPercent: 0 }),
    message: /^Stack\/Budgeteer: warningThresholdPercent is 0, allowed is above 0 and below 100.*: give the percentage/,
  },
  'a warning threshold with three decimals': {
    props: () => ({ warningThresholdPercent: 70.125 }),
    message: /warningThresholdPercent is 70\.125, allowed is .*at most 2 decimals: give/,
  },
  'a threshold that is no number': {
    props: () => ({ warningThresholdPercent: NaN }),
    message: /warningThresholdPercent is NaN, allowed is above 0/,
  },
  'a critical threshold of 100': {
    props: () => ({ criticalThresholdPercent: 100 }),
    message: /criticalThresholdPercent is 100, allowed is above 0 and below 100.*: give/,
  },
  'a warning threshold above the critical one': {
    props: () => ({ warningThresholdPercent: 95 }),
    message: /warningThresholdPercent is 95, allowed is below criticalThresholdPercent, which is 90: lower the warning threshold or raise/,
  },
  'equal thresholds': {
    props: () => ({ warningThresholdPercent: 80, criticalThresholdPercent: 80 }),
    message: /warningThresholdPercent is 80, allowed is below criticalThresholdPercent, which is 80/,
  },
  'a grace period of 31 days': {
    props: () => ({ gracePeriod: Duration.days(31) }),
    message: /gracePeriod is 31 days, allowed is whole seconds from 0 to 30 days: give/,
  },
  'a grace period of half a second': {
    props: () => ({ gracePeriod: Duration.millis(500) }),
    message: /gracePeriod is 500 millis, allowed is whole seconds/,
  },
  'a ledger retention of half a day': {
    props: () => ({ ledgerRetention: Duration.hours(12) }),
    message: /ledgerRetention is 12 hours, allowed is whole days, at least 31: give whole days/,
  },
  'a ledger retention that a replayed delivery can outlive': {
    props: () => ({ ledgerRetention: Duration.days(30) }),
    message: /ledgerRetention is 30 days, allowed is whole days, at least 31/,
  },
  'a refresh period of 0 days': {
    props: () => ({ refreshPeriod: RefreshPeriod.days(0) }),
    message: /^RefreshPeriod\.days is 0, allowed is whole days from 1 to 366: give/,
  },
  'a refresh period of 367 days': {
    props: () => ({ refreshPeriod: RefreshPeriod.days(367) }),
    message: /RefreshPeriod\.days is 367, allowed/,
  },
  'a refresh period of a day and a half': {
    props: () => ({ refreshPeriod: RefreshPeriod.days(1.5) }),
    message: /RefreshPeriod\.days is 1\.5, allowed/,
  },
  'a time zone that does not exist': {
    props: () => ({ timeZone: 'Europe/Atlantis' }),
    message: /timeZone is "Europe\/Atlantis", allowed is an IANA time zone name: give a name such as "UTC"/,
  },
  'an offset for a time zone': {
    props: () => ({ timeZone: '+01:00' }),
    message: /timeZone is "\+01:00", allowed is an IANA/,
  },
  'a negative price': {
    props: () => ({ modelPrices: [ModelPrice.perMillionTokens('a.b', { input: -1, output: 1 })] }),
    message: /^ModelPrice\.perMillionTokens is -1 for input of "a\.b", allowed is from 0 to 100,000, with at most 6 decimals: give US dollars/,
  },
  'a price that is finer than a picodollar a token': {
    props: () => ({ modelPrices: [ModelPrice.perUnit('a.b', BilledUnit.SECOND, 1e-7)] }),
    message: /ModelPrice\.perUnit is 1e-7 for second of "a\.b", allowed is .* at most 6 decimals/,
  },
  'a price that is no number': {
    props: () => ({ modelPrices: [ModelPrice.unknownModels({ input: NaN, output: 1 })] }),
    message: /ModelPrice\.unknownModels is NaN for input of "unknown", allowed is from 0/,
  },
  'a model with a space in its name': {
    props: () => ({ modelPrices: [ModelPrice.likeModel('claude opus', 'a.b')] }),
    message: /ModelPrice\.likeModel is "claude opus", allowed is the id of a model or profile, or an ARN: write it as calls do/,
  },
  'a region that is none': {
    props: () => ({ modelPrices: [ModelPrice.perMillionTokens('a.b', { input: 1, output: 1, regions: ['Frankfurt'] })] }),
    message: /regions with "Frankfurt" for "a\.b", allowed is regions and geographies: write them as in "eu-central-1"/,
  },
  'a discount of everything': {
    props: () => ({ discountPercent: 100 }),
    message: /^Stack\/Budgeteer: discountPercent is 100, allowed is from 0 to below 100.*: give the percentage by which/,
  },
  'a discount with three decimals': {
    props: () => ({ providerDiscountPercents: { anthropic: 12.345 } }),
    message: /providerDiscountPercents is 12\.345 for "anthropic", allowed is .*at most 2 decimals/,
  },
  'a discount of a provider that is none': {
    props: () => ({ providerDiscountPercents: { 'Anthropic, Inc.': 5 } }),
    message: /providerDiscountPercents is a discount of "Anthropic, Inc\.", allowed is the first part of the ids/,
  },
  'more prices than a function can be told': {
    props: () => ({ modelPrices: Array.from({ length: 60 }, (_, index) => ModelPrice.perMillionTokens(`acme.model-number-${index}-v1:0`, { input: 1, output: 1 })) }),
    message: /modelPrices is 2\d{3} characters long as text, allowed is at most 2000 characters: use providerDiscountPercents/,
  },
  'prices that are no prices': {
    props: () => ({ modelPrices: [{ model: 'a.b', input: 1 }] as unknown as ModelPrice[] }),
    message: /modelPrices is something other than a list of ModelPrice, allowed is a list of what the functions of ModelPrice return/,
  },
  'a price without output, as JavaScript lets through': {
    props: () => ({ modelPrices: [ModelPrice.perMillionTokens('a.b', { input: 1 } as TokenPriceOptions)] }),
    message: /ModelPrice\.perMillionTokens is no output for "a\.b", allowed is input and output: write such as \{ input: 3, output: 15 \}/,
  },
  'a premium of regions on the price of some of them': {
    props: () => ({ modelPrices: [ModelPrice.perMillionTokens('a.b', { input: 1, output: 2, regions: ['eu'], regionalPremium: true })] }),
    message: /regionalPremium together with regions for "a\.b", allowed is one of them/,
  },
  'two prices of the same model': {
    props: () => ({ modelPrices: [1, 2].map(input => ModelPrice.perMillionTokens('a.b', { input, output: 1 })) }),
    message: /modelPrices is price row "a\.b in=2 out=1": the price of tokens is given twice for the same place, allowed is one price for each model, region and kind: give a price once/,
  },
  'a model whose name stands for discounts': {
    props: () => ({ modelPrices: [ModelPrice.perMillionTokens('discount', { input: 1, output: 1 })] }),
    message: /modelPrices is price row "discount in=1 out=1": a discount is a percentage/,
  },
  'prices that may not change': {
    props: () => ({ maxPriceChangeFactor: 1 }),
    message: /maxPriceChangeFactor is 1, allowed is above 1 and at most 100, with at most 2 decimals: give how many times/,
  },
  'a default budget of 0': {
    props: () => ({ defaultApiKeyBudgetUsd: 0 }),
    message: /defaultApiKeyBudgetUsd is 0, allowed is above 0 and at most 1,000,000,000, with at most 12 decimals: give an amount/,
  },
  'a negative default budget': {
    props: () => ({ defaultApiKeyBudgetUsd: -5 }),
    message: /defaultApiKeyBudgetUsd is -5, allowed/,
  },
  'an infinite default budget': {
    props: () => ({ defaultApiKeyBudgetUsd: Infinity }),
    message: /defaultApiKeyBudgetUsd is Infinity, allowed/,
  },
  'a default budget that is too large': {
    props: () => ({ defaultApiKeyBudgetUsd: 1_000_000_001 }),
    message: /defaultApiKeyBudgetUsd is 1000000001, allowed/,
  },
  'a default budget with 13 decimals': {
    props: () => ({ defaultApiKeyBudgetUsd: 1.5e-12 }),
    message: /defaultApiKeyBudgetUsd is 1\.5e-12, allowed .*12 decimals/,
  },
  'an environment name with a slash': {
    props: () => ({ environmentName: 'team/a' }),
    message: /environmentName is "team\/a", allowed is 1 to 64 letters, digits, dots, hyphens and underscores: give a short name/,
  },
  'an empty environment name': {
    props: () => ({ environmentName: '' }),
    message: /environmentName is "", allowed/,
  },
  'a removal policy that tables do not know': {
    props: () => ({ removalPolicy: RemovalPolicy.SNAPSHOT }),
    message: /removalPolicy is RemovalPolicy\.SNAPSHOT, allowed is RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY: use RETAIN/,
  },
  'an alert address without a host': {
    props: () => ({ alertEmails: ['team@example.com', 'team'] }),
    message: /alertEmails is "team", allowed is e-mail addresses: give each address by itself/,
  },
  'an operations address with a display name': {
    props: () => ({ operationsEmails: ['Ops <ops@example.com>'] }),
    message: /operationsEmails is "Ops <ops@example\.com>", allowed/,
  },
  'what holds for agents while agents have no budgets': {
    props: () => ({ agentBudgets: { defaultBudgetUsd: 5 } }),
    message: /^Stack\/Budgeteer: agentBudgets is given while agentCore is off, allowed is only together with agentCore: switch agentCore on, or leave agentBudgets out/,
  },
  'a budget of an agent while agents have no budgets': {
    props: () => ({ budgets: [{ principal: BudgetPrincipal.agentRuntimeId('support-Ab12Cd34Ef'), limitUsd: 5 }] }),
    message: /principal is agent-runtime "support-Ab12Cd34Ef" while agentCore is off, allowed is AgentCore runtimes only together with agentCore: set agentCore to true/,
  },
  'a history of policies that are never removed': {
    props: () => ({ policyBackupHistory: Duration.days(30) }),
    message: /policyBackupHistory is given while suspensionStrategy DETACH is off, allowed is only together with suspensionStrategy DETACH/,
  },
  'a history of policies of a day and a half': {
    props: () => ({ suspensionStrategy: SuspensionStrategy.DETACH, policyBackupHistory: Duration.hours(36) }),
    message: /policyBackupHistory is 1 day 12 hours, allowed is whole days from 1 to 3650: give/,
  },
  'a default budget of agents that is no amount': {
    props: () => ({ agentCore: true, agentBudgets: { defaultBudgetUsd: -1 } }),
    message: /agentBudgets\.defaultBudgetUsd is -1, allowed is above 0 and at most 1,000,000,000, with at most 12 decimals: give an amount/,
  },
  'a warning to agents above their critical threshold': {
    props: () => ({ agentCore: true, agentBudgets: { criticalThresholdPercent: 60 } }),
    message: /agentBudgets\.warningThresholdPercent is 70, allowed is below agentBudgets\.criticalThresholdPercent, which is 60: lower/,
  },
  'a grace period of agents of 31 days': {
    props: () => ({ agentCore: true, agentBudgets: { gracePeriod: Duration.days(31) } }),
    message: /agentBudgets\.gracePeriod is 31 days, allowed is whole seconds from 0 to 30 days: give/,
  },
  'a runtime id that is an ARN': {
    props: () => ({ agentCore: true, budgets: [{ principal: BudgetPrincipal.agentRuntimeId('arn:aws:bedrock-agentcore:eu-west-1:111122223333:runtime/a'), limitUsd: 5 }] }),
    message: /^BudgetPrincipal\.agentRuntimeId is "arn:aws:bedrock-agentcore.*: give the id of the runtime alone/,
  },
  'the role of agents with a path': {
    props: () => ({ agentCore: true, budgets: [{ principal: BudgetPrincipal.agentRuntimesOfRoleName('path/agents'), limitUsd: 5 }] }),
    message: /^BudgetPrincipal\.agentRuntimesOfRoleName is "path\/agents", allowed is 1 to 64 letters.*: give the name alone/,
  },
  'a user name with a path': {
    props: () => ({ budgets: [{ principal: BudgetPrincipal.userName('path/writer'), limitUsd: 5 }] }),
    message: /^BudgetPrincipal\.userName is "path\/writer", allowed is 1 to 64 letters.*: give the name alone/,
  },
  'a role ARN for a role name': {
    props: () => ({ budgets: [{ principal: BudgetPrincipal.roleName('arn:aws:iam::111122223333:role/writer'), limitUsd: 5 }] }),
    message: /BudgetPrincipal\.roleName is "arn:aws:iam::111122223333:role\/writer", allowed/,
  },
  'a budget of nothing': {
    props: budget({ limitUsd: 0 }),
    message: /^Stack\/Budgeteer\/Budgets: budgets\[0\] \(iam-role "writer"\): limitUsd is 0, allowed is above 0/,
  },
  'an additional limit of nothing': {
    props: budget({ additionalLimits: [{ limitUsd: -1, refreshPeriod: RefreshPeriod.calendarDay() }] }),
    message: /limitUsd is -1, allowed/,
  },
  'two limits for one period': {
    props: budget({ additionalLimits: [{ limitUsd: 1, refreshPeriod: RefreshPeriod.days(30) }] }),
    message: /budgets\[0\] \(iam-role "writer"\): additionalLimits is a second limit for "30 days", allowed is one limit a period: keep the lower/,
  },
  'the same principal twice': {
    props: () => ({ budgets: [{ principal: principal(), limitUsd: 5 }, { principal: principal(), limitUsd: 6 }] }),
    message: /principal is iam-role "writer", which has a budget already, allowed is each principal once: declare one budget a principal/,
  },
  'a budget for a role while roles are not tracked': {
    props: () => ({ otherTrackedPrincipals: [PrincipalKind.ROOT], budgets: [{ principal: principal(), limitUsd: 5, observeOnly: true }] }),
    message: /principal is iam-role "writer", whose calls are charged to nobody, allowed is a principal of a kind that is tracked: add PrincipalKind\.IAM_ROLE to otherTrackedPrincipals/,
  },
  'a budget that suspends a role of IAM Identity Center': {
    props: () => ({ budgets: [{ principal: BudgetPrincipal.roleName('AWSReservedSSO_Admin_0123456789abcdef'), limitUsd: 5 }] }),
    message: /principal is iam-role "AWSReservedSSO_Admin_0123456789abcdef", which only AWS may modify, allowed is .*: set observeOnly/,
  },
  'too many labels': {
    props: budget({ labels: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`label-${index}`, 'x'])) }),
    message: /labels is 51 labels, allowed is at most 50: keep/,
  },
  'a label without a key': {
    props: budget({ labels: { '': 'x' } }),
    message: /labels is with the name "", allowed is names of 1 to 128/,
  },
  'a budget that observes by a text': {
    props: budget({ observeOnly: 'false' }),
    message: /^Stack\/Budgeteer\/Budgets: budgets\[0\] \(iam-role "writer"\): observeOnly is "false", allowed is true or false: give a boolean/,
  },
  'labels that are one text': {
    props: budget({ labels: 'team' }),
    message: /labels is "team", allowed is an object of options: write keys and values, such as \{ team: "search" \}/,
  },
  'a label that is a number': {
    props: budget({ labels: { costCentre: 4711 } }),
    message: /labels is 4711 for "costCentre", allowed is texts as values: write the value in quotes/,
  },
  'a configuration of others that is adopted by a text': {
    props: () => ({ invocationLogs: InvocationLogs.managed({ adoptExisting: 'false' as unknown as boolean }) }),
    message: /^InvocationLogs\.managed\.adoptExisting is "false", allowed is true or false/,
  },
  'a grace period without a unit': {
    props: () => ({ gracePeriod: 15 as unknown as Duration }),
    message: /gracePeriod is 15, allowed is a Duration: write it with its unit, such as Duration\.minutes\(5\)/,
  },
  'a ledger retention that is a text': {
    props: () => ({ ledgerRetention: '90' as unknown as Duration }),
    message: /ledgerRetention is "90", allowed is a Duration: .*Duration\.days\(90\)/,
  },
  'a history of policies without a unit': {
    props: () => ({ suspensionStrategy: SuspensionStrategy.DETACH, policyBackupHistory: 90 as unknown as Duration }),
    message: /policyBackupHistory is 90, allowed is a Duration/,
  },
  'a threshold that is a text': {
    props: () => ({ warningThresholdPercent: '70' as unknown as number }),
    message: /warningThresholdPercent is "70", allowed is above 0/,
  },
  'an amount that is a text': {
    props: () => ({ defaultApiKeyBudgetUsd: '25' as unknown as number }),
    message: /defaultApiKeyBudgetUsd is "25", allowed is above 0/,
  },
  'an address that is not in a list': {
    props: () => ({ alertEmails: 'finops@example.com' as unknown as string[] }),
    message: /alertEmails is "finops@example\.com", allowed is a list: put the address into brackets/,
  },
  'an address that is given twice': {
    props: () => ({ operationsEmails: ['ops@example.com', 'ops@example.com'] }),
    message: /operationsEmails is "ops@example\.com" twice, allowed is each address once: take one of them out/,
  },
  'prices that are refreshed by a text': {
    props: () => ({ refreshPrices: 'false' as unknown as boolean }),
    message: /refreshPrices is "false", allowed is true or false/,
  },
  'reports that are only switched on': {
    props: () => ({ reports: true as unknown as ReportsOptions }),
    message: /reports is true, allowed is an object of options: write \{\} to switch them on, and leave them out to have none/,
  },
  'reports that are switched off': {
    props: () => ({ reports: false as unknown as ReportsOptions }),
    message: /reports is false, allowed is an object of options/,
  },
  'reports that are shared out by one text': {
    props: () => ({ reports: { groupBy: 'team' as unknown as string[] } }),
    message: /reports\.groupBy is "team", allowed is a list: put the key into brackets/,
  },
  'reports at an hour that is a text': {
    props: () => ({ reports: { hour: '6' as unknown as number } }),
    message: /reports\.hour is "6", allowed is a whole number/,
  },
  'reports that are kept for a number of days': {
    props: () => ({ reports: { retention: 400 as unknown as Duration } }),
    message: /reports\.retention is 400, allowed is a Duration/,
  },
  'a label whose value is too long': {
    props: budget({ labels: { team: 'x'.repeat(257) } }),
    message: /labels is "x{257}" for "team", allowed is .*values of at most 256: shorten/,
  },
};

test.each(Object.entries(REFUSALS))('%s fails at synthesis with the value, the range and the remedy', (_, { props, message }) => {
  const creation = () => new BedrockBudgeteer(newStack(), 'Budgeteer', props());
  expect(creation).toThrow(message);
  expect(creation).toThrow(expect.objectContaining({ name: 'BudgeteerValidationError' }));
});

test.each([
  ['gracePeriod', (token: number) => ({ gracePeriod: Duration.minutes(token) }), /gracePeriod is a token in minutes, allowed is a duration in seconds.*: write Duration\.seconds\(token\)/],
  ['ledgerRetention', (token: number) => ({ ledgerRetention: Duration.hours(token) }), /ledgerRetention is a token in hours, allowed is a duration in days.*: write Duration\.days\(token\)/],
])('a token for %s in a unit that would have to be converted fails at synthesis', (_, props, message) => {
  const stack = newStack();
  const token = new CfnParameter(stack, 'Value', { type: 'Number' }).valueAsNumber;
  expect(() => new BedrockBudgeteer(stack, 'Budgeteer', props(token))).toThrow(message);
});

test('enums whose value only the handlers need may be tokens', () => {
  const stack = newStack();
  const token = new CfnParameter(stack, 'Value').valueAsString;
  new BedrockBudgeteer(stack, 'Budgeteer', { assumedCacheWriteTtl: token as CacheWriteTtl, otherTrackedPrincipals: [token as PrincipalKind] });
  const parameters = Template.fromStack(stack).findResources('AWS::SSM::Parameter', { Properties: { Value: { Ref: 'Value' } } });
  expect(Object.keys(parameters)).toEqual([expect.stringContaining('assumedcachewritettl')]);
});

test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('time zone %s is accepted', timeZone => {
  expect(() => new BedrockBudgeteer(newStack(), 'Budgeteer', { timeZone })).not.toThrow();
});

test('a budget that is added by itself is named by its principal', () => {
  const budgeteer = new BedrockBudgeteer(newStack(), 'Budgeteer');
  expect(() => budgeteer.addBudget({ principal: principal(), limitUsd: 0 })).toThrow(/^Stack\/Budgeteer\/Budgets: iam-role "writer": limitUsd is 0, /);
  expect(() => budgeteer.addBudget({ principal: 'alice' as unknown as BudgetPrincipal, limitUsd: 5 })).toThrow(/^Stack\/Budgeteer\/Budgets: principal is "alice", /);
});

test('options without a value, symbols and the options of a subclass are nobody\'s mistake', () => {
  class TeamBudgeteer extends BedrockBudgeteer {}
  const symbol = Symbol('origin');
  const more = { [symbol]: 1, gone: undefined };
  const given = (own: object) => ({ timeZone: undefined, budgets: [{ principal: principal(), limitUsd: 5, labels: undefined, ...more }], ...more, ...own });
  expect(() => new BedrockBudgeteer(newStack(), 'Budgeteer', given({}))).not.toThrow();
  expect(() => new TeamBudgeteer(newStack(), 'Budgeteer', given({ team: 'search' }))).not.toThrow();
  expect(() => new BedrockBudgeteer(newStack(), 'Budgeteer', given({ team: 'search' }))).toThrow(/: team is no option of BedrockBudgeteerProps/);
});

/** Types tell as much, but not to JavaScript: whatever is written in place of a construct, or left out, is refused here and not somewhere within the CDK. */
test.each<[string, () => unknown, string]>([
  ['no name of a role', () => BudgetPrincipal.roleName(undefined as unknown as string), 'BudgetPrincipal.roleName is left out, allowed is 1 to 64 letters, digits and the characters'],
  ['a number for a user', () => BudgetPrincipal.userName(5 as unknown as string), 'BudgetPrincipal.userName is 5, allowed is'],
  ['no id of a runtime', () => BudgetPrincipal.agentRuntimeId(undefined as unknown as string), 'BudgetPrincipal.agentRuntimeId is left out, allowed is'],
  ['a name for a role', () => BudgetPrincipal.role('chat' as unknown as IRole), 'BudgetPrincipal.role is "chat", allowed is an IAM role: give a construct such as iam.Role, or write BudgetPrincipal.roleName("batch")'],
  ['no role', () => BudgetPrincipal.role(undefined as unknown as IRole), 'BudgetPrincipal.role is left out, allowed is an IAM role'],
  ['a user for a role', () => BudgetPrincipal.role(new User(newStack(), 'User') as unknown as IRole), 'BudgetPrincipal.role is an object, allowed is an IAM role'],
  ['a group for a user', () => BudgetPrincipal.user(new Group(newStack(), 'Group') as unknown as IUser), 'BudgetPrincipal.user is an object, allowed is an IAM user: give a construct such as iam.User'],
  ['a name for a log group', () => InvocationLogs.fromLogGroup('/bedrock' as unknown as ILogGroup), 'InvocationLogs.fromLogGroup is "/bedrock", allowed is a log group: write such as logs.LogGroup.fromLogGroupName('],
  ['a resource of CloudFormation for a role', () => BudgetPrincipal.role(new CfnRole(newStack(), 'Role', { assumeRolePolicyDocument: {} }) as unknown as IRole), 'BudgetPrincipal.role is an object, allowed is an IAM role'],
  ['an ARN for a topic', () => AlertChannel.topic('arn:aws:sns:eu-west-1:111122223333:t' as unknown as ITopic), 'AlertChannel.topic is "arn:aws:sns:eu-west-1:111122223333:t", allowed is a topic: give a construct such as sns.Topic'],
  ['no other model', () => ModelPrice.likeModel('a.b', undefined as unknown as string), 'ModelPrice.likeModel is left out, allowed is the id of a model or profile, or an ARN'],
  ['no log group', () => InvocationLogs.fromLogGroup(undefined as unknown as ILogGroup), 'InvocationLogs.fromLogGroup is left out, allowed is a log group'],
  ['a text for days', () => RefreshPeriod.days('30' as unknown as number), 'RefreshPeriod.days is "30", allowed is whole days from 1 to 366'],
  ['no prices', () => ModelPrice.perMillionTokens('acme.large', undefined as unknown as TokenPriceOptions), 'ModelPrice.perMillionTokens is left out, allowed is an object of options'],
])('%s is refused', (_, given, message) => {
  expect(given).toThrow(expect.objectContaining({ name: 'BudgeteerValidationError', message: expect.stringContaining(message) }));
});

test.each(['grantReadBudgets', 'grantReadLedger', 'grantManageBudgets', 'grantAdministration', 'grantReadReports', 'grantErasure'] as const)('%s takes no names', method => {
  const budgeteer = new BedrockBudgeteer(newStack(), 'Budgeteer', { administration: true, reports: {} });
  expect(() => budgeteer[method]('finops' as unknown as IGrantable))
    .toThrow(`Stack/Budgeteer: ${method} is "finops", allowed is whoever can be granted rights: give a construct such as iam.Role, or iam.Role.fromRoleName(this, "FinOps", "finops")`);
});

test.each([
  [{ warningThresholdPercent: 0.57 }, ['warningThresholdPercent is most likely a slip: 0.57 stands for 0.57 % of the limit, not for 57 %.']],
  [{ warningThresholdPercent: 0.7, criticalThresholdPercent: 0.9, agentCore: true }, ['warningThresholdPercent is', 'criticalThresholdPercent is']],
  [{ agentCore: true, agentBudgets: { warningThresholdPercent: 0.5 } }, ['agentBudgets.warningThresholdPercent is']],
  [{ warningThresholdPercent: 1 }, []],
])('of %j is warned as of shares in place of percentages', (props, told) => {
  const stack = newStack();
  new BedrockBudgeteer(stack, 'Budgeteer', props);
  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('is most likely a slip: 0'));
  expect(found.map(({ entry }) => String(entry.data).slice(0, told[0]?.length))).toEqual(told.map(text => text.slice(0, told[0].length)));
});

test('what is null is left out', () => {
  expect(() => new BedrockBudgeteer(newStack(), 'Budgeteer', { encryptionKey: null, eventBus: null, reports: { bucket: null }, timeZone: null } as unknown as BedrockBudgeteerProps)).not.toThrow();
  const stack = newStack();
  new BedrockBudgeteer(stack, 'Budgeteer', { warningThresholdPercent: null } as unknown as BedrockBudgeteerProps);
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('most likely a slip'))).toEqual([]);
});
