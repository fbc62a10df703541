import { EventType } from '../../../../src/contract';
import { Alert, Severity } from '../../../../src/lambdas/core/alerts/alert';
import { alertFor, WRITERS } from '../../../../src/lambdas/core/alerts/alert-for';
import { dashboardUrl } from '../../../../src/lambdas/core/alerts/dashboard-url';
import { mailOf } from '../../../../src/lambdas/core/alerts/rendering/mail';
import { budget, withManager } from '../../../cli/budget/with-manager';
import { ALICE } from '../builders';
import { aDetail, anAlert, CONTEXT } from './an-alert';

/** Who hears of each event and how urgent it is; `undefined`: nobody. A new type of event belongs here. */
const TOLD: Readonly<Record<EventType, `${Alert['audience']} ${Severity}` | undefined>> = {
  [EventType.PRINCIPAL_REGISTERED]: undefined,
  [EventType.BUDGET_CHANGED]: undefined,
  [EventType.THRESHOLD_CROSSED]: 'alerts critical',
  [EventType.GRACE_PERIOD_STARTED]: 'alerts critical',
  [EventType.GRACE_PERIOD_CANCELLED]: 'alerts info',
  [EventType.GRACE_PERIOD_EXPIRED]: undefined,
  [EventType.PRINCIPAL_SUSPENDED]: 'alerts critical',
  [EventType.SUSPENSION_FAILED]: 'operations critical',
  [EventType.PRINCIPAL_UNENFORCEABLE]: 'operations critical',
  [EventType.RESTORATION_STARTED]: undefined,
  [EventType.PRINCIPAL_RESTORED]: 'alerts info',
  [EventType.RESTORATION_FAILED]: 'operations critical',
  [EventType.PRINCIPAL_GONE]: undefined,
  [EventType.STATUS_CHANGED]: undefined,
  [EventType.DENY_ATTACHED]: undefined,
  [EventType.DENY_DETACHED]: undefined,
  [EventType.DRIFT_DETECTED]: 'operations warning',
  [EventType.CONFIGURATION_CHANGED]: 'operations warning',
  [EventType.CONFIGURATION_INVALID]: 'operations warning',
  [EventType.DECLARATION_KEPT_OUT]: 'operations warning',
  [EventType.DEPLOYMENT_REMOVED]: undefined,
  [EventType.PRINCIPAL_ERASED]: undefined,
  [EventType.MODEL_PRICE_UNKNOWN]: 'operations warning',
  [EventType.CALLS_REPRICED]: 'alerts info',
  [EventType.PRICES_REFRESHED]: undefined,
  [EventType.PRICES_HELD_BACK]: 'operations warning',
  [EventType.RUNTIME_REFUSED]: 'operations warning',
  [EventType.RUNTIMES_SHARE_ROLE]: 'alerts warning',
  [EventType.POLICIES_REMOVED]: undefined,
  [EventType.POLICIES_RESTORED]: 'operations warning',
  [EventType.DAILY_DIGEST]: 'alerts info',
  [EventType.CHARGEBACK_REPORT_WRITTEN]: 'alerts info',
  [EventType.COVERAGE_GAP_FOUND]: 'operations critical',
  [EventType.COVERAGE_SURPLUS_FOUND]: 'operations critical',
  [EventType.INVOCATION_LOGGING_CHANGED]: 'operations critical',
  [EventType.MANTLE_USE_FOUND]: 'operations critical',
  [EventType.MANTLE_DENY_ATTACHED]: undefined,
  [EventType.MANTLE_DENY_DETACHED]: undefined,
  [EventType.MANTLE_DENY_FAILED]: 'operations warning',
  [EventType.COST_DRIFT_FOUND]: 'operations warning',
  [EventType.RECONCILIATION_UNAVAILABLE]: 'operations warning',
};

