import { EventType } from '../../../../src/contract';
import { AlertContext } from '../../../../src/lambdas/core/alerts/alert';
import { alertFor } from '../../../../src/lambdas/core/alerts/alert-for';
import { chatNotificationOf } from '../../../../src/lambdas/core/alerts/rendering/chat';
import { mailOf } from '../../../../src/lambdas/core/alerts/rendering/mail';
import { shortMessageOf } from '../../../../src/lambdas/core/alerts/rendering/short-message';
import { EventDetail } from '../../../../src/lambdas/core/events';
import { legible } from '../../texts';
import { AGENT, AGENT_ROLE, KEY_USER, SHARED_AGENTS } from '../builders';
import { aDetail, CONTEXT } from './an-alert';

/**
 * Every message as people read it, word for word, for whoever changes one: the snapshot beside this file is to be read like the message itself. What a message
 * is to say, and when, stands in the other tests of this folder.
 */
type Told = readonly [name: string, type: EventType, changes?: Partial<EventDetail>, context?: Partial<AlertContext>];

const DEPLOYMENT: Partial<EventDetail> = {
  principalId: undefined,
  principalKind: undefined,
  labels: undefined,
  status: undefined,
  budget: undefined,
  graceDeadline: undefined,
  level: undefined,
  suspension: undefined,
};
const NO_PERIOD: Partial<EventDetail> = { budget: undefined, graceDeadline: undefined };
const PAUSED = { reason: 'the limit is reached; enforcement is paused for everybody' };
const BY_ORDER = { reason: 'held by bob: leaked key' };
const many = (count: number, name: (index: number) => string) => Array.from({ length: count }, (_, index) => name(index + 1));
const keyed = <T>(count: number, value: (index: number) => T) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`model-${index + 1}`, value(index + 1)]));
const policy = (index: number) => `arn:aws:iam::444455556666:policy/p${index}`;

/** As the handlers write them; that of `aDetail` is of a budget. */
const REASONS: Partial<Record<EventType, string>> = {
  [EventType.GRACE_PERIOD_STARTED]: '101.2 % of $100.00 spent since 2026-03-01',
  [EventType.PRINCIPAL_SUSPENDED]: '101.2 % of $100.00 spent since 2026-03-01',
  [EventType.PRINCIPAL_RESTORED]: 'within the limit',
  [EventType.SUSPENSION_FAILED]: 'AttachDeny: AccessDenied',
  [EventType.PRINCIPAL_UNENFORCEABLE]: 'the quota of attached policies is full',
  [EventType.DRIFT_DETECTED]: 'the deny policy is not attached',
  [EventType.DECLARATION_KEPT_OUT]: 'the limit was changed by ops:maria',
  [EventType.MODEL_PRICE_UNKNOWN]: 'no list has a price of the model',
  [EventType.PRICES_HELD_BACK]: '1 price is more than 3 times dearer or cheaper',
  [EventType.RUNTIMES_SHARE_ROLE]: '2 runtimes have the execution role agents',
  [EventType.RUNTIME_REFUSED]: 'its execution role is of another account',
  [EventType.CONFIGURATION_CHANGED]: 'the settings were changed',
  [EventType.COVERAGE_GAP_FOUND]: 'from 10:00 to 11:00 UTC 12,340 tokens were not metered',
  [EventType.COVERAGE_SURPLUS_FOUND]: 'from 10:00 to 11:00 UTC 5,000,000 tokens more were metered',
  [EventType.INVOCATION_LOGGING_CHANGED]: 'invocation logging is off',
  [EventType.MANTLE_USE_FOUND]: '3 calls of the bedrock-mantle endpoint count towards no budget',
  [EventType.MANTLE_DENY_FAILED]: 'the quota of attached policies is full',
  [EventType.COST_DRIFT_FOUND]: '2026-03-09 (UTC): all models were metered at $20.00 and are billed at $50.00; 1 of 2 models differs by more than 5 %',
  [EventType.RECONCILIATION_UNAVAILABLE]: 'Cost Explorer is not enabled',
};

