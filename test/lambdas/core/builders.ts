import { gzipSync } from 'node:zlib';
import { PrincipalKindName, SettingName } from '../../../src/contract';
import { Budget, Limit } from '../../../src/lambdas/core/budget';
import { estimatedAttribute, isoInstant, Item, limitsToItem, NumberText, spendAttribute, stateAttributes, thresholdsToItem, topUpToItem } from '../../../src/lambdas/core/budget-item';
import { Day, parsePeriod } from '../../../src/lambdas/core/calendar';
import { DecisionContext } from '../../../src/lambdas/core/decision';
import { CoreContext } from '../../../src/lambdas/core/evaluator';
import { UsageRecord } from '../../../src/lambdas/core/invocation-record';
import { ChargedCall } from '../../../src/lambdas/core/metering';
import { formatUsd, usd, Usd } from '../../../src/lambdas/core/money';
import { ModelDirectory } from '../../../src/lambdas/core/pricing/model-directory';
import { Charge, PriceCatalog } from '../../../src/lambdas/core/pricing/price-catalog';
import { principalFromArn, principalFromId } from '../../../src/lambdas/core/principal';
import { parseSettings, Settings, SettingTexts } from '../../../src/lambdas/core/settings';
import { LoggedLine, SubscriptionBatch } from '../../../src/lambdas/core/subscription-batch';

/** Things as tests need them: valid and ordinary, but for what the test names. */

export const ACCOUNT = '444455556666';
export const REGION = 'eu-central-1';

/** A Tuesday. */
export const TODAY: Day = '2026-03-10';
export const NOON = Date.parse('2026-03-10T12:00:00Z');

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const ALICE = `iam-user/${ACCOUNT}/alice`;
export const KEY_USER = `iam-user/${ACCOUNT}/BedrockAPIKey-a1b2`;
export const ROLE = `iam-role/${ACCOUNT}/report-writer`;
export const AGENT_ROLE = `iam-role/${ACCOUNT}/agents`;
export const AGENT = `agent-runtime/${ACCOUNT}/${REGION}/support-Ab12Cd34Ef`;
export const SHARED_AGENTS = `agent-role/${ACCOUNT}/${REGION}/agents`;

export function at(iso: string): number {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) {
    throw new Error(`the test's own instant is wrong: ${iso}`);
  }
  return instant;
}

// Settings and context

export function settingTexts(texts: Partial<SettingTexts> = {}): SettingTexts {
  return {
    [SettingName.WARNING_THRESHOLD_PERCENT]: '70',
    [SettingName.CRITICAL_THRESHOLD_PERCENT]: '90',
    [SettingName.GRACE_PERIOD_SECONDS]: '300',
    [SettingName.REFRESH_PERIOD]: 'calendar month',
    [SettingName.DEFAULT_API_KEY_BUDGET_USD]: '25',
    [SettingName.PRICE_OVERRIDES]: 'none',
    [SettingName.ASSUMED_CACHE_WRITE_TTL]: '5m',
    [SettingName.ENFORCEMENT]: 'on',
    ...texts,
  };
}

/** With budgets for AgentCore runtimes: 10 USD a calendar month, and the thresholds and grace period of the rest. */
export function agentSettingTexts(texts: Partial<SettingTexts> = {}): SettingTexts {
  return settingTexts({
    [SettingName.AGENT_WARNING_THRESHOLD_PERCENT]: '70',
    [SettingName.AGENT_CRITICAL_THRESHOLD_PERCENT]: '90',
    [SettingName.AGENT_GRACE_PERIOD_SECONDS]: '300',
    [SettingName.AGENT_REFRESH_PERIOD]: 'calendar month',
    [SettingName.DEFAULT_AGENT_BUDGET_USD]: '10',
    ...texts,
  });
}

/** Of a deployment with budgets for AgentCore runtimes: what holds for everybody else is the same without. */
export function settings(changes: Partial<Settings> = {}): Settings {
  return { ...parseSettings(agentSettingTexts()), ...changes };
}

export function aContext(changes: Partial<CoreContext> & { readonly settings?: Settings } = {}): CoreContext & DecisionContext {
  return { deploymentId: 'dep-1', environmentName: 'test', timeZone: 'UTC', ownAccountId: ACCOUNT, region: REGION, settings: settings(), ...changes };
}

// Budgets

export function limit(amount: string, period = 'calendar month', anchorDay?: Day): Limit {
  return { amount: usd(amount), period: parsePeriod(period), ...(anchorDay ? { anchorDay } : {}) };
}