/** About the deployment, even if an event of theirs should name somebody. */
const OF_DEPLOYMENT: readonly EventType[] = [
  EventType.CONFIGURATION_CHANGED, EventType.CONFIGURATION_INVALID, EventType.MODEL_PRICE_UNKNOWN, EventType.PRICES_HELD_BACK, EventType.DAILY_DIGEST,
  EventType.CHARGEBACK_REPORT_WRITTEN, EventType.COVERAGE_GAP_FOUND, EventType.COVERAGE_SURPLUS_FOUND, EventType.INVOCATION_LOGGING_CHANGED,
  EventType.MANTLE_USE_FOUND, EventType.COST_DRIFT_FOUND, EventType.RECONCILIATION_UNAVAILABLE,
];

const types = Object.values(EventType);
const toldTypes = types.filter(type => TOLD[type] !== undefined);

test.each(types)('%s is told to whom it concerns, as urgently as it is', type => {
  const alert = alertFor(type, aDetail(), CONTEXT);
  expect(alert && `${alert.audience} ${alert.severity}`).toBe(TOLD[type]);
});

test('every writer is of an event that exists', () => {
  expect(Object.keys(WRITERS).sort()).toEqual([...toldTypes].sort());
});

test.each(toldTypes.filter(type => !OF_DEPLOYMENT.includes(type)))('%s says who, how far, until when, what follows, what to do, and where to look', type => {
  const alert = anAlert(type);
  expect(alert.facts).toEqual(expect.arrayContaining([
    { name: 'Principal', value: ALICE },
    { name: 'Labels', value: 'team=search, owner=bob@example.com' },
    { name: 'Spent', value: '$91.23 of $100.00 (91.2 %)' },
    { name: 'Period', value: 'calendar month, since 2026-03-01, next one begins 2026-04-01 00:00:00 UTC' },
    { name: 'Forecast', value: 'at this pace the limit is reached at 2026-03-11 05:12 UTC; $302.46 by the end of the period' },
    { name: 'Deadline', value: '2026-03-10 12:05:00 UTC' },
  ]));
  expect(alert.whatNext).toMatch(/^[a-z].+\.$/);
  expect(alert.links).toEqual([{ text: 'Dashboard', url: CONTEXT.dashboardUrl }]);
  expect(alert.labels).toEqual({ team: 'search', owner: 'bob@example.com' });
  expect(alert.principal).toEqual({ id: ALICE, kind: 'iam-user' });
});

/** Where more budget is no answer, the message says what is. */
const NOT_RAISABLE: readonly EventType[] = [EventType.RESTORATION_FAILED, EventType.POLICIES_RESTORED, EventType.RUNTIME_REFUSED, EventType.MANTLE_DENY_FAILED];

test.each(toldTypes.filter(type => !OF_DEPLOYMENT.includes(type)))('%s tells how to raise or exempt, unless that is no answer', type => {
  const commands = anAlert(type).nextSteps.flatMap(({ command }) => command ?? []);
  expect(commands.map(command => /budget (top-up|exempt) /.exec(command)?.[1])).toEqual(NOT_RAISABLE.includes(type) ? [] : ['top-up', 'exempt']);
});