const MESSAGES: readonly Told[] = [
  ['a first warning', EventType.THRESHOLD_CROSSED, { level: 'warning' }],
  ['a first warning of a budget without figures', EventType.THRESHOLD_CROSSED, { level: 'warning', ...NO_PERIOD }],
  ['a last warning', EventType.THRESHOLD_CROSSED],
  ['a last warning while enforcement is paused', EventType.THRESHOLD_CROSSED, PAUSED],
  ['over the limit and observed', EventType.THRESHOLD_CROSSED, { level: 'exceeded', status: 'exceeded' }],
  ['over the limit while enforcement is paused', EventType.THRESHOLD_CROSSED, { level: 'exceeded', status: 'exceeded', ...PAUSED, ...NO_PERIOD }],
  ['a grace period', EventType.GRACE_PERIOD_STARTED],
  ['a grace period that ends with the moment', EventType.GRACE_PERIOD_STARTED, { graceDeadline: '2026-03-10T12:00:00.000Z' }],
  ['a grace period that ends a moment later', EventType.GRACE_PERIOD_STARTED, { graceDeadline: '2026-03-10T12:00:00.001Z' }],
  ['a grace period whose end is not told', EventType.GRACE_PERIOD_STARTED, NO_PERIOD],
  ['an order to suspend', EventType.GRACE_PERIOD_STARTED, BY_ORDER],
  ['a grace period without suspension, still over', EventType.GRACE_PERIOD_CANCELLED, { status: 'exceeded', reason: 'the budget is only observed' }],
  ['a grace period without suspension, paused', EventType.GRACE_PERIOD_CANCELLED, { status: 'exceeded', ...PAUSED }],
  ['a grace period without suspension, within the budget', EventType.GRACE_PERIOD_CANCELLED, { status: 'active' }],
  ['calls charged anew', EventType.CALLS_REPRICED],
  ['calls charged anew for more, their number not told', EventType.CALLS_REPRICED, { calls: undefined, modelId: '', before: { costUsd: '1' }, after: { costUsd: '1.01' } }],
  ['a declaration that was kept out', EventType.DECLARATION_KEPT_OUT],
  ['a declaration that was kept out, without either', EventType.DECLARATION_KEPT_OUT, { before: undefined, after: undefined, reason: '' }],
  ['a suspension', EventType.PRINCIPAL_SUSPENDED],
  ['a suspension without figures', EventType.PRINCIPAL_SUSPENDED, { suspension: undefined, ...NO_PERIOD }],
  ['a suspension by order', EventType.PRINCIPAL_SUSPENDED, BY_ORDER],
  ['a suspension by order, without administration', EventType.PRINCIPAL_SUSPENDED, BY_ORDER, { administrationUrl: undefined }],
  ['a suspension by order, of nobody that can be read', EventType.PRINCIPAL_SUSPENDED, { ...BY_ORDER, principalId: 'nobody' }],
  ['a suspension, without administration and dashboard', EventType.PRINCIPAL_SUSPENDED, {}, { administrationUrl: undefined, dashboardUrl: undefined }],
  ['a suspension of an API key', EventType.PRINCIPAL_SUSPENDED, { principalId: KEY_USER, principalKind: 'api-key-user', labels: undefined }],
  ['a suspension of a runtime', EventType.PRINCIPAL_SUSPENDED, { principalId: AGENT, principalKind: 'agent-runtime', labels: { name: 'researcher' } }],
  ['a suspension of a shared role', EventType.PRINCIPAL_SUSPENDED, { principalId: SHARED_AGENTS, principalKind: 'agent-role', labels: {} }],
  ['a root user over the limit', EventType.PRINCIPAL_UNENFORCEABLE, { principalId: 'root/444455556666', principalKind: 'root' }],
  ['a restoration', EventType.PRINCIPAL_RESTORED],
  ['a restoration of a role that stays denied', EventType.PRINCIPAL_RESTORED, { reason: `within the limit; still denied for ${AGENT_ROLE}` }],
  ['a suspension that failed', EventType.SUSPENSION_FAILED],
  ['policies that could not be removed', EventType.SUSPENSION_FAILED, { reason: 'RemovePolicies: AccessDenied' }],
  ['a restoration that failed', EventType.RESTORATION_FAILED, { reason: 'DetachDeny after RestorePolicies: AccessDenied' }],
  ['policies that could not be put back', EventType.RESTORATION_FAILED, { reason: 'RestorePolicies: LimitExceeded' }],
  ['a principal that cannot be suspended', EventType.PRINCIPAL_UNENFORCEABLE],
  ['drift', EventType.DRIFT_DETECTED],
  ['policies that do not exist any more', EventType.POLICIES_RESTORED, { after: { notRestored: [policy(1), { name: 'inline' }] } }],
  ['many policies that do not exist any more', EventType.POLICIES_RESTORED, { after: { notRestored: many(21, policy) } }],
  ['an unknown price', EventType.MODEL_PRICE_UNKNOWN, DEPLOYMENT],
  ['prices that are held back', EventType.PRICES_HELD_BACK, { ...DEPLOYMENT, before: { 'model-1': 'in=3' }, after: keyed(20, index => `in=${index}`) }],
  ['many prices that are held back', EventType.PRICES_HELD_BACK, { ...DEPLOYMENT, before: undefined, after: keyed(22, index => `in=${index}`) }],
  ['a role that runtimes share', EventType.RUNTIMES_SHARE_ROLE, { principalId: SHARED_AGENTS, after: { runtimes: many(20, index => `runtime ${index}`) } }],
  ['a role that many runtimes share', EventType.RUNTIMES_SHARE_ROLE, { principalId: SHARED_AGENTS, after: { runtimes: many(23, index => `runtime ${index}`) } }],
  ['a role that runtimes share which are not told', EventType.RUNTIMES_SHARE_ROLE, { principalId: SHARED_AGENTS, after: undefined }],
  ['a runtime that was refused', EventType.RUNTIME_REFUSED, { principalId: AGENT }],
  ['a runtime without a name that was refused', EventType.RUNTIME_REFUSED, DEPLOYMENT],
  ['settings that were changed', EventType.CONFIGURATION_CHANGED, { ...DEPLOYMENT, before: { mode: 'on', same: '1' }, after: { mode: 'paused', same: '1', warning: '60' } }],
  ['a setting that is not valid', EventType.CONFIGURATION_INVALID, { ...DEPLOYMENT, reason: "mode is 'of'" }],
  ['unmetered use', EventType.COVERAGE_GAP_FOUND, { ...DEPLOYMENT, after: { unmetered: keyed(21, index => index * 1_234) } }],
  ['unmetered use, not told of what', EventType.COVERAGE_GAP_FOUND, { ...DEPLOYMENT, after: undefined }],
  ['overmetered use', EventType.COVERAGE_SURPLUS_FOUND, { ...DEPLOYMENT, after: { overmetered: { 'model-1': 5_000_000 } } }],
  ['logging that was changed', EventType.INVOCATION_LOGGING_CHANGED, { ...DEPLOYMENT, before: { by: 'arn:aws:iam::444455556666:user/eve' } }],
  ['logging that was changed by nobody known', EventType.INVOCATION_LOGGING_CHANGED, { ...DEPLOYMENT, before: undefined }],
  ['use of mantle', EventType.MANTLE_USE_FOUND, { ...DEPLOYMENT, after: { estimatedUsd: '12.345', unpriced: [], models: keyed(21, index => ({ inferences: index * 1_000 })) } }],
  ['use of mantle at unknown prices', EventType.MANTLE_USE_FOUND, { ...DEPLOYMENT, after: { unpriced: ['new.model'], models: { 'new.model': null } } }],
  ['use of mantle, in part at unknown prices', EventType.MANTLE_USE_FOUND, { ...DEPLOYMENT, after: { estimatedUsd: '1', unpriced: ['new.model'] } }],
  ['somebody who cannot be kept from mantle', EventType.MANTLE_DENY_FAILED, { after: { code: 'quota' } }],
  ['a bill that differs', EventType.COST_DRIFT_FOUND, {
    ...DEPLOYMENT,
    before: { meteredUsd: keyed(21, index => `$${index}`) },
    after: { billedUsd: { 'model-1': '$2' }, ratio: { 'model-1': '0.5' }, unknownModelsUsd: { 'Some (Edition)': '$7' } },
  }],
  ['a bill that differs, not told by what', EventType.COST_DRIFT_FOUND, { ...DEPLOYMENT, before: undefined, after: undefined }],
  ['a bill that cannot be read', EventType.RECONCILIATION_UNAVAILABLE, DEPLOYMENT],
  ['a chargeback report', EventType.CHARGEBACK_REPORT_WRITTEN, {
    ...DEPLOYMENT,
    after: {
      period: '2026-02',
      from: '2026-02-01',
      to: '2026-02-28',
      totalUsd: '123.456',
      differences: 1,
      notes: many(11, index => `note ${index}`),
      largest: [{ name: 'search', costUsd: '100.001' }, null, ...many(9, index => `team ${index}`).map(name => ({ name, costUsd: '1' }))],
      uris: { html: 's3://reports-bucket/chargeback/2026-02/report.html', json: 's3://reports-bucket/chargeback/2026-02/report.json', other: 'https://evil.example/' },
    },
  }],
  ['a chargeback report of one call', EventType.CHARGEBACK_REPORT_WRITTEN, { ...DEPLOYMENT, calls: 1, after: { period: '2026-02', from: '2026-02-01', to: '2026-02-28', totalUsd: '0.01', differences: 0 } }],
  ['a chargeback report of nothing', EventType.CHARGEBACK_REPORT_WRITTEN, { ...DEPLOYMENT, calls: 0, after: { period: '2026-02', from: '2026-02-01', to: '2026-02-28', totalUsd: '0', differences: 0 } }],
  ['a chargeback report in an odd place, of calls that are not told', EventType.CHARGEBACK_REPORT_WRITTEN, { ...DEPLOYMENT, calls: undefined, after: { period: '2026-02', from: '2026-02-01', to: '2026-02-28', totalUsd: '1', uris: { html: 's3://bucket' } } }],
];