/** A budget of 100 USD a calendar month; `spent` is what was spent on the 10th of March. */
export function aBudget({ spent, ...changes }: Partial<Budget> & { readonly spent?: string } = {}): Budget {
  const principalId = changes.principalId ?? ALICE;
  return {
    principalId,
    kind: principalFromId(principalId)?.kind ?? PrincipalKindName.IAM_USER,
    labels: {},
    registeredAt: NOON - 60 * DAY,
    anchorDay: '2026-01-09',
    limits: [limit('100')],
    topUps: [],
    enforcement: 'enforced',
    spend: new Map<Day, Usd>(spent === undefined ? [] : [[TODAY, usd(spent)]]),
    estimated: new Map(),
    status: 'active',
    statusSince: NOON - 60 * DAY,
    reason: '',
    levels: {},
    decidedAt: 0,
    revision: 3,
    ...changes,
  };
}

export function aSuspendedBudget(changes: Partial<Budget> & { readonly spent?: string } = {}): Budget {
  return aBudget({
    spent: '120',
    status: 'suspended',
    statusSince: NOON - HOUR,
    reason: '120.0 % of $100.00 spent since 2026-03-01',
    levels: { 'calendar month@2026-03-01': 'exceeded' },
    exceededAt: NOON - 2 * HOUR,
    decidedAt: NOON - HOUR,
    nextCheckAt: at('2026-04-01T00:00:00Z'),
    ...changes,
  });
}

/** A budget whose grace period ended at noon. */
export function aBudgetInGrace(changes: Partial<Budget> & { readonly spent?: string } = {}): Budget {
  return aSuspendedBudget({
    status: 'grace_period',
    statusSince: NOON - 5 * MINUTE,
    decidedAt: NOON - 5 * MINUTE,
    graceDeadline: NOON,
    exceededAt: NOON - 6 * MINUTE,
    nextCheckAt: NOON + 10 * MINUTE,
    workflowRevision: 3,
    ...changes,
  });
}

/** Suspended once, and within its limit since five minutes ago. */
export function aBudgetBeingRestored(changes: Partial<Budget> & { readonly spent?: string } = {}): Budget {
  return aSuspendedBudget({
    limits: [limit('200')],
    status: 'restoring',
    statusSince: NOON - 5 * MINUTE,
    decidedAt: NOON - 5 * MINUTE,
    reason: 'within budget: 60.0 % of $200.00 spent since 2026-03-01',
    levels: {},
    exceededAt: undefined,
    nextCheckAt: NOON + 5 * MINUTE,
    workflowRevision: 3,
    ...changes,
  });
}

/** The item of a budget, as the table has it. */
export function itemOf(budget: Budget): Item {
  const { set } = stateAttributes(budget);
  return {
    ...set,
    principalId: budget.principalId,
    kind: budget.kind,
    labels: budget.labels,
    registeredAt: isoInstant(budget.registeredAt),
    anchorDay: budget.anchorDay,
    ...(budget.limits ? { limits: limitsToItem(budget.limits) } : {}),
    ...(budget.topUps.length === 0 ? {} : {
      topUps: budget.topUps.map(topUpToItem),
    }),
    ...(budget.exemption ? {
      exemption: { reason: budget.exemption.reason, ...(budget.exemption.until === undefined ? {} : { until: isoInstant(budget.exemption.until) }) },
    } : {}),
    ...(budget.hold ? { hold: budget.hold } : {}),
    ...(budget.thresholds ? { thresholds: thresholdsToItem(budget.thresholds) } : {}),
    ...(budget.role ? { role: budget.role, ...(budget.removedAt === undefined ? { activeRole: budget.role } : {}) } : {}),
    ...(budget.formerRole ? { formerRole: { id: budget.formerRole.id, until: isoInstant(budget.formerRole.until) } } : {}),
    ...(budget.runtimes ? { runtimes: budget.runtimes } : {}),
    ...(budget.removedAt === undefined ? {} : { removedAt: isoInstant(budget.removedAt) }),
    enforcement: budget.enforcement,
    ...(budget.lastCallAt === undefined ? {} : { lastCallAt: isoInstant(budget.lastCallAt) }),
    ...(budget.updatedBy === undefined ? {} : { updatedBy: budget.updatedBy }),
    ...(budget.change ? { change: { ...budget.change, at: isoInstant(budget.change.at) } } : {}),
    ...Object.fromEntries([...budget.spend].map(([day, amount]) => [spendAttribute(day), new NumberText(formatUsd(amount))])),
    ...Object.fromEntries([...budget.estimated].map(([day, amount]) => [estimatedAttribute(day), new NumberText(formatUsd(amount))])),
  };
}