describe('the commands', () => {
  const manager = withManager();
  beforeEach(() => { manager.add(ALICE, { status: 'suspended', hold: { by: 'bob', reason: 'leaked key' } }); });

  /** As a shell would split it. */
  const wordsOf = (command: string) => [...command.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);

  test.each([
    ['top-up', EventType.THRESHOLD_CROSSED, 0, 'topUp', { principalId: ALICE, amountUsd: '10', expiresAt: '2026-04-01T00:00:00.000Z', reason: 'why' }],
    ['exempt', EventType.THRESHOLD_CROSSED, 1, 'exempt', { principalId: ALICE, until: '2026-04-01T00:00:00.000Z', reason: 'why' }],
    ['restore', EventType.PRINCIPAL_SUSPENDED, 0, 'restore', { principalId: ALICE, reason: 'why' }],
  ] as const)('%s is one that the command line takes, and does what the message says', async (_, type, index, operation, args) => {
    const reason = operation === 'restore' ? 'held by bob: leaked key' : 'why';
    const command = anAlert(type, { reason }).nextSteps.flatMap(step => step.command ?? [])[index];
    const [npx, p, name, program, subject, ...words] = wordsOf(command);
    expect([npx, p, name, program, subject]).toEqual(['npx', '-p', 'cdk-bedrock-budgeteer', 'budgeteer', 'budget']);
    expect(words.slice(-2)).toEqual(['--url', CONTEXT.administrationUrl]);
    const { code, stderr } = await budget(manager, words.slice(0, -2));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(manager.requests.at(-1)).toMatchObject({ operation, ...args });
  });

  test('are orders for the table where there is no administration', () => {
    const commands = anAlert(EventType.PRINCIPAL_SUSPENDED, {}, { administrationUrl: undefined }).nextSteps.flatMap(({ command }) => command ?? []);
    expect(commands).toHaveLength(2);
    expect(commands.every(command => command.startsWith("aws dynamodb update-item --table-name 'App-Budgets-X' --key '{\"principalId\":{\"S\":\""))).toBe(true);
  });

  test('take a hold back where the suspension is by order, with and without administration', () => {
    const held = (administrationUrl?: string) => anAlert(EventType.PRINCIPAL_SUSPENDED, { reason: 'held by bob: leak' }, { administrationUrl }).nextSteps;
    expect(held(CONTEXT.administrationUrl)).toEqual([expect.objectContaining({ command: expect.stringContaining(`budget restore ${ALICE} --reason why`) })]);
    expect(held()).toEqual([expect.objectContaining({ command: expect.stringContaining("--update-expression 'REMOVE #hold SET updatedBy = :me'") })]);
  });

  test('are not given for somebody whose id cannot be read', () => {
    const alert = anAlert(EventType.PRINCIPAL_SUSPENDED, { principalId: "iam-user/444455556666/a'; rm -rf /" });
    expect(alert.nextSteps.flatMap(({ command }) => command ?? [])).toEqual([]);
  });

  test('hold for a week where the event has no period', () => {
    const [{ command }] = anAlert(EventType.DRIFT_DETECTED, { budget: undefined }).nextSteps.filter(step => step.command);
    expect(command).toContain('--expires 2026-03-17T12:00:00.000Z');
  });
});

test.each([
  [{ outcome: 'exhausted' }, 'the limit is reached'],
  [{ outcome: 'lasts', projectedUsd: '82.999' }, 'at this pace $83.00 by the end of the period, within the limit'],
  [{ outcome: 'unknown', why: 'nothing was spent in this period' }, 'cannot be told: nothing was spent in this period'],
  [undefined, 'cannot be told'],
] as const)('a forecast of %j is told', (forecast, text) => {
  expect(anAlert(EventType.PRINCIPAL_SUSPENDED, { budget: { ...aDetail().budget!, forecast } }).facts).toContainEqual({ name: 'Forecast', value: text });
});

test('a failure that is repeated is told to nobody', () => {
  expect(alertFor(EventType.SUSPENSION_FAILED, aDetail({ repeated: true }), CONTEXT)).toBeUndefined();
});

test('the mail of a principal has everything, links and commands included', () => {
  const { body } = mailOf(anAlert(EventType.GRACE_PERIOD_STARTED));
  for (const text of ['What happens next: access comes back', 'Deadline: 2026-03-10 12:05:00 UTC', 'Forecast: ', `Dashboard: ${CONTEXT.dashboardUrl}`, 'budgeteer budget exempt', 'Severity: critical']) {
    expect(body).toContain(text);
  }
});

test.each([
  ['eu-central-1', 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/dep-1'],
  ['cn-north-1', 'https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1#dashboards/dashboard/dep-1'],
  ['us-gov-west-1', 'https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#dashboards/dashboard/dep-1'],
])('the dashboard of %s is linked', (region, url) => {
  expect(dashboardUrl(region, 'dep-1')).toBe(url);
});