function alertOf([name, type, changes, context]: Told) {
  const alert = alertFor(type, aDetail({ ...(type in REASONS ? { reason: REASONS[type] } : {}), ...changes }), { ...CONTEXT, ...context });
  if (!alert) {
    throw new Error(`nobody is told of "${name}"`);
  }
  return alert;
}

test.each(MESSAGES.map(told => ({ name: told[0], told })))('mail and text message of $name', ({ name, told }) => {
  const alert = alertOf(told);
  const { subject, body } = mailOf(alert);
  [subject, body, ...alert.lines, ...alert.nextSteps.map(({ text }) => text), ...alert.facts.map(({ value }) => value)].forEach(text => legible(text, name));
  expect(`${subject}\n\n${body}\n\n${shortMessageOf(alert)}`).toMatchSnapshot();
});

const CHATS = MESSAGES.filter(([name]) => ['a grace period', 'a suspension without figures', 'a restoration', 'an unknown price', 'a setting that is not valid', 'use of mantle'].includes(name));

test.each(CHATS.flatMap(told => (['slack', 'teams'] as const).map(platform => ({ platform, name: told[0], told }))))('$platform message of $name', ({ told, platform }) => {
  const { content, metadata } = JSON.parse(chatNotificationOf(alertOf(told), platform));
  expect([content.title, content.description, ...(content.nextSteps ?? ['no steps']), content.keywords.join(), metadata.relatedResources ?? 'no resources'].join('\n')).toMatchSnapshot();
});