// Lines of the invocation log

export type LogRecord = Record<string, unknown>;

export function aRecord(changes: LogRecord = {}): LogRecord {
  return {
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: '2026-03-10T11:59:30Z',
    accountId: ACCOUNT,
    region: REGION,
    requestId: '0d9f7a52-6f0b-4a37-9a56-2b1c7a3e0001',
    operation: 'Converse',
    modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
    identity: { arn: `arn:aws:iam::${ACCOUNT}:user/alice` },
    input: { inputContentType: 'application/json', inputTokenCount: 1000 },
    output: { outputContentType: 'application/json', outputTokenCount: 100 },
    ...changes,
  };
}

export function aRecordLine(changes: LogRecord = {}): string {
  return JSON.stringify(aRecord(changes));
}

let lines = 0;

export function aLine(message: string = aRecordLine(), loggedAt = NOON): LoggedLine {
  lines += 1;
  return { id: String(lines).padStart(56, '0'), loggedAt, message };
}

export function aBatch(...messages: readonly (string | LoggedLine)[]): SubscriptionBatch {
  return {
    logGroup: '/bedrock/invocations',
    logStream: 'aws/bedrock/modelinvocations',
    lines: messages.map(message => (typeof message === 'string' ? aLine(message) : message)),
  };
}

/** The event with which CloudWatch Logs invokes a function. */
export function aSubscriptionEvent(batch: unknown): { readonly awslogs: { readonly data: string } } {
  return { awslogs: { data: gzipSync(JSON.stringify(batch)).toString('base64') } };
}

export function aDataMessage(logEvents: readonly unknown[], changes: LogRecord = {}): LogRecord {
  return {
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    logGroup: '/bedrock/invocations',
    logStream: 'aws/bedrock/modelinvocations',
    subscriptionFilters: ['meter'],
    logEvents,
    ...changes,
  };
}

// Calls

export function aUsage(changes: Partial<UsageRecord> = {}): UsageRecord {
  const requestId = changes.requestId ?? 'r-1';
  return {
    callId: `${ACCOUNT}/${REGION}/${requestId}`,
    requestId,
    calledAt: NOON,
    accountId: ACCOUNT,
    region: REGION,
    operation: 'Converse',
    modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
    principal: principalFromArn(`arn:aws:iam::${ACCOUNT}:user/alice`),
    tokens: { input: 10, output: 10, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
    cacheWriteSplit: 'none',
    ...changes,
  };
}

export function aCall({ cost = '0.01', day = TODAY, ...usage }: Partial<UsageRecord> & { readonly cost?: string; readonly day?: Day } = {}): ChargedCall {
  const record = aUsage(usage);
  return {
    usage: record,
    charge: aCharge({ cost: usd(cost), pricedAs: record.modelId }),
    day,
    loggedAt: record.calledAt,
  };
}

/** A charge at a known price, all of it for input. */
export function aCharge({ cost = usd('0.01'), ...changes }: Partial<Charge> = {}): Charge {
  return {
    cost,
    costs: cost > 0n ? { input: cost } : {},
    prices: cost > 0n ? { input: cost } : {},
    pricedAs: 'anthropic.claude-3-haiku-20240307-v1:0',
    source: 'catalog',
    version: 'test',
    known: true,
    assumptions: [],
    ...changes,
  };
}

/** A call of a model that nobody knows a price of. */
export function anEstimatedCall(options: Parameters<typeof aCall>[0] = {}): ChargedCall {
  const call = aCall({ modelId: 'new.model-v1:0', ...options });
  return { ...call, charge: { ...call.charge, known: false, source: 'conservative-default', pricedAs: 'the.dearest', assumptions: ['unknown-model'] } };
}

/** A dollar a token, in or out: costs are read off the record. */
export function dollarATokenCatalog(pricePerToken = '1'): PriceCatalog {
  return {
    version: 'test',
    priceOf: ({ modelId, tokens }) => aCharge({ cost: (usd(pricePerToken) * BigInt(tokens.input + tokens.output)) as Usd, pricedAs: modelId }),
  };
}

/** Nobody calls through an ARN that has to be asked about. */
export const NO_ARNS: ModelDirectory = { modelsBehind: async () => new Map() };

/** Reads the error that a call throws; fails where it throws none. */
export function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