const TOLD_TO_NOBODY: readonly Told[] = [
  ['less than a cent more', EventType.CALLS_REPRICED, { before: { costUsd: '1' }, after: { costUsd: '1.009999' } }],
  ['less than a cent less', EventType.CALLS_REPRICED, { before: { costUsd: '1' }, after: { costUsd: '0.990001' } }],
  ['what it cost is not told', EventType.CALLS_REPRICED, { before: undefined }],
  ['what it costs cannot be read', EventType.CALLS_REPRICED, { after: { costUsd: 'much' } }],
  ['a gap that lasts', EventType.COVERAGE_GAP_FOUND, { after: { lasting: true } }],
  ['a surplus that lasts', EventType.COVERAGE_SURPLUS_FOUND, { after: { lasting: true } }],
  ['logging that is well', EventType.INVOCATION_LOGGING_CHANGED, { after: { faults: [] } }],
  ['logging that may be well', EventType.INVOCATION_LOGGING_CHANGED, { after: undefined }],
  ['whoever is gone', EventType.MANTLE_DENY_FAILED, { after: { code: 'gone' } }],
  ['all policies are back', EventType.POLICIES_RESTORED, { after: { notRestored: [] } }],
  ['the limit, where a grace period tells it', EventType.THRESHOLD_CROSSED, { level: 'exceeded', status: 'grace_period' }],
];

test.each(TOLD_TO_NOBODY.map(([name, type, changes]) => ({ name, type, changes })))('nobody is told of this: $name', ({ type, changes }) => {
  expect(alertFor(type, aDetail(changes), CONTEXT)).toBeUndefined();
});
